import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { conntrack, parseConntrackStat } from "./conntrack.ts";

describe("parseConntrackStat", () => {
  it("parseConntrackStat() adds up the CPUs, whatever columns the kernel has", () => {
    const sums = parseConntrackStat("entries  clashres found new\n00000021  00000000 0000000a 0\n21 0 1 0\n");
    assert.deepEqual([...sums], [["entries", 66], ["clashres", 0], ["found", 11], ["new", 0]]);
  });

  it("parseConntrackStat() finds nothing in an empty file", () => {
    assert.equal(parseConntrackStat("").size, 0);
  });

  it("parseConntrackStat() rejects a truncated line", () => {
    assert.throws(() => parseConntrackStat("entries found\n0 1\n0"), {
      name: "SyntaxError",
      message: 'Cannot read /proc/net/stat/nf_conntrack: line 3 is "0", expected 2 hexadecimal numbers',
    });
  });
});

describe("conntrack", () => {
  const table = {
    "/proc/sys/net/netfilter/nf_conntrack_count": "123\n",
    "/proc/sys/net/netfilter/nf_conntrack_max": "65536\n",
  };

  it("conntrack() exposes the table alone, where there are no statistics", async () => {
    assert.deepEqual(samples(await expose(conntrack(fakeHost(table)))), [
      "node_nf_conntrack_entries 123",
      "node_nf_conntrack_entries_limit 65536",
    ]);
  });

  it("conntrack() exposes the columns that there are", async () => {
    const host = fakeHost({ ...table, "/proc/net/stat/nf_conntrack": "entries drop\n0 ff\n" });
    assert.match(await expose(conntrack(host)), /^node_nf_conntrack_stat_drop 255$/m);
  });
});
