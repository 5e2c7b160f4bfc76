/**
 * What `collectDefaultMetrics()` registers on every runtime, compared with prom-client run by the same one. Both are
 * bundled, so that nothing has to be read or allowed but the one file.
 */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { type Ending, runToEnd } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram, ownRuntime } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Prints the families; that they are never stopped must not keep the program alive. */
const PROGRAM = `
  import { collectDefaultMetrics, Registry } from "LIBRARY";
  const register = new Registry();
  collectDefaultMetrics({ register, labels: { zone: "eu" } });
  register.getMetricsAsJSON().then((families) => console.log(JSON.stringify(families)));
`;

const UTILIZATION_PROGRAM = PROGRAM.replace("labels:", "eventLoopUtilization: true, labels:");

/** Collects while the Worker is loaded and again while it answers. */
const WORKER = `
  import { collectDefaultMetrics, Registry } from "@exporterkit/core/prom-client";
  const early = new Registry();
  const running = collectDefaultMetrics({ register: early, eventLoopUtilization: true });
  export default {
    async fetch() {
      const late = new Registry();
      collectDefaultMetrics({ register: late, eventLoopUtilization: true }).stop();
      const families = [await early.getMetricsAsJSON(), await late.getMetricsAsJSON()];
      running.stop();
      return Response.json({ families, metricsList: collectDefaultMetrics.metricsList });
    },
  };
`;

/** What prom-client shows as 0 where nothing of it may be read, and we leave out. */
const UNREADABLE = ["process_virtual_memory_bytes", "process_heap_bytes", "process_open_fds"];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
}

interface Programs {
  readonly ours: string;
  readonly utilization: string;
  readonly theirs: string;
}

describe("collectDefaultMetrics() bundled", needs, () => {
  let folder: string;
  let programs: Programs;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-default-metrics-" });
    programs = await writePrograms(folder);
  });
  after(async () => {
    await stop();
    await Deno.remove(folder, { recursive: true });
  });

  const runtimes = {
    node: () => ({ path: carriedRuntime("node").path, args: [] }),
    bun: () => ({ path: carriedRuntime("bun").path, args: [] }),
    "deno with all permissions": () => ({ path: ownRuntime().path, args: ["run", "--no-config", "-A"] }),
  };
  for (const [name, command] of Object.entries(runtimes)) {
    it(`registers what prom-client registers on ${name}`, async () => {
      const { path, args } = command();
      const theirs = familiesOf(await runToEnd({ path, args: [...args, programs.theirs] }));
      assert.equal(theirs.length, 31);
      assert.deepEqual(familiesOf(await runToEnd({ path, args: [...args, programs.ours] })), theirs);
    });

    it(`adds the utilization of the event loop on ${name}`, async () => {
      const { path, args } = command();
      const families = familiesOf(await runToEnd({ path, args: [...args, programs.utilization] }));
      assert.equal(families.length, 33);
    });
  }

  it("leaves out what Deno may not read without permissions", async () => {
    const { path } = ownRuntime();
    const args = ["run", "--no-config"];
    const theirs = familiesOf(await runToEnd({ path, args: [...args, programs.theirs] }));
    assert.equal(theirs.length, 30);
    const ours = familiesOf(await runToEnd({ path, args: [...args, programs.ours] }));
    assert.deepEqual(ours, theirs.filter(({ name }) => !UNREADABLE.includes(name)));
  });

  it("tells the resident memory on Deno without permissions", async () => {
    const { stdout } = await runToEnd({ path: ownRuntime().path, args: ["run", "--no-config", programs.ours] });
    const families: { name: string; values: { value: number }[] }[] = JSON.parse(stdout);
    const resident = families.find(({ name }) => name === "process_resident_memory_bytes");
    assert.ok(Number(resident?.values[0]?.value) > 1e6);
  });

  const terminal = needsProgram("script", "apt-get install -y bsdutils");
  it("does not let Deno ask for permissions on a terminal", terminal, async () => {
    const { path } = ownRuntime();
    const [deno, program] = [path, programs.ours].map((word) => `'${word}'`);
    const { stdout } = await runToEnd({
      path: "script",
      args: ["--quiet", "--return", "--command", `${deno} run --no-config ${program}`, "/dev/null"],
    });
    assert.doesNotMatch(stdout, /Deno requests/);
    assert.match(stdout, /nodejs_version_info/);
  });

  it("registers what the process alone knows on a Node that cannot be asked for modules", async () => {
    const { path } = carriedRuntime("node");
    const forget = "data:text/javascript,delete process.getBuiltinModule";
    const families = familiesOf(await runToEnd({ path, args: [`--import=${forget}`, programs.ours] }));
    assert.deepEqual(families.map(({ name }) => name), [
      "process_cpu_user_seconds_total",
      "process_cpu_system_seconds_total",
      "process_cpu_seconds_total",
      "process_start_time_seconds",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_seconds",
      "nodejs_active_resources",
      "nodejs_active_resources_total",
      "nodejs_active_handles",
      "nodejs_active_handles_total",
      "nodejs_active_requests",
      "nodejs_active_requests_total",
      "nodejs_heap_size_total_bytes",
      "nodejs_heap_size_used_bytes",
      "nodejs_external_memory_bytes",
      "nodejs_version_info",
    ]);
  });

  it("observes the collections of Node", async () => {
    const { path } = carriedRuntime("node");
    const busy = await bundle(
      PROGRAM.replace(
        "register.getMetricsAsJSON()",
        "gc(); await new Promise((resolve) => setTimeout(resolve, 50)); register.getMetricsAsJSON()",
      ),
    );
    const program = `${folder}/busy.mjs`;
    await Deno.writeTextFile(program, busy);
    const { stdout, stderr } = await runToEnd({ path, args: ["--expose-gc", program] });
    assert.equal(stderr, "");
    const families: { name: string; values: { labels: { kind?: string } }[] }[] = JSON.parse(stdout);
    const found = families.find(({ name }) => name === "nodejs_gc_duration_seconds");
    assert.ok(found?.values.some(({ labels }) => labels.kind === "major"));
  });

  for (const flags of [[], ["nodejs_compat"]]) {
    it(`registers nothing on Workers with the flags [${flags}], and does not throw`, async () => {
      await using worker = await startWorker(await bundle(WORKER), { compatibilityFlags: flags });
      const { families, metricsList } = await (await fetch(worker.url)).json();
      assert.deepEqual(families, [[], []]);
      assert.equal(metricsList.length, 12);
    });
  }
});

async function writePrograms(folder: string): Promise<Programs> {
  async function write(name: string, code: string): Promise<string> {
    await Deno.writeTextFile(`${folder}/${name}`, code);
    return `${folder}/${name}`;
  }
  return {
    ours: await write("ours.mjs", await bundle(PROGRAM)),
    utilization: await write("utilization.mjs", await bundle(UTILIZATION_PROGRAM)),
    theirs: await write("theirs.cjs", await bundleOriginal()),
  };
}

/** A program with our package as npm installed it. Nothing of Node may be imported: it could not be bundled then. */
async function bundle(program: string): Promise<string> {
  const { folder } = await installedProject();
  const contents = program.replace("LIBRARY", "@exporterkit/core/prom-client");
  return await bundleForWorkers(folder, { stdin: { contents, resolveDir: folder } });
}

async function bundleOriginal(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM.replace("LIBRARY", "prom-client"), resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    format: "cjs",
    platform: "node",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** What the program printed, of which values differ from run to run. */
function familiesOf({ code, signal, stdout, stderr }: Ending): Family[] {
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
  const families: Family[] = JSON.parse(stdout);
  return families.map(({ name, help, type, aggregator }) => ({ name, help, type, aggregator }));
}
