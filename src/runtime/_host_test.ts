import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { host } from "./_host.ts";

describe("the machine", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-host-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("has a name", () => assert.equal(host.name(), hostname()));

  it("replaces a file, readable for all, and leaves nothing beside it", async () => {
    const path = join(folder, "a.json");
    await host.files.write(path, "old");
    await chmod(path, 0o600);
    await host.files.write(path, "new");
    assert.equal(await readFile(path, "utf8"), "new");
    assert.equal((await stat(path)).mode & 0o777, 0o644);
    assert.deepEqual(await readdir(folder), ["a.json"]);
  });

  it("never shows half a file to somebody who reads while it is replaced", async () => {
    const path = join(folder, "large.json");
    const texts = ["x".repeat(1_000_000), "y".repeat(1_000_000)];
    await host.files.write(path, texts[0]!);
    let isWriting = true;
    const reads: Promise<string[]> = (async () => {
      const seen: string[] = [];
      while (isWriting) seen.push(await readFile(path, "utf8"));
      return seen;
    })();
    for (let i = 1; i <= 10; i++) await host.files.write(path, texts[i % 2]!);
    isWriting = false;
    for (const text of await reads) assert.ok(texts.includes(text), `${text.length} bytes`);
  });

  it("touches a file that is there, and says when it is not", async () => {
    const path = join(folder, "b.json");
    assert.equal(await host.files.touch(path), false);
    await writeFile(path, "");
    await utimes(path, 1, 1);
    assert.equal(await host.files.touch(path), true);
    assert.ok((await stat(path)).mtimeMs > 1_000_000_000_000);
  });

  it("removes a file, or nothing", async () => {
    const path = join(folder, "c.json");
    await writeFile(path, "");
    await host.files.remove(path);
    await host.files.remove(path);
    await assert.rejects(stat(path), { code: "ENOENT" });
  });

  it("rejects where it cannot write", async () => {
    await mkdir(join(folder, "d.json.tmp"));
    await assert.rejects(host.files.write(join(folder, "d.json"), ""));
    await assert.rejects(host.files.write(join(folder, "none", "e.json"), ""), { code: "ENOENT" });
  });
});
