import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples } from "./_testing.ts";
import { countKeys } from "./count_keys.ts";

describe("count_keys", () => {
  it("count_keys counts what matches, in batches of the size that is set", async () => {
    const redis = fakeRedis({
      "SELECT 0": "OK",
      "SELECT 3": "OK",
      "SCAN 0 MATCH * COUNT 50": ["9", ["a", "b"]],
      "SCAN 9 MATCH * COUNT 50": ["0", ["b", "c"]],
      "SCAN 0 MATCH set:* COUNT 50": ["0", []],
    });
    const settings = { countKeys: "db0=*,db3=set:*", checkKeysBatchSize: 50 };
    assert.deepEqual(await samples(countKeys, redis, settings), [
      'redis_keys_count{db="db0",key="*"} 3',
      'redis_keys_count{db="db3",key="set:*"} 0',
    ]);
  });

  it("count_keys asks nothing where there is nothing to count", async () => {
    assert.deepEqual(await samples(countKeys, fakeRedis({})), []);
  });
});
