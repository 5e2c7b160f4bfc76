import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, refused, samples, testdata } from "./_testing.ts";
import { sentinel } from "./sentinel.ts";

describe("sentinel", () => {
  const answers = {
    "INFO sentinel": testdata("info_sentinel_section.txt"),
    "SENTINEL MASTERS": [[
      ...["name", "mymaster", "ip", "127.0.0.1", "port", "7701", "quorum", "2", "failover-timeout", "180000"],
      ...["parallel-syncs", "1", "down-after-milliseconds", "1000"],
    ]],
    "SENTINEL SLAVES mymaster": [["name", "a", "flags", "slave"], ["name", "b", "flags", "s_down,slave"]],
    "SENTINEL SENTINELS mymaster": [["name", "s", "flags", "sentinel"], ["name", "t", "flags", "o_down,sentinel"]],
    "SENTINEL CKQUORUM mymaster": "OK 2 usable Sentinels.",
  };
  const labels = '{master_name="mymaster",master_address="127.0.0.1:7701"}';

  it("sentinel exposes primaries, replicas and other Sentinels", async () => {
    const lines = await samples(sentinel, fakeRedis(answers, { mode: "sentinel" }));
    for (
      const line of [
        "redis_sentinel_masters 1",
        `redis_sentinel_master_ok_slaves${labels} 1`,
        `redis_sentinel_master_ok_sentinels${labels} 2`,
        `redis_sentinel_master_setting_ckquorum${labels} 2`,
        'redis_sentinel_master_ckquorum_status{master_name="mymaster",message="OK 2 usable Sentinels."} 1',
        'redis_sentinel_master_status{master_name="mymaster",master_address="127.0.0.1:7701",master_status="ok"} 1',
      ]
    ) assert.ok(lines.includes(line), `${line} is not among\n${lines.join("\n")}`);
  });

  it("sentinel exposes a quorum that is not there", async () => {
    const answer = "NOQUORUM 1 usable Sentinels. Not enough available Sentinels";
    const redis = fakeRedis({ ...answers, "SENTINEL CKQUORUM mymaster": refused(answer) }, { mode: "sentinel" });
    const line = `redis_sentinel_master_ckquorum_status{master_name="mymaster",message="${answer}"} 0`;
    assert.ok((await samples(sentinel, redis)).includes(line));
  });

  it("sentinel asks no other server", async () => {
    const redis = fakeRedis(answers);
    assert.deepEqual([await samples(sentinel, redis), redis.asked], [[], []]);
  });
});
