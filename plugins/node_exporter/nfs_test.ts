import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRpc } from "./_rpc.ts";
import { expose, fakeHost, samples } from "./_testing.ts";
import { nfs } from "./nfs.ts";

describe("parseRpc", () => {
  it("parseRpc() leaves out how many numbers a protocol has", () => {
    const lines = parseRpc("net 1 2 3 4\nproc4 2 5 6\n", "/proc/net/rpc/nfs");
    assert.deepEqual([...lines], [["net", [1, 2, 3, 4]], ["proc4", [5, 6]]]);
  });

  it("parseRpc() rejects truncated lines", () => {
    assert.throws(() => parseRpc("net 1 2 3 4\nproc4 3 5 6", "/proc/net/rpc/nfs"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/rpc/nfs: line 2 is "proc4 3 5 6", expected 3 numbers',
    });
    assert.throws(() => parseRpc("net 1 2", "/p"), /line 1 is "net 1 2", expected 4 numbers/);
    assert.throws(() => parseRpc("net x", "/p"), /expected a name and numbers/);
  });
});

describe("nfs", () => {
  it("nfs() leaves out protocols that the kernel does not know, and counts procedures it does not know as never called", async () => {
    const host = fakeHost({ "/proc/net/rpc/nfs": "rpc 1 2 3\nproc4 2 5 6\n" });
    const lines = samples(await expose(nfs(host)));
    assert.ok(lines.includes("node_nfs_rpc_retransmissions_total 2"));
    assert.ok(lines.includes('node_nfs_requests_total{proto="4",method="Read"} 6'));
    assert.ok(lines.includes('node_nfs_requests_total{proto="4",method="Clone"} 0'));
    assert.ok(!lines.some((line) => /proto="[23]"|packets/.test(line)));
  });
});
