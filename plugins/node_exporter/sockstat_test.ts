import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseSockstat, sockstat } from "./sockstat.ts";

describe("parseSockstat", () => {
  it("parseSockstat() reads names and numbers in turn", () => {
    assert.deepEqual(parseSockstat("sockets: used 12\nFRAG: inuse 0 memory 5\n"), [
      { protocol: "sockets", name: "used", value: 12 },
      { protocol: "FRAG", name: "inuse", value: 0 },
      { protocol: "FRAG", name: "memory", value: 5 },
    ]);
  });

  it("parseSockstat() rejects a name without a number", () => {
    assert.throws(() => parseSockstat("TCP: inuse 1 orphan"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/sockstat: line 1 is "TCP: inuse 1 orphan", ' +
        "expected a protocol, a colon, and names with numbers",
    });
    assert.throws(() => parseSockstat("TCP inuse 1"), SyntaxError);
  });
});

describe("sockstat", () => {
  it("sockstat() turns pages into bytes of this kernel's pages", async () => {
    const host = fakeHost({
      "/proc/net/sockstat": "TCP: inuse 1 mem 3\n",
      "/proc/self/statm": "1000 500 0 0 0 0 0\n",
      "/proc/self/status": "Name:\tx\nVmSize:\t   64000 kB\n",
    });
    assert.deepEqual(samples(await expose(sockstat(host))).sort(), [
      "node_sockstat_TCP_inuse 1",
      "node_sockstat_TCP_mem 3",
      "node_sockstat_TCP_mem_bytes 196608",
    ]);
  });

  it("sockstat() exposes IPv6 where there is no IPv4", async () => {
    const host = fakeHost({ "/proc/net/sockstat6": "TCP6: inuse 17\n" });
    assert.deepEqual(samples(await expose(sockstat(host))), ["node_sockstat_TCP6_inuse 17"]);
  });
});
