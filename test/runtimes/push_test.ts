/** Pushes from every runtime to a real Pushgateway, bundled, so that nothing has to be read or allowed but the network. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { type Command, runToEnd } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram, ownRuntime } from "../_programs.ts";
import { type GatewayGroup, needsPushgateway, type Pushgateway, startPushgateway } from "../_pushgateway.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";

const needs = {
  ...needsCarriedRuntimes(),
  ...needsProgram("npm", "https://nodejs.org/en/download"),
  ...needsPushgateway(),
};

/** `GATEWAY` and `JOB` are put in when it is bundled. */
const PUSH_GROUP = `
  import { gauge, Registry } from "@exporterkit/core/metrics";
  import { PushGroup } from "@exporterkit/core/push";
  async function run() {
    const registry = new Registry();
    registry.add(gauge("depth", "Depth.")).set(1);
    await new PushGroup(GATEWAY, { job: JOB, format: "protobuf", gzip: true }).push(registry);
    const plain = new PushGroup(GATEWAY, { job: JOB });
    await plain.add({ body: "# TYPE height gauge\\nheight 2\\n" });
    const gone = new PushGroup(GATEWAY, { job: "gone", grouping: { path: "/a/b" } });
    await gone.push(registry);
    await gone.delete();
    return await plain.push({ body: "depth x\\n" }).catch((error) => [error.name, error.status].join(" "));
  }
`;

/** The same with prom-client's API. */
const PUSHGATEWAY = `
  import { Gauge, Pushgateway, Registry } from "@exporterkit/core/prom-client";
  async function run() {
    const registry = new Registry();
    const depth = new Gauge({ name: "depth", help: "Depth.", registers: [registry] });
    depth.set(1);
    const gateway = new Pushgateway(GATEWAY, { timeout: 20_000, headers: { "Content-Encoding": "gzip" } }, registry);
    await gateway.push({ jobName: JOB });
    const added = new Registry();
    new Gauge({ name: "height", help: "Height.", registers: [added] }).set(2);
    await new Pushgateway(GATEWAY, {}, added).pushAdd({ jobName: JOB });
    await gateway.push({ jobName: "gone", groupings: { path: "a b" } });
    await gateway.delete({ jobName: "gone", groupings: { path: "a b" } });
    const refused = new Pushgateway(GATEWAY, { metrics: () => Promise.resolve("depth x\\n") });
    return await refused.push({ jobName: JOB }).catch((error) => error.message.split(",")[0]);
  }
`;

const WITHOUT_FETCH = "globalThis.fetch = undefined;";
const RUN = "run().then((said) => console.log(said));";
const WORKER = "export default { fetch: async () => new Response(await run()) };";

const COMMANDS: Readonly<Record<string, (program: string) => Command>> = {
  node: (program) => ({ path: carriedRuntime("node").path, args: [program] }),
  bun: (program) => ({ path: carriedRuntime("bun").path, args: [program] }),
  deno: (program) => ({ path: ownRuntime().path, args: ["run", "--no-config", "--allow-net", program] }),
};

describe("bundled", needs, () => {
  let gateway: Pushgateway;
  let folder: string;
  before(async () => {
    gateway = await startPushgateway();
    folder = await Deno.makeTempDir({ prefix: "exporterkit-push-" });
  });
  after(async () => {
    await gateway?.stop();
    if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  });

  for (const [runtime, command] of Object.entries(COMMANDS)) {
    it(`PushGroup pushes, adds and deletes on ${runtime}`, async () => {
      const job = `group on ${runtime}`;
      const program = `${folder}/group_on_${runtime}.mjs`;
      await Deno.writeTextFile(program, await bundle(PUSH_GROUP + RUN, job));
      const { stdout, stderr } = await runToEnd(command(program));
      assert.equal(stderr, "");
      assert.equal(stdout, "PushError 400\n");
      await assertPushed(job);
    });
  }

  it("PushGroup pushes, adds and deletes on workers", async () => {
    const job = "group on workers";
    assert.equal(await askWorker(await bundle(PUSH_GROUP + WORKER, job), []), "PushError 400");
    await assertPushed(job);
  });

  for (const [runtime, command] of Object.entries(COMMANDS)) {
    it(`Pushgateway pushes, adds and deletes by node:http on ${runtime}`, async () => {
      const job = `face on ${runtime}`;
      const program = `${folder}/face_on_${runtime}.mjs`;
      await Deno.writeTextFile(program, await bundle(PUSHGATEWAY + WITHOUT_FETCH + RUN, job));
      const { stdout, stderr } = await runToEnd(command(program));
      assert.equal(stderr, "");
      assert.equal(stdout, "push failed with status 400\n");
      await assertPushed(job);
    });
  }

  it("Pushgateway pushes, adds and deletes by fetch on a Node that cannot be asked for modules", async () => {
    const job = "face by fetch";
    const program = `${folder}/face_by_fetch.mjs`;
    await Deno.writeTextFile(program, await bundle(PUSHGATEWAY + RUN, job));
    const { path, args } = COMMANDS.node!(program);
    const forget = "data:text/javascript,delete process.getBuiltinModule";
    const { stdout, stderr } = await runToEnd({ path, args: [`--import=${forget}`, ...args] });
    assert.equal(stderr, "");
    assert.equal(stdout, "push failed with status 400\n");
    await assertPushed(job);
  });

  for (const flags of [[], ["nodejs_compat"]]) {
    it(`Pushgateway pushes, adds and deletes on workers with the flags [${flags}]`, async () => {
      const job = `face on workers ${flags}`;
      const said = await askWorker(await bundle(PUSHGATEWAY + WORKER, job), flags);
      assert.equal(said, "push failed with status 400");
      await assertPushed(job);
    });
  }

  /** What was pushed and added is there, and what was deleted is not. */
  async function assertPushed(job: string): Promise<void> {
    const groups = await gateway.groups();
    assert.deepEqual(valuesOf(groups.find(({ labels }) => labels.job === job)), { depth: "1", height: "2" });
    assert.equal(groups.find(({ labels }) => labels.job === "gone"), undefined);
  }

  /** Nothing of Node may be imported: it could not be bundled then. */
  async function bundle(program: string, job: string): Promise<string> {
    const project = await installedProject();
    return await bundleForWorkers(project.folder, {
      stdin: { contents: program, resolveDir: project.folder },
      define: { GATEWAY: JSON.stringify(gateway.url), JOB: JSON.stringify(job) },
    });
  }
});

function valuesOf(group: GatewayGroup | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(group?.families ?? {}).map(([name, { metrics }]) => [name, metrics[0]?.value]),
  );
}

async function askWorker(code: string, compatibilityFlags: string[]): Promise<string> {
  await using worker = await startWorker(code, { compatibilityFlags });
  return await (await fetch(worker.url)).text();
}
