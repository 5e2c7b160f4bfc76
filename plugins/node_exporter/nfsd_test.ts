import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { nfsd } from "./nfsd.ts";

describe("nfsd", () => {
  it("nfsd() counts operations of version 4 by their number", async () => {
    const counts = Array.from({ length: 72 }, (_, number) => number);
    const host = fakeHost({ "/proc/net/rpc/nfsd": `proc4ops 72 ${counts.join(" ")}\n` });
    const lines = samples(await expose(nfsd(host)));
    for (
      const [method, number] of [["Access", 3], ["SetAttr", 34], ["Verify", 37], ["Write", 38], ["RelLockOwner", 39]]
    ) {
      assert.ok(lines.includes(`node_nfsd_requests_total{proto="4",method="${method}"} ${number}`), `${method}`);
    }
    assert.equal(lines.length, 33);
  });

  it("nfsd() leaves out lines that are missing", async () => {
    const host = fakeHost({ "/proc/net/rpc/nfsd": "th 8 0 0.000\n" });
    assert.deepEqual(samples(await expose(nfsd(host))), ["node_nfsd_server_threads 8"]);
  });

  it("nfsd() rejects a truncated line", async () => {
    await assert.rejects(expose(nfsd(fakeHost({ "/proc/net/rpc/nfsd": "rc 1 2" }))), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/rpc/nfsd: line 1 is "rc 1 2", expected 3 numbers',
    });
  });
});
