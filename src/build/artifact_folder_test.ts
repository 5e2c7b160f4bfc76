import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { exporterWith } from "./_testing.ts";
import { describeArtifact } from "./artifact.ts";
import { writeArtifact } from "./artifact_folder.ts";

describe("writeArtifact()", () => {
  let parent: string;
  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "exporterkit-test-"));
  });
  after(() => rm(parent, { recursive: true }));

  async function write(folder: string, ...paths: string[]): Promise<void> {
    const files = paths.map((path) => ({ path, content: path, executable: path === "run" }));
    await writeArtifact(folder, describeArtifact("node", exporterWith(), { files, start: "" }), files);
  }

  it("makes the folder, with programs that can be started and a description", async () => {
    const folder = join(parent, "a/b");
    await write(folder, "run", "notes");
    assert.deepEqual((await readdir(folder)).sort(), ["artifact.json", "notes", "run"]);
    assert.deepEqual(JSON.parse(await readFile(join(folder, "artifact.json"), "utf8")).entry, "run");
    const executable = async (name: string) => ((await stat(join(folder, name))).mode & 0o111) !== 0;
    assert.deepEqual([await executable("run"), await executable("notes")], [true, false]);
  });

  it("leaves nothing of an earlier artifact, and nothing beside it", async () => {
    const folder = join(parent, "c/d");
    await write(folder, "old", "both");
    await write(folder, "new", "both");
    assert.deepEqual((await readdir(folder)).sort(), ["artifact.json", "both", "new"]);
    assert.deepEqual(await readdir(join(parent, "c")), ["d"]);
  });

  it("never touches a folder that holds something else", async () => {
    const folder = join(parent, "e");
    await write(folder, "old");
    await rm(join(folder, "artifact.json"));
    await writeFile(join(folder, "old"), "precious");
    await assert.rejects(write(folder, "old"), {
      message: `Cannot write the artifact to ${folder}: it holds other things (old); empty it, or choose another --out`,
    });
    assert.equal(await readFile(join(folder, "old"), "utf8"), "precious");
  });
});
