import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples } from "./_testing.ts";
import { slowlog } from "./slowlog.ts";

describe("slowlog", () => {
  it("slowlog exposes the last entry", async () => {
    const entry = [14, 1795949155, 21500, ["DEBUG", "SLEEP", "0.02"], "127.0.0.1:5000", ""];
    assert.deepEqual(await samples(slowlog, fakeRedis({ "SLOWLOG LEN": 3, "SLOWLOG GET 1": [entry] })), [
      "redis_last_slow_execution_duration_seconds 0.0215",
      "redis_slowlog_last_id 14",
      "redis_slowlog_length 3",
    ]);
  });

  it("slowlog exposes zeros of an empty log", async () => {
    assert.deepEqual(await samples(slowlog, fakeRedis({ "SLOWLOG LEN": 0, "SLOWLOG GET 1": [] })), [
      "redis_last_slow_execution_duration_seconds 0",
      "redis_slowlog_last_id 0",
      "redis_slowlog_length 0",
    ]);
  });

  it("slowlog asks no Sentinel, which has none", async () => {
    assert.deepEqual(await samples(slowlog, fakeRedis({}, { mode: "sentinel" })), []);
  });
});
