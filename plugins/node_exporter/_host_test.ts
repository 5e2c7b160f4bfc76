import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { realHost } from "./_host.ts";

describe("realHost", () => {
  it("realHost reads files, folders and links", async () => {
    const folder = await mkdtemp(`${tmpdir()}/exporterkit-host-`);
    try {
      await writeFile(`${folder}/b`, "text\n");
      await symlink("b", `${folder}/a`);
      await utimes(`${folder}/b`, 1000, 2000);
      assert.deepEqual(await realHost.list(folder), ["a", "b"]);
      assert.equal(await realHost.readText(`${folder}/a`), "text\n");
      assert.equal(await realHost.readLink(`${folder}/a`), "b");
      assert.equal(await realHost.modifiedMs(`${folder}/a`), 2_000_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("realHost says why it cannot read", async () => {
    await assert.rejects(realHost.readText("/none"), { code: "ENOENT" });
    await assert.rejects(realHost.list("/none"), { code: "ENOENT" });
    await assert.rejects(realHost.readLink("/none"), { code: "ENOENT" });
    await assert.rejects(realHost.modifiedMs("/none"), { code: "ENOENT" });
    await assert.rejects(realHost.statfs("/none"), { code: "ENOENT" });
    await assert.rejects(realHost.readText("/"), { code: "EISDIR" });
  });

  it("realHost knows the size of a file system", async () => {
    const { blockSize, blocks, blocksFree, blocksAvailable } = await realHost.statfs("/");
    assert.ok(blockSize > 0 && blocks >= blocksFree && blocksFree >= blocksAvailable);
  });
});
