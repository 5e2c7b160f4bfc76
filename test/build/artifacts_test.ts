/** Every artifact that can run here is run: in an empty folder, by its own start command, beside the exporter's source. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import type { PresetName } from "../../src/build/mod.ts";
import { startServer } from "../_process.ts";
import { carriedRuntime, findProgram, ownRuntime, skipBecause } from "../_programs.ts";
import { UNMOVED } from "../_unmoved.ts";
import { samplesOf, scrape, shapeOf } from "./_exposition.ts";
import { artifactOf, bareEnvironment, buildProject, deployed, ENTRIES, needsBuild, startCommand } from "./_project.ts";

/** A runtime that an artifact and the source are run on. */
interface Runs {
  readonly preset: PresetName;
  readonly on: string;
  /** The folder of the program that the start command names. */
  readonly path: () => string;
  /** How the source is run on the same runtime. */
  readonly source: (file: string) => readonly [program: string, ...args: string[]];
}

const RUNS: readonly Runs[] = [
  {
    preset: "node",
    on: "Node 24",
    path: () => dirname(carriedRuntime("node").path),
    source: (file) => [carriedRuntime("node").path, file],
  },
  {
    preset: "bun",
    on: "nothing but itself",
    path: () => "/nowhere",
    source: (file) => [carriedRuntime("bun").path, file],
  },
  {
    preset: "deno",
    on: "Deno",
    path: () => dirname(ownRuntime().path),
    source: (file) => [ownRuntime().path, "run", "-A", "--node-modules-dir=manual", file],
  },
];

/** What does not change between two scrapes. */
const STILL = {
  hello: ["hello_greeting_length_bytes"],
  node: UNMOVED.filter((name) => name !== "node_entropy_pool_size_bits"),
};

for (const { preset, on, path, source } of RUNS) {
  for (const name of ["hello", "node"] as const) {
    describe(`the ${preset} artifact of ${name}, on ${on}`, needsBuild, () => {
      it("gives the families and the values of the source", async () => {
        const artifact = await artifactOf(name, preset);
        await using copy = await deployed(artifact);
        const listen = "--web.listen-address=127.0.0.1:0";
        // What Deno grants is the port that the exporter has.
        const args = name === "hello" ? [] : [listen];
        await using ours = await startServer(startCommand(artifact, { folder: copy.folder, path: path(), args }));
        const [program, ...sourceArgs] = source(ENTRIES[name]);
        await using theirs = await startServer({
          path: program,
          args: [...sourceArgs, listen],
          cwd: await buildProject(),
        });
        const [built, original] = [await scrape(ours.url), await scrape(theirs.url)];
        assert.ok(built.size > 5, `it has ${built.size} families`);
        assert.deepEqual(shapeOf(built), shapeOf(original));
        assert.deepEqual(samplesOf(built, STILL[name]), samplesOf(original, STILL[name]));
        assert.notEqual(samplesOf(built, STILL[name])[STILL[name][0]!]?.length, 0);
      });
    });
  }
}

describe("the node artifact of hello", needsBuild, () => {
  it("runs on the oldest Node at hand too, without flags", async () => {
    const artifact = await artifactOf("hello", "node");
    await using copy = await deployed(artifact);
    const command = { path: findProgram("node") ?? "", args: [artifact.entry, "--web.listen-address=127.0.0.1:0"] };
    await using server = await startServer({ ...command, cwd: copy.folder, env: bareEnvironment(copy.folder) });
    assert.ok((await scrape(server.url)).has("process_start_time_seconds"));
  });

  it("tells everything of its process, with the permissions that its start command gives", async () => {
    const artifact = await artifactOf("hello", "node");
    await using copy = await deployed(artifact);
    const path = dirname(carriedRuntime("node").path);
    await using server = await startServer(startCommand(artifact, { folder: copy.folder, path, args: [] }));
    const families = await scrape(server.url);
    for (const name of ["process_start_time_seconds", "process_open_fds", "process_virtual_memory_bytes"]) {
      assert.ok(families.has(name), `${name} is missing`);
    }
  });
});

describe("the deno artifact of hello", needsBuild, () => {
  it("starts by its name alone, since its first line grants what it needs", async () => {
    const artifact = await artifactOf("hello", "deno");
    await using copy = await deployed(artifact);
    await Deno.chmod(`${copy.folder}/${artifact.entry}`, 0o755);
    const env = { ...bareEnvironment(copy.folder), PATH: `${dirname(Deno.execPath())}:/usr/bin:/bin` };
    await using server = await startServer({
      path: `${copy.folder}/${artifact.entry}`,
      args: [],
      cwd: copy.folder,
      env,
    });
    assert.ok((await scrape(server.url)).has("hello_greeting_length_bytes"));
  });
});

describe("the deno artifact of hello", needsBuild, () => {
  it("may read the variables of its own settings", async () => {
    const artifact = await artifactOf("hello", "deno");
    await using copy = await deployed(artifact);
    const command = startCommand(artifact, { folder: copy.folder, path: dirname(Deno.execPath()), args: [] });
    await using server = await startServer({ ...command, env: { ...command.env, HELLO_EXPORTER_NAMES: "you" } });
    const { samples } = (await scrape(server.url)).get("hello_greeting_length_bytes") ?? {};
    assert.deepEqual(samples, ['hello_greeting_length_bytes{name="you"} 11']);
  });
});

describe("the executable of the deno artifact", await denoExecutable(), () => {
  it("answers a scrape", async () => {
    const artifact = await artifactOf("hello", "deno");
    await using copy = await deployed(artifact);
    const path = `${copy.folder}/${artifact.entry.replace(/\.js$/, "")}`;
    await Deno.chmod(path, 0o755);
    await using server = await startServer({ path, args: [], cwd: copy.folder, env: bareEnvironment(copy.folder) });
    assert.ok((await scrape(server.url)).has("hello_greeting_length_bytes"));
  });
});

/** What is there and what is not, as each runtime ends the collectors of an exporter that asks for more than it declares. */
const ALLOWED = {
  deno: {
    declared_file: "1",
    other_file: "0",
    declared_variable: "1",
    other_variable: "0",
    other_host: "0",
    program: "0",
  },
  // Node keeps no variables back, and no hosts.
  node: {
    declared_file: "1",
    other_file: "0",
    declared_variable: "1",
    other_variable: "1",
    other_host: "0",
    program: "0",
  },
};

for (const preset of ["deno", "node"] as const) {
  describe(`the ${preset} artifact of an exporter that asks for more than it declares`, needsBuild, () => {
    it("gets what it declares", async () => {
      const artifact = await artifactOf("curious", preset);
      await using copy = await deployed(artifact);
      const path = dirname(preset === "deno" ? Deno.execPath() : carriedRuntime("node").path);
      await using server = await startServer(startCommand(artifact, { folder: copy.folder, path, args: [] }));
      const families = await scrape(server.url);
      const outcomes = families.get("curious_scrape_collector_success")?.samples
        .map((line) => /collector="(\w+)"\} (\d)/.exec(line)?.slice(1)) ?? [];
      assert.deepEqual(Object.fromEntries(outcomes as [string, string][]), ALLOWED[preset]);
      // Nobody listens there: only who is refused is told that it would take a flag.
      const refused = /refused=.*(?:NotCapable|--allow-net)/.test(server.stderr());
      assert.equal(refused, preset === "deno", server.stderr());
    });
  });
}

/** `deno compile` downloads a base binary, once. */
async function denoExecutable(): Promise<object> {
  if ("skip" in needsBuild) return needsBuild;
  const notes = (await artifactOf("hello", "deno")).notes;
  const problem = notes.find((note) => note.startsWith("a script only"));
  return problem === undefined ? {} : skipBecause(problem, { alsoInCi: true });
}
