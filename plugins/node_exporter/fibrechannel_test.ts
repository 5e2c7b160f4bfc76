import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { fibrechannel, parseStatistic } from "./fibrechannel.ts";

describe("parseStatistic", () => {
  it("parseStatistic() knows numbers from what adapters do not keep", () => {
    assert.equal(parseStatistic("0x1f"), 31);
    assert.equal(parseStatistic("0xffffffffffffffff"), undefined);
    assert.equal(parseStatistic("often"), undefined);
    assert.equal(parseStatistic(undefined), undefined);
  });
});

describe("fibrechannel", () => {
  it("fibrechannel() leaves empty what an adapter does not tell, and leaves out one that has vanished", async () => {
    const host = fakeHost({
      "/sys/class/fc_host/host0/port_id": "0x000002\n",
      "/sys/class/fc_host/host0/statistics/rx_frames": "0x3\n",
      "/sys/class/fc_host/host1": { entries: [] },
    });
    const lines = samples(await expose(fibrechannel(host)));
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^node_fibrechannel_info\{fc_host="host0",speed="",.*port_id="000002",.*\} 1$/);
    assert.equal(lines[1], 'node_fibrechannel_rx_frames_total{fc_host="host0"} 3');
  });
});
