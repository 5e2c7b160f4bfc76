import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples, testdata } from "./_testing.ts";
import { cluster } from "./cluster.ts";

describe("cluster", () => {
  it("cluster exposes the state of a node's cluster", async () => {
    const redis = fakeRedis({ "CLUSTER INFO": testdata("cluster_info.txt") }, { mode: "cluster" });
    const lines = await samples(cluster, redis);
    for (const line of ["redis_cluster_state 1", "redis_cluster_slots_ok 16384", "redis_cluster_known_nodes 1"]) {
      assert.ok(lines.includes(line), line);
    }
    assert.equal(lines.length, 11);
  });

  it("cluster asks no other server", async () => {
    const redis = fakeRedis({});
    assert.deepEqual([await samples(cluster, redis), redis.asked], [[], []]);
  });
});
