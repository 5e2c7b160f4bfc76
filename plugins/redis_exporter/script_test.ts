import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakeRedis, samples } from "./_testing.ts";
import { script } from "./script.ts";

const FILE = new URL("testdata/script.lua", import.meta.url).pathname;

describe("script", () => {
  it("script exposes the keys and values that it returns", async () => {
    const redis = { ...fakeRedis({}), send: () => Promise.resolve(["answer", "42", "count", 7]) };
    assert.deepEqual(await samples(script, redis, { script: FILE }), [
      'redis_script_values{key="answer"} 42',
      'redis_script_values{key="count"} 7',
    ]);
  });

  it("script refuses what is no number", async () => {
    const redis = { ...fakeRedis({}), send: () => Promise.resolve(["answer", "none"]) };
    await assert.rejects(samples(script, redis, { script: FILE }), {
      message: 'The script returned "none" for "answer", expected a number',
    });
  });

  it("script runs nothing where none is set", async () => {
    assert.deepEqual(await samples(script, fakeRedis({})), []);
  });
});
