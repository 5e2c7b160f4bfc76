import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples } from "./_testing.ts";
import { millisecondsOf, streams } from "./streams.ts";

describe("streams", () => {
  it("streams exposes groups and consumers, and passes over what is no stream", async () => {
    const redis = fakeRedis({
      "SELECT 0": "OK",
      "SCAN 0 MATCH s* COUNT 1000": ["0", ["s1", "set"]],
      "TYPE s1": "stream",
      "TYPE set": "set",
      "TYPE absent": "none",
      "XINFO STREAM s1": [
        "length",
        1,
        "radix-tree-keys",
        1,
        "radix-tree-nodes",
        2,
        "last-generated-id",
        "1638-7",
        "groups",
        1,
      ],
      "XINFO GROUPS s1": [["name", "g", "consumers", 1, "pending", 4, "last-delivered-id", "1637-0"]],
      "XINFO CONSUMERS s1 g": [["name", "c", "pending", 3, "idle", 2500]],
    });
    const lines = await samples(streams, redis, { checkStreams: "s*", checkSingleStreams: "s1,absent" });
    assert.deepEqual(lines, [
      'redis_stream_group_consumer_idle_seconds{db="db0",stream="s1",group="g",consumer="c"} 2.5',
      'redis_stream_group_consumer_messages_pending{db="db0",stream="s1",group="g",consumer="c"} 3',
      'redis_stream_group_consumers{db="db0",stream="s1",group="g"} 1',
      'redis_stream_group_last_delivered_id{db="db0",stream="s1",group="g"} 1637',
      'redis_stream_group_messages_pending{db="db0",stream="s1",group="g"} 4',
      'redis_stream_groups{db="db0",stream="s1"} 1',
      'redis_stream_last_generated_id{db="db0",stream="s1"} 1638',
      'redis_stream_length{db="db0",stream="s1"} 1',
      'redis_stream_radix_tree_keys{db="db0",stream="s1"} 1',
      'redis_stream_radix_tree_nodes{db="db0",stream="s1"} 2',
    ]);
  });
});

describe("millisecondsOf()", () => {
  it("millisecondsOf() reads the time of an ID, 0 without one", () => {
    assert.deepEqual([millisecondsOf("1638006862416-3"), millisecondsOf(undefined)], [1638006862416, 0]);
  });
});
