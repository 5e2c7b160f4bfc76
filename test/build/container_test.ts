/** No engine builds the image here: a linter reads the Dockerfile, and what it would start is started beside it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd, startServer } from "../_process.ts";
import { imageCommand, lintDockerfile, needsHadolint } from "./_container.ts";
import { scrape } from "./_exposition.ts";
import { artifactOf, deployed, needsBuild } from "./_project.ts";

const hadolint = needsHadolint();

for (const name of ["hello", "node"] as const) {
  describe(`the container artifact of ${name}`, { ...needsBuild, ...hadolint }, () => {
    it("has a Dockerfile with which hadolint finds no fault", async () => {
      const { folder } = await artifactOf(name, "container");
      const { code, stdout, stderr } = await lintDockerfile(folder);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });
  });

  describe(`the container artifact of ${name}`, needsBuild, () => {
    it("starts with its entry point", async () => {
      await using copy = await deployed(await artifactOf(name, "container"));
      const [path, ...args] = await imageCommand("ENTRYPOINT", copy.folder);
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
    const [path, ...args] = await imageCommand("ENTRYPOINT", copy.folder);
    const [checker, ...checks] = await imageCommand("HEALTHCHECK", copy.folder);
    await using server = await startServer({ path, args, env: { HOME: "/nonexistent" } });
    assert.equal((await runToEnd({ path: checker, args: checks })).code, 0);
    await server.stop();
    assert.equal((await runToEnd({ path: checker, args: checks })).code, 1);
  });
});
