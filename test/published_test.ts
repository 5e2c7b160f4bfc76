/** The packages in empty projects, from a registry in which they are published. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { dirname } from "node:path";
import { ask } from "./_http.ts";
import { type Command, runToEnd, startServer } from "./_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram } from "./_programs.ts";
import { type Registry, startRegistry } from "./_registry.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

/** What each package manager is told in an empty project, and how what it has installed is run. */
const MANAGERS: Readonly<
  Record<string, Readonly<Record<"install" | "own" | "program" | "command", string>> & { files: object }>
> = {
  npm: {
    files: { "package.json": '{ "type": "module" }' },
    install: "npm install --no-audit --no-fund @exporterkit/core @exporterkit/node-exporter valibot esbuild",
    own: "node hello.ts",
    // npm exec does not pass on what asks it to end.
    program: "node_modules/.bin/node-exporter",
    command: "npx exporterkit docs hello.ts",
  },
  bun: {
    files: { "package.json": '{ "type": "module" }' },
    install: "bun add @exporterkit/core @exporterkit/node-exporter valibot esbuild",
    own: "bun hello.ts",
    program: "bun --bun node-exporter",
    command: "bun --bun exporterkit docs hello.ts",
  },
  deno: {
    files: { "deno.json": '{ "nodeModulesDir": "auto" }' },
    install: "deno add npm:@exporterkit/core npm:@exporterkit/node-exporter npm:valibot npm:esbuild",
    own: "deno run -A hello.ts",
    program: "deno run -A npm:@exporterkit/node-exporter",
    command: "deno run -A @exporterkit/core/cli docs hello.ts",
  },
};

let registry: Registry;

describe("the published packages", needs, () => {
  before(async () => {
    registry = await startRegistry();
  });
  after(() => registry[Symbol.asyncDispose]());

  for (const [manager, { files, install, own, program, command }] of Object.entries(MANAGERS)) {
    describe(`installed by ${manager}`, () => {
      let folder: string;
      before(async () => {
        folder = await Deno.makeTempDir({ prefix: "exporterkit-published-" });
        for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${path}`, text);
        await Deno.copyFile(new URL("../examples/hello/exporter.ts", import.meta.url), `${folder}/hello.ts`);
        const { code, stdout, stderr } = await runToEnd(shell(install, folder), 120_000);
        assert.equal(code, 0, `${stdout}${stderr}`);
      });
      after(() => Deno.remove(folder, { recursive: true }));

      it("run an exporter of one's own", async () => {
        await using server = await startServer(shell(`exec ${own} --web.listen-address=127.0.0.1:0`, folder));
        const { text } = await ask(`${server.url}/metrics`);
        assert.match(text, /^hello_greeting_length_bytes\{name="world"\} 13$/m);
      });

      it("run the host exporter by its name", async () => {
        await using server = await startServer(shell(`exec ${program} --web.listen-address=127.0.0.1:0`, folder));
        const { text } = await ask(`${server.url}/metrics`);
        assert.match(text, /^node_load1 \d/m);
        assert.match(text, /^node_scrape_collector_success\{collector="loadavg"\} 1$/m);
      });

      it("bring the command exporterkit", async () => {
        const { code, stdout, stderr } = await runToEnd(shell(command, folder));
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^\| `hello_greeting_length_bytes` +\| gauge/m);
      });
    });
  }
});

function shell(line: string, cwd: string): Command {
  const folders = [carriedRuntime("node").path, carriedRuntime("bun").path, Deno.execPath()].map((path) =>
    dirname(path)
  );
  const path = [...folders, Deno.env.get("PATH") ?? ""].join(":");
  return { path: "/bin/sh", args: ["-c", line], cwd, env: { PATH: path, ...registry.environment } };
}
