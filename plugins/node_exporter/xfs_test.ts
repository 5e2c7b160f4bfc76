import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseXfs, xfs } from "./xfs.ts";

describe("parseXfs", () => {
  it("parseXfs() reads known lines, and ignores others and further numbers", () => {
    assert.deepEqual([...parseXfs("rw 1 2 3\nqm 0 0\ndebug 0\n")], [["write_calls", 1], ["read_calls", 2]]);
  });

  it("parseXfs() rejects a truncated line", () => {
    assert.throws(() => parseXfs("rw 1 2\nabt 1 2"), {
      name: "SyntaxError",
      message: 'Cannot read /sys/fs/xfs/<device>/stats/stats: line 2 is "abt 1 2", expected "abt" and 4 numbers',
    });
  });
});

describe("xfs", () => {
  it("xfs() leaves out a file system that has vanished", async () => {
    const host = fakeHost({ "/sys/fs/xfs/gone": { entries: [] }, "/sys/fs/xfs/vda/stats/stats": "rw 1 2\n" });
    assert.deepEqual(samples(await expose(xfs(host))), [
      'node_xfs_read_calls_total{device="vda"} 2',
      'node_xfs_write_calls_total{device="vda"} 1',
    ]);
  });
});
