import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, refused, samples } from "./_testing.ts";
import { config } from "./config.ts";

const ALL = ["maxmemory", "100", "maxclients", "10000", "io-threads", "1", "requirepass", "s3cret", "save", ""];

describe("config", () => {
  it("config exposes the limits", async () => {
    const redis = fakeRedis({
      "CONFIG GET max*": ["maxmemory", "100", "maxclients", "10000", "maxmemory-policy", "noeviction"],
      "CONFIG GET io-threads": ["io-threads", "4"],
    });
    assert.deepEqual(await samples(config, redis), [
      "redis_config_io_threads 4",
      "redis_config_maxclients 10000",
      "redis_config_maxmemory 100",
    ]);
  });

  it("config exposes everything that is no password, if asked for", async () => {
    const lines = await samples(config, fakeRedis({ "CONFIG GET *": ALL }), { includeConfigMetrics: true });
    assert.ok(lines.includes('redis_config_key_value{key="save",value=""} 1'));
    assert.ok(lines.includes('redis_config_value{key="maxclients"} 10000'));
    assert.doesNotMatch(lines.join("\n"), /requirepass|s3cret/);
  });

  it("config exposes passwords too, if that is asked for", async () => {
    const settings = { includeConfigMetrics: true, redactConfigMetrics: false };
    const lines = await samples(config, fakeRedis({ "CONFIG GET *": ALL }), settings);
    assert.ok(lines.includes('redis_config_key_value{key="requirepass",value="s3cret"} 1'));
  });

  it("config asks by the name that CONFIG has on the server, or not at all", async () => {
    const redis = fakeRedis({ "secretconfig GET max*": [], "secretconfig GET io-threads": [] });
    await samples(config, redis, { configCommand: "secretconfig" });
    assert.equal(redis.asked.length, 2);
    for (const [facts, configCommand] of [[{}, "-"], [{ mode: "sentinel" }, "CONFIG"]] as const) {
      const other = fakeRedis({}, facts);
      assert.deepEqual(await samples(config, other, { configCommand }), []);
      assert.deepEqual(other.asked, []);
    }
  });

  it("config fails when CONFIG may not be run", async () => {
    const answer = refused("NOPERM this user has no permissions to run the 'config|get' command");
    const redis = fakeRedis({ "CONFIG GET max*": answer, "CONFIG GET io-threads": answer });
    await assert.rejects(samples(config, redis), { code: "NOPERM" });
  });
});
