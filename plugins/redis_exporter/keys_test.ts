import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, refused, samples } from "./_testing.ts";
import { keys } from "./keys.ts";

describe("keys", () => {
  it("keys asks nothing where no keys are named", async () => {
    const redis = fakeRedis({});
    assert.deepEqual([await samples(keys, redis), redis.asked], [[], []]);
  });

  it("keys exposes size and value by type", async () => {
    const redis = fakeRedis({
      "SELECT 0": "OK",
      "SELECT 3": "OK",
      "SCAN 0 MATCH q* COUNT 1000": ["0", ["queue"]],
      "TYPE queue": "list",
      "LLEN queue": 3,
      "TYPE price": "string",
      "STRLEN price": 4,
      "GET price": "12.5",
      "TYPE name": "string",
      "STRLEN name": 5,
      "GET name": "hello",
      "TYPE visitors": "string",
      "STRLEN visitors": 900,
      "GET visitors": "HYLL...",
      "PFCOUNT visitors": 42,
      "TYPE binary": "string",
      "STRLEN binary": 3,
      "GET binary": "x\uFFFDy",
      "TYPE absent": "none",
    });
    const settings = { checkKeys: "db3=q*", checkSingleKeys: "price,name,visitors,binary,absent" };
    assert.deepEqual(await samples(keys, redis, settings), [
      'redis_key_size{db="db0",key="price"} 4',
      'redis_key_size{db="db0",key="name"} 5',
      'redis_key_size{db="db0",key="visitors"} 42',
      'redis_key_size{db="db0",key="binary"} 3',
      'redis_key_size{db="db0",key="absent"} 0',
      'redis_key_size{db="db3",key="queue"} 3',
      'redis_key_value{db="db0",key="price"} 12.5',
      'redis_key_value_as_string{db="db0",key="name",val="hello"} 1',
    ]);
  });

  it("keys takes a text that begins as a HyperLogLog does for what it is", async () => {
    const redis = fakeRedis({
      "SELECT 0": "OK",
      "TYPE a": "string",
      "STRLEN a": 4,
      "GET a": "HYLL",
      "PFCOUNT a": refused("WRONGTYPE Key is not a valid HyperLogLog string value."),
    });
    assert.deepEqual(await samples(keys, redis, { checkSingleKeys: "a" }), ['redis_key_size{db="db0",key="a"} 4']);
  });

  it("keys fails when a key may not be read", async () => {
    const redis = fakeRedis({ "SELECT 0": "OK", "TYPE a": refused("NOPERM No permissions to access a key") });
    await assert.rejects(samples(keys, redis, { checkSingleKeys: "a" }), { code: "NOPERM" });
  });
});
