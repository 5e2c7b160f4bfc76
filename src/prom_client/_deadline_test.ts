import { afterEach, beforeEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { isInTime } from "./_deadline.ts";

describe("isInTime()", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("says yes to what is there already", async () => {
    assert.equal(await isInTime(Promise.resolve("value"), 0), true);
  });

  it("says no when time is up", async () => {
    const answer = isInTime(new Promise(() => {}), 5000);
    mock.timers.tick(5000);
    assert.equal(await answer, false);
  });

  it("passes a rejection on", async () => {
    await assert.rejects(isInTime(Promise.reject(new Error("no")), 5000), new Error("no"));
  });
});
