/** systemd reads the service file and judges it; it runs no service here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd, startServer } from "../_process.ts";
import { carriedRuntime, findProgram, needsProgram } from "../_programs.ts";
import { scrape } from "./_exposition.ts";
import { artifactOf, deployed, needsBuild } from "./_project.ts";

const needs = { ...needsBuild, ...needsProgram("systemd-analyze", "apt-get install -y systemd") };

/** Of 10, and without a network of its own a service cannot get to 0: systemd calls up to 2 safe. */
const EXPOSURE_LIMIT = { hello: 15, node: 25 };

for (const name of ["hello", "node"] as const) {
  describe(`the systemd artifact of ${name}`, needs, () => {
    it("has a service file that systemd-analyze verifies without a word", async () => {
      await using service = await unpacked(name);
      const { code, stdout, stderr } = await analyze(["verify", service.path]);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("is exposed as little as systemd-analyze security can see", async () => {
      await using service = await unpacked(name);
      const threshold = `--threshold=${EXPOSURE_LIMIT[name]}`;
      const { code, stdout } = await analyze(["security", "--no-pager", "--offline=true", threshold, service.path]);
      const verdict = /Overall exposure level .*/.exec(stdout)?.[0] ?? stdout;
      console.log(verdict);
      assert.equal(code, 0, verdict);
    });

    it("starts with the command of its service file", async () => {
      await using service = await unpacked(name);
      const [, command = ""] = /^ExecStart=(.*) \$ARGS$/m.exec(await Deno.readTextFile(service.path)) ?? [];
      const [path = "", ...args] = command.split(" ");
      const listen = "--web.listen-address=127.0.0.1:0";
      await using server = await startServer({ path, args: [...args, listen], env: { HOME: "/nonexistent" } });
      assert.ok((await scrape(server.url)).has(`${name}_scrape_collector_success`));
    });
  });
}

/** The service file, with a Node that is at hand and the script where it lies. */
async function unpacked(name: "hello" | "node"): Promise<AsyncDisposable & { readonly path: string }> {
  const copy = await deployed(await artifactOf(name, "systemd"));
  const path = `${copy.folder}/${name}_exporter.service`;
  const text = await Deno.readTextFile(path);
  const here = text.replaceAll("/usr/bin/node", carriedRuntime("node").path)
    .replaceAll(`/usr/local/lib/${name}_exporter/`, `${copy.folder}/`);
  await Deno.writeTextFile(path, here);
  return { path, [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose]() };
}

async function analyze(args: readonly string[]) {
  return await runToEnd({ path: findProgram("systemd-analyze") ?? "", args });
}
