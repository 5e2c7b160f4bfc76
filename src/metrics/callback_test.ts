import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock, settle } from "./_testing.ts";
import { Callback, type CallbackOptions, runAll, type RunEnd, type WaitOptions } from "./callback.ts";

/** A callback of what a test says, and all ends that it was told. */
function calling<Value>(call: (signal: AbortSignal) => Value | PromiseLike<Value>, options: CallbackOptions = {}) {
  const clock = new FakeClock();
  const ends: RunEnd[] = [];
  const ended = (end: RunEnd) => void ends.push(end);
  return { clock, ends, callback: new Callback("callback of a test", call, { clock, ended, ...options }) };
}

/** Outcomes alone. */
function outcomes(reports: readonly RunEnd[]): string[] {
  return reports.map(({ outcome }) => outcome);
}

describe("Callback.run()", () => {
  it("calls the function before it returns", async () => {
    let calls = 0;
    const { callback } = calling(() => void calls++);
    const report = callback.run({ timeoutMs: 1000 });
    assert.equal(calls, 1);
    assert.deepEqual(await report, { outcome: "ok", seconds: 0 });
  });

  it("sets no timer for a function that returns no promise", async () => {
    const timers: number[] = [];
    const { callback, clock } = calling(() => 7, { timeoutMs: 50 });
    clock.after = (delayMs) => {
      timers.push(delayMs);
      return () => {};
    };
    assert.deepEqual(await callback.run({ timeoutMs: 1000 }), { outcome: "ok", value: 7, seconds: 0 });
    assert.deepEqual(timers, []);
  });

  it("gives what the function returned in the end, how long that took, and leaves no timer behind", async () => {
    const gate = deferred<string>();
    const { callback, clock } = calling(() => gate.promise, { timeoutMs: 5000 });
    const report = callback.run({ timeoutMs: 2000 });
    await clock.advance(1500);
    gate.resolve("done");
    assert.deepEqual(await report, { outcome: "ok", value: "done", seconds: 1.5 });
    assert.equal(clock.pending, 0);
  });

  it("takes anything that has a then() for a promise", async () => {
    const { callback } = calling<number>(() => ({ then: (resolve) => Promise.resolve(3).then(resolve) }));
    assert.deepEqual(await callback.run({ timeoutMs: 1000 }), { outcome: "ok", value: 3, seconds: 0 });
  });

  const problem = new Error("no luck");
  const failures: [how: string, call: (signal: AbortSignal) => void | Promise<void>][] = [
    ["throws", () => {
      throw problem;
    }],
    ["rejects", () => Promise.reject(problem)],
  ];
  for (const [how, call] of failures) {
    it(`reports a function that ${how}, aborts its signal, and calls it again next time`, async () => {
      const signals: AbortSignal[] = [];
      const { callback, clock, ends } = calling((signal) => {
        signals.push(signal);
        return call(signal);
      });
      for (let run = 0; run < 2; run++) {
        assert.deepEqual(await callback.run({ timeoutMs: 1000 }), { outcome: "error", error: problem, seconds: 0 });
      }
      assert.deepEqual(signals.map(({ reason }) => reason), [problem, problem]);
      assert.deepEqual(outcomes(ends), ["error", "error"]);
      assert.equal(clock.pending, 0);
    });
  }

  it("does not abort the signal of a run that ended ok", async () => {
    let signal!: AbortSignal;
    const { callback } = calling((its) => void (signal = its));
    await callback.run({ timeoutMs: 1000 });
    assert.equal(signal.aborted, false);
  });

  it("shares one run among all who want it at the same time", async () => {
    const gate = deferred<number>();
    let calls = 0;
    const { callback, ends } = calling(() => {
      calls++;
      return gate.promise;
    });
    const reports = [1, 2, 3].map(() => callback.run({ timeoutMs: 1000 }));
    gate.resolve(42);
    assert.deepEqual((await Promise.all(reports)).map(({ value }) => value), [42, 42, 42]);
    assert.deepEqual([calls, ends.length], [1, 1]);
  });

  it("lets the run go on for those who wait longer than the first", async () => {
    const gate = deferred();
    let signal!: AbortSignal;
    const { callback, clock, ends } = calling((its) => {
      signal = its;
      return gate.promise;
    });
    const hasty = callback.run({ timeoutMs: 1000 });
    const patient = callback.run({ timeoutMs: 5000 });
    await clock.advance(1000);
    const { outcome, error, seconds } = await hasty;
    assert.deepEqual([outcome, seconds, signal.aborted], ["timeout", 1, false]);
    assert.match(String(error), /it had not ended at the scrape's deadline/);
    gate.resolve();
    assert.equal((await patient).outcome, "ok");
    assert.deepEqual(outcomes(ends), ["ok"]);
  });

  it("aborts the run when the last one gives up, whoever came first", async () => {
    let signal!: AbortSignal;
    const { callback, clock, ends } = calling((its) => {
      signal = its;
      return new Promise<void>(() => {});
    });
    const patient = callback.run({ timeoutMs: 5000 });
    const hasty = callback.run({ timeoutMs: 1000 });
    await clock.advance(4999);
    assert.equal(signal.aborted, false);
    await clock.advance(1);
    assert.deepEqual(outcomes(await Promise.all([patient, hasty])), ["timeout", "timeout"]);
    assert.equal((signal.reason as Error).name, "TimeoutError");
    assert.equal(
      (signal.reason as Error).message,
      "The run of callback of a test had not ended at the scrape's deadline",
    );
    assert.deepEqual(outcomes(ends), ["timeout"]);
  });

  it("ends the run for all at the callback's own timeout", async () => {
    const { callback, clock } = calling(() => new Promise<void>(() => {}), { timeoutMs: 250 });
    const reports = [callback.run({ timeoutMs: 1000 }), callback.run({ timeoutMs: Infinity })];
    await clock.advance(250);
    for (const { outcome, error, seconds } of await Promise.all(reports)) {
      assert.deepEqual([outcome, seconds], ["timeout", 0.25]);
      assert.match(String(error), /The run of callback of a test had not ended at its timeout of 0\.25 s/);
    }
  });

  it("is busy while an aborted run has not settled, and runs again once it has, however that ended", async () => {
    for (const end of ["resolve", "reject"] as const) {
      const gates = [deferred(), deferred()];
      let calls = 0;
      const { callback, clock, ends } = calling(() => gates[calls++]!.promise);
      const first = callback.run({ timeoutMs: 100 });
      await clock.advance(100);
      assert.equal((await first).outcome, "timeout");
      const busy = await callback.run({ timeoutMs: 100 });
      assert.deepEqual([busy.outcome, busy.seconds, calls], ["busy", 0, 1]);
      assert.match(String(busy.error), /an earlier run was aborted and has still not ended/);
      gates[0]![end](undefined as never);
      await settle();
      const again = callback.run({ timeoutMs: 100 });
      assert.equal(calls, 2);
      gates[1]!.resolve();
      assert.equal((await again).outcome, "ok");
      assert.deepEqual(outcomes(ends), ["timeout", "busy", "ok"], "a late settling ends nothing twice");
    }
  });

  it("is not busy when the aborted run obeys", async () => {
    const { callback, clock } = calling((signal) =>
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
    );
    for (let run = 0; run < 2; run++) {
      const report = callback.run({ timeoutMs: 100 });
      await clock.advance(100);
      assert.equal((await report).outcome, "timeout");
    }
  });

  it("joins itself when the function asks for a run before it returns", async () => {
    let inner: Promise<{ outcome: string }> | undefined;
    let calls = 0;
    const { callback, clock } = calling(() => {
      calls++;
      inner = callback.run({ timeoutMs: 1000 });
    });
    const outer = await callback.run({ timeoutMs: 1000 });
    assert.deepEqual([outer.outcome, (await inner!).outcome, calls, clock.pending], ["ok", "ok", 1, 0]);
  });

  it("starts a run of its own for those who may not share", async () => {
    const gates = [deferred(), deferred(), deferred()];
    let calls = 0;
    const { callback, clock } = calling(() => gates[calls++]!.promise);
    const shared = callback.run({ timeoutMs: 1000 });
    const own = [1, 2].map(() => callback.run({ timeoutMs: 100, shared: false }));
    assert.equal(calls, 3);
    await clock.advance(100);
    assert.deepEqual(outcomes(await Promise.all(own)), ["timeout", "timeout"]);
    gates[0]!.resolve();
    assert.equal((await shared).outcome, "ok");
  });

  it("passes the options of the one who started the run", async () => {
    interface Options extends WaitOptions {
      readonly who: string;
    }
    const gate = deferred();
    const callback = new Callback<string, Options>("callback of a test", async (_, { who }) => {
      await gate.promise;
      return who;
    });
    const reports = ["first", "second"].map((who) => callback.run({ timeoutMs: 1000, who }));
    gate.resolve();
    assert.deepEqual((await Promise.all(reports)).map(({ value }) => value), ["first", "first"]);
  });

  it("waits without a timer of the runtime when nobody is in a hurry", async () => {
    const gate = deferred();
    const callback = new Callback("callback of a test", () => gate.promise);
    const reports = [Infinity, 2 ** 31].map((timeoutMs) => callback.run({ timeoutMs }));
    await settle();
    gate.resolve();
    assert.deepEqual(outcomes(await Promise.all(reports)), ["ok", "ok"]);
  });
});

describe("Callback.abort()", () => {
  it("ends the run under way for all who wait for it", async () => {
    let signal!: AbortSignal;
    const { callback, clock } = calling((its) => {
      signal = its;
      return new Promise<void>(() => {});
    });
    const reports = [callback.run({ timeoutMs: 1000 }), callback.run({ timeoutMs: 2000 })];
    const reason = new Error("closed");
    callback.abort(reason);
    for (const report of await Promise.all(reports)) {
      assert.deepEqual(report, { outcome: "timeout", error: reason, seconds: 0 });
    }
    assert.equal(signal.reason, reason);
    assert.equal(clock.pending, 0);
  });

  it("does nothing when nothing runs", async () => {
    const { callback, ends } = calling(() => {});
    callback.abort(new Error("closed"));
    assert.equal((await callback.run({ timeoutMs: 1000 })).outcome, "ok");
    assert.deepEqual(outcomes(ends), ["ok"]);
  });
});

describe("runAll()", () => {
  /** Callbacks that say when they are called, and wait for a gate each. */
  function several(count: number) {
    const clock = new FakeClock();
    const called: number[] = [];
    const gates = Array.from({ length: count }, () => deferred<number>());
    const callbacks = gates.map(({ promise }, i) =>
      new Callback(`callback ${i}`, () => {
        called.push(i);
        return promise;
      }, { clock })
    );
    return { clock, called, gates, callbacks };
  }

  it("calls all in order before it returns, and reports in that order", async () => {
    const { clock, called, gates, callbacks } = several(3);
    const reports = runAll(callbacks, { timeoutMs: 1000 }, { clock });
    assert.deepEqual(called, [0, 1, 2]);
    for (const i of [2, 0, 1]) gates[i]!.resolve(i);
    assert.deepEqual((await reports).map(({ value }) => value), [0, 1, 2]);
  });

  it("isolates those that fail or hang", async () => {
    const { clock, gates, callbacks } = several(3);
    const reports = runAll(callbacks, { timeoutMs: 1000 }, { clock });
    gates[0]!.reject(new Error("no luck"));
    gates[2]!.resolve(2);
    await clock.advance(1000);
    assert.deepEqual(outcomes(await reports), ["error", "timeout", "ok"]);
  });

  it("runs at most so many at once, with the time that is left", async () => {
    const { clock, called, gates, callbacks } = several(3);
    const reports = runAll(callbacks, { timeoutMs: 1000 }, { atOnce: 2, clock });
    assert.deepEqual(called, [0, 1]);
    await clock.advance(600);
    gates[1]!.resolve(1);
    await settle();
    assert.deepEqual(called, [0, 1, 2]);
    await clock.advance(400);
    assert.deepEqual((await reports).map(({ outcome, seconds }) => [outcome, seconds]), [
      ["timeout", 1],
      ["ok", 0.6],
      ["timeout", 0.4],
    ]);
  });

  it("has no reports of nothing", async () => {
    assert.deepEqual(await runAll([], { timeoutMs: 1000 }), []);
  });
});
