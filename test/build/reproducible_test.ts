import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildIn, buildProject, builtArtifacts, needsBuild } from "./_project.ts";

describe("exporterkit build", needsBuild, () => {
  it("gives the same bytes a second time, of a copy of the project elsewhere", async () => {
    const first = await builtArtifacts("hello");
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-again-" });
    try {
      const { success } = await new Deno.Command("cp", { args: ["-r", await buildProject(), `${folder}/copy`] })
        .output();
      assert.ok(success);
      const second = await buildIn(`${folder}/copy`, "hello", `${folder}/out/deeper`);
      assert.equal(second.length, 7);
      const hashes = (artifacts: typeof second) =>
        Object.fromEntries(
          artifacts.flatMap(({ preset, files }) => files.map((file) => [`${preset}/${file.path}`, file])),
        );
      assert.deepEqual(hashes(second), hashes(first));
      for (const { preset, folder } of second) {
        const [here, there] = [folder, first.find((artifact) => artifact.preset === preset)?.folder];
        assert.equal(
          await Deno.readTextFile(`${here}/artifact.json`),
          await Deno.readTextFile(`${there}/artifact.json`),
        );
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  it("leaves no path and no user of this machine in what it wrote", async () => {
    const project = await buildProject();
    for (const { preset, folder, files } of await builtArtifacts("hello")) {
      for (const { path } of [...files, { path: "artifact.json" }]) {
        // One byte, one character: executables are searched too.
        const text = new TextDecoder("latin1").decode(await Deno.readFile(`${folder}/${path}`));
        for (const trace of [project, Deno.env.get("TMPDIR") ?? "/tmp/exporterkit", "exporterkit-shared"]) {
          assert.equal(text.includes(trace), false, `${preset}/${path} holds ${trace}`);
        }
      }
    }
  });
});
