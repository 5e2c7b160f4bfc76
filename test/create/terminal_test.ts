/** What `create-exporter` asks on a terminal, which it does only there, and what it says elsewhere. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Ending, runToEnd } from "../_process.ts";
import { carriedRuntime, findProgram, needsProgram } from "../_programs.ts";
import { createProgram, environment, needsCreate, run } from "./_projects.ts";

const TERMINAL = fileURLToPath(new URL("terminal.py", import.meta.url));
const ENTER = "\r";
const DOWN = "\x1b[B";
const CTRL_C = "\x03";
const CTRL_U = "\x15";

const needsTerminal = { ...needsCreate, ...needsProgram("python3", "apt-get install -y python3") };

describe("create-exporter on a terminal", needsTerminal, () => {
  let folder: string;
  let program: string;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-terminal-" });
    program = await createProgram();
  });
  after(() => Deno.remove(folder, { recursive: true }));

  /** Runs it on a pseudo-terminal; each step waits for a text and types another. */
  async function onTerminal(steps: [expected: string, typed: string][], command: readonly string[]): Promise<Ending> {
    const args = [TERMINAL, JSON.stringify(steps), ...command];
    return await runToEnd({ path: findProgram("python3") ?? "", args, cwd: folder, env: environment() }, 120_000);
  }

  for (const runtime of ["node", "bun", "deno"] as const) {
    it(`asks for all that is left open, on ${runtime}`, async () => {
      const runtimes = { node: [carriedRuntime("node").path], bun: [carriedRuntime("bun").path], deno: [] }[runtime];
      const start = runtime === "deno" ? [Deno.execPath(), "run", "-A"] : runtimes;
      const { code, stdout } = await onTerminal([
        ["Where?", `mail-${runtime}-exporter${ENTER}`],
        ["What does it export?", `${CTRL_U}mail${ENTER}`],
        ["How does it begin?", `${DOWN}${DOWN}${ENTER}`],
        ["Where does it run?", `${DOWN}${ENTER}`],
      ], [...start, await Deno.realPath(program)]);
      assert.equal(code, 0, stdout);
      assert.match(stdout, new RegExp(`The scheduled exporter mail is in mail-${runtime}-exporter\\. Next:`));
      const source = await Deno.readTextFile(`${folder}/mail-${runtime}-exporter/exporter.ts`);
      assert.match(source, /name: "mail"/);
      assert.match(source, /freshness: \{ every: /);
    });
  }

  it("asks for nothing that a flag has said", async () => {
    const { code, stdout } = await onTerminal([["Where?", `flagged${ENTER}`]], [
      program,
      "--name=x",
      "--template=blank",
      "--runtime=bun",
    ]);
    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stdout, /How does it begin|Where does it run|What does it export/);
    assert.match(await Deno.readTextFile(`${folder}/flagged/exporter.ts`), /name: "x"/);
  });

  it("takes the defaults of whoever types enter only", async () => {
    const { code, stdout } = await onTerminal([
      ["Where?", ENTER],
      ["What does it export?", ENTER],
      ["How does it begin?", ENTER],
      ["Where does it run?", ENTER],
    ], [program]);
    assert.equal(code, 0, stdout);
    assert.match(await Deno.readTextFile(`${folder}/my-exporter/exporter.ts`), /gauge\("my_jobs_waiting"/);
    assert.ok(await Deno.stat(`${folder}/my-exporter/tsconfig.json`));
  });

  it("asks again where something is in the way or a name does not fit", async () => {
    await Deno.mkdir(`${folder}/full/of/things`, { recursive: true });
    const { code, stdout } = await onTerminal([
      ["Where?", `full${ENTER}`],
      ["full is not empty, and nothing is overwritten", ""],
      ["Where?", `second${ENTER}`],
      ["What does it export?", `-1${ENTER}`],
      ["cannot begin the names of metrics", `${CTRL_U}second${ENTER}`],
    ], [program, "--template=http", "--runtime=node"]);
    assert.equal(code, 0, stdout);
    assert.deepEqual(await readdir(`${folder}/full`), ["of"]);
    assert.match(await Deno.readTextFile(`${folder}/second/exporter.ts`), /name: "second"/);
  });

  const questions: [expected: string, typed: string][] = [
    ["Where?", `left${ENTER}`],
    ["What does it export?", ENTER],
    ["How does it begin?", ENTER],
    ["Where does it run?", ENTER],
  ];
  for (const [index, [question]] of questions.entries()) {
    it(`leaves nothing when Ctrl-C answers: ${question}`, async () => {
      const { code, stdout } = await onTerminal([...questions.slice(0, index), [question, CTRL_C]], [program]);
      assert.equal(code, 130, stdout);
      assert.match(stdout, /Nothing was made/);
      await assert.rejects(Deno.stat(`${folder}/left`), Deno.errors.NotFound);
    });
  }
});

describe("create-exporter without a terminal", needsCreate, () => {
  let folder: string;
  let program: string;
  before(async () => {
    folder = await Deno.makeTempDir({ prefix: "exporterkit-create-" });
    program = await createProgram();
  });
  after(() => Deno.remove(folder, { recursive: true }));

  const lacking: [args: string, missing: string][] = [
    ["", "FOLDER"],
    ["here --runtime=node", "--template"],
    ["here --template=http", "--runtime"],
    ["42 --template=http --runtime=node", "--name"],
  ];
  for (const [args, missing] of lacking) {
    it(`names what is missing: create-exporter ${args}`, async () => {
      const { code, stdout, stderr } = await run(`${program} ${args}`, folder);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, new RegExp(`^create-exporter: ${missing} is missing, .*--yes takes the defaults\nSee `));
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it("takes the defaults with --yes, and the runtime of the package manager that asks", async () => {
    const agents = {
      npm: "npm/11.0.0 node/v24.0.0",
      bun: "bun/1.4.5 npm/? node/v24",
      deno: "deno/2.9.6 npm/? deno/2.9",
    };
    for (const [manager, agent] of Object.entries(agents)) {
      const { code, stdout, stderr } = await run(`npm_config_user_agent='${agent}' ${program} ${manager} -y`, folder);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        new RegExp(`The http exporter ${manager} is in ${manager}\\. Next:\\n\\n {2}cd ${manager}\\n`),
      );
    }
    assert.match(await Deno.readTextFile(`${folder}/npm/package.json`), /"node --test"/);
    assert.match(await Deno.readTextFile(`${folder}/bun/package.json`), /"bun test"/);
    assert.match(await Deno.readTextFile(`${folder}/deno/deno.json`), /"deno test -A"/);
  });

  it("fills the folder that it is in, if that is empty", async () => {
    await Deno.mkdir(`${folder}/within`);
    const { code, stdout, stderr } = await run(`${program} . --name=q --yes`, `${folder}/within`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /is in this folder\. Next:\n\n {2}npm install\n/);
    assert.ok(await Deno.stat(`${folder}/within/exporter.ts`));
  });

  it("overwrites nothing", async () => {
    await Deno.mkdir(`${folder}/mine`);
    await Deno.writeTextFile(`${folder}/mine/exporter.ts`, "mine");
    const { code, stderr } = await run(`${program} mine --yes`, folder);
    assert.deepEqual([code, stderr], [1, "create-exporter: mine is not empty, and nothing is overwritten\n"]);
    assert.equal(await Deno.readTextFile(`${folder}/mine/exporter.ts`), "mine");
  });

  it("leaves nothing when it is interrupted while it makes the project", async () => {
    // Reading it takes until somebody writes to it.
    const pipe = `${folder}/core.tgz`;
    assert.equal((await run("mkfifo core.tgz", folder)).code, 0);
    const child = new Deno.Command(program, {
      args: ["interrupted/deep", "--yes", "--name=q", `--core=${pipe}`],
      cwd: folder,
      env: environment(),
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const writer = await Deno.open(pipe, { write: true });
    child.kill("SIGINT");
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    assert.match((await reader.read()).value ?? "", /^Interrupted: nothing of it is kept$/m);
    await writer.write(new Uint8Array(1000));
    writer.close();
    assert.equal((await child.status).code, 130);
    await reader.cancel();
    await assert.rejects(Deno.stat(`${folder}/interrupted`), Deno.errors.NotFound);
  });

  it("makes nothing of a tarball that is not there", async () => {
    const { code, stderr } = await run(`${program} absent --yes --core=nowhere.tgz`, folder);
    assert.equal(code, 1);
    assert.match(stderr, /^create-exporter: Cannot read the tarball nowhere\.tgz: /);
    await assert.rejects(Deno.stat(`${folder}/absent`), Deno.errors.NotFound);
  });
});
