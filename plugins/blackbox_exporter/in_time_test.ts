import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { probeInTime } from "./in_time.ts";

function contextOf({ timeout = 0, timeoutMs = 60_000, signal = new AbortController().signal } = {}) {
  const reasons: string[] = [];
  return {
    reasons,
    module: { timeout } as never,
    timeoutMs,
    signal,
    fail: (reason: string) => void reasons.push(reason),
  };
}

describe("probeInTime()", () => {
  it("says nothing of what ends well, and lets go of all that the probe opened", async () => {
    const context = contextOf();
    let ended: AbortSignal | undefined;
    await probeInTime(context, (signal) => Promise.resolve(void (ended = signal)));
    assert.deepEqual([context.reasons, ended?.aborted], [[], true]);
  });

  it("fails for whatever is thrown, also for several reasons at once", async () => {
    const errors = [
      new Error("refused"),
      Object.assign(new Error(""), { code: "ECONNREFUSED" }),
      new AggregateError([new Error("a"), new Error("b")]),
      new Error("outer", { cause: new Error("inner") }),
    ];
    const context = contextOf();
    for (const error of errors) await probeInTime(context, () => Promise.reject(error));
    assert.deepEqual(context.reasons, ["refused", "ECONNREFUSED", "a; b", "outer: inner"]);
  });

  it("ends before the module's timeout and before the scraper gives up, also what ignores that", async () => {
    for (
      const [limits, reason] of [[{ timeout: 20 }, "no end after 0.02 s"], [
        { timeoutMs: 80 },
        "no end after 0.04 s",
      ]] as const
    ) {
      const context = contextOf(limits);
      await probeInTime(context, () => new Promise(() => {}));
      assert.deepEqual(context.reasons, [reason]);
    }
  });

  it("ends with the run", async () => {
    const run = new AbortController();
    const context = contextOf({ signal: run.signal });
    const probing = probeInTime(context, () => new Promise(() => {}));
    run.abort(new Error("over"));
    await probing;
    assert.deepEqual(context.reasons, ["over"]);
  });
});
