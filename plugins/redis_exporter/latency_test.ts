import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples } from "./_testing.ts";
import { latency } from "./latency.ts";

describe("latency", () => {
  it("latency exposes the last spike of each event", async () => {
    assert.deepEqual(await samples(latency, fakeRedis({ "LATENCY LATEST": [["command", 1795950057, 102, 205]] })), [
      'redis_latency_spike_duration_seconds{event_name="command"} 0.102',
      'redis_latency_spike_last{event_name="command"} 1.795950057e+09',
    ]);
  });

  it("latency exposes nothing where nothing was slow", async () => {
    assert.deepEqual(await samples(latency, fakeRedis({ "LATENCY LATEST": [] })), []);
  });
});
