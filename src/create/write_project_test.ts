import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { problemOfFolder, type ProjectFile, writeProject } from "./write_project.ts";

const FILES: readonly ProjectFile[] = [
  ["README.md", "# A\n"],
  [".github/workflows/ci.yml", "name: ci\n"],
  ["vendor/a.tgz", new Uint8Array([1, 2])],
];
const NEVER = new AbortController().signal;

describe("writeProject()", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "create-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("makes the folder and those above it, and leaves nothing else there", async () => {
    const target = join(folder, "a/b/c");
    await writeProject(target, FILES, NEVER);
    assert.deepEqual((await readdir(target)).sort(), [".github", "README.md", "vendor"]);
    assert.equal(await readFile(join(target, ".github/workflows/ci.yml"), "utf8"), "name: ci\n");
    assert.deepEqual([...await readFile(join(target, "vendor/a.tgz"))], [1, 2]);
  });

  it("fills an empty folder", async () => {
    const target = join(folder, "empty");
    await mkdir(target);
    await writeProject(target, FILES, NEVER);
    assert.equal(await readFile(join(target, "README.md"), "utf8"), "# A\n");
  });

  it("touches nothing where something is", async () => {
    const target = join(folder, "full");
    await mkdir(target);
    await writeFile(join(target, "README.md"), "mine");
    await assert.rejects(writeProject(target, FILES, NEVER), /^Error: Cannot create a project: .*full is not empty/);
    assert.deepEqual(await readdir(target), ["README.md"]);
    assert.equal(await readFile(join(target, "README.md"), "utf8"), "mine");
    await assert.rejects(writeProject(join(target, "README.md"), FILES, NEVER), /README\.md is no folder/);
  });

  it("leaves nothing behind when it is interrupted at any file", async () => {
    const target = join(folder, "interrupted/deep");
    for (let count = 0; count <= FILES.length; count++) {
      const interruption = new AbortController();
      const interrupting = function* () {
        yield* FILES.slice(0, count);
        interruption.abort(new Error("interrupted"));
        yield* FILES.slice(count);
      };
      await assert.rejects(writeProject(target, interrupting(), interruption.signal), /interrupted/);
      assert.equal((await readdir(folder)).includes("interrupted"), false);
    }
  });

  it("leaves what somebody else has put there meanwhile", async () => {
    const target = join(folder, "shared");
    const files = function* () {
      yield* FILES;
      writeFileSync(join(target, "theirs"), "theirs");
    };
    await assert.rejects(writeProject(target, files(), NEVER), /theirs has appeared/);
    assert.deepEqual(await readdir(target), ["theirs"]);
  });
});

describe("problemOfFolder()", () => {
  it("has nothing against what is not there", async () => {
    assert.equal(await problemOfFolder("/nowhere/at/all"), undefined);
  });
});
