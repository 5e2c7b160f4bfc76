import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRateLimiter } from "./rate_limiter.ts";

describe("createRateLimiter()", () => {
  it("begins with a full bucket, and fills one token per interval", () => {
    let time = 1000;
    const isWithinLimit = createRateLimiter({ intervalMs: 100, burst: 2 }, () => time);
    const ask = (times: number) => Array.from({ length: times }, isWithinLimit);
    assert.deepEqual(ask(3), [true, true, false]);
    time += 99;
    assert.deepEqual(ask(1), [false]);
    time += 1;
    assert.deepEqual(ask(2), [true, false]);
    time += 100_000;
    assert.deepEqual(ask(3), [true, true, false]);
  });
});
