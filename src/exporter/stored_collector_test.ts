import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeClock } from "../metrics/_testing.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { exposition, MemoryStore, recordingLog, samples } from "./_testing.ts";
import { type CollectContext, defineExporter, type Exporter } from "./definition.ts";
import { RunningExporter, type RunOptions } from "./running_exporter.ts";

/** 1700000000, where the fake clock begins. */
const START = 1.7e9;

interface Subject extends Partial<Pick<Exporter, "open" | "check" | "close">> {
  every?: string;
  keep?: string;
  help?: string;
  maxBytes?: number;
  /** What the nth run does after it has set the value to n. */
  run?: (n: number, context: CollectContext<unknown, unknown, object, object>) => unknown;
}

/** Isolates of an exporter whose subject is collected every minute, with a store in common. */
function isolates(
  { every = "1m", keep, help = "The number of the run.", maxBytes, run = () => {}, ...upstream }: Subject = {},
) {
  const clock = new FakeClock();
  const store = new MemoryStore(maxBytes);
  const log = recordingLog();
  let runs = 0;
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    ...upstream,
    collectors: {
      subject: {
        help: "What is tested.",
        freshness: { every, ...(keep === undefined ? {} : { keep }) },
        metrics: { value: gauge("t_value", help), total: counter("t_total", "Something that grows.", ["i"]) },
        async collect(context) {
          const n = ++runs;
          context.metrics.value.set(n);
          context.metrics.total.set({ i: 1 }, 10 * n);
          await run(n, context as never);
        },
      },
      steady: {
        help: "Is fresh.",
        metrics: { steady: gauge("t_steady", "Always 1.") },
        collect: ({ metrics }) => metrics.steady.set(1),
      },
    },
  });
  /** One more isolate, which knows nothing. */
  const isolate = (options: RunOptions = {}) =>
    new RunningExporter(exporter, { clock, log, stateless: true, store, ...options });
  /** Lets a trigger come in an isolate, which is a new one unless it is given. */
  async function trigger(running = isolate()): Promise<void> {
    const done = running.collectDue({ dueMs: clock.now(), timeoutMs: 840_000 });
    done.catch(() => {});
    await clock.advance(0);
    await done;
  }
  return { clock, store, log, isolate, trigger, runs: () => runs };
}

/** What a scrape in an isolate shows of the subject: outcome, value, success, series, last success. */
async function shown(exporter: RunningExporter, timeoutMs = 10_000): Promise<unknown[]> {
  const gathered = await exporter.gather({ timeoutMs });
  const [outcome, value] = [gathered.reports.get("subject")!.outcome, numberOf("t_value")];
  return [outcome, value, self("success"), self("series"), self("last_success_timestamp_seconds")];

  function self(name: string): number | undefined {
    return numberOf(`t_scrape_collector_${name}{collector="subject"}`);
  }

  function numberOf(series: string): number | undefined {
    const [line] = samples(gathered, series);
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
  }
}

describe("a collector with a store", () => {
  it("shows in a fresh isolate what another one collected, and when", async () => {
    const { clock, isolate, trigger, runs } = isolates();
    await trigger();
    await clock.advance(30_000);
    assert.deepEqual(await shown(isolate()), ["ok", 1, 1, 2, START]);
    assert.deepEqual(await shown(isolate()), ["ok", 1, 1, 2, START]);
    assert.equal(runs(), 1);
  });

  it("shows nothing before the first trigger, and everything else", async () => {
    const { isolate, runs } = isolates();
    const running = isolate();
    assert.deepEqual(await shown(running), ["timeout", undefined, 0, 0, 0]);
    const { reports } = await running.gather();
    assert.match(String(reports.get("subject")!.error), /its first run has not ended/);
    assert.equal(reports.get("steady")!.outcome, "ok");
    assert.equal(runs(), 0);
  });

  it("runs with each trigger that comes when its period has passed", async () => {
    const { clock, isolate, trigger, runs } = isolates({ every: "3m" });
    const times: number[] = [];
    for (let minute = 0; minute <= 6; minute++) {
      const before = runs();
      await trigger();
      if (runs() > before) times.push(minute);
      await clock.advance(60_000);
    }
    assert.deepEqual(times, [0, 3, 6]);
    assert.deepEqual(await shown(isolate()), ["ok", 3, 1, 2, START + 360]);
  });

  it("shows in an isolate that scraped before what has been collected since", async () => {
    const { clock, isolate, trigger } = isolates();
    const running = isolate();
    for (const n of [1, 2, 3]) {
      await trigger();
      assert.deepEqual((await shown(running)).slice(0, 2), ["ok", n]);
      await clock.advance(60_000);
    }
  });

  it("never goes back to what was stored before", async () => {
    const { clock, store, isolate, trigger } = isolates();
    const running = isolate();
    await trigger();
    const old = new Map(store.values);
    await clock.advance(60_000);
    await trigger();
    assert.deepEqual((await shown(running)).slice(0, 2), ["ok", 2]);
    for (const [key, bytes] of old) store.values.set(key, bytes);
    assert.deepEqual((await shown(running)).slice(0, 2), ["ok", 2]);
  });

  it("shows the last success with success 0 while later runs fail, until it was kept long enough", async () => {
    const { clock, isolate, trigger } = isolates({
      keep: "2m",
      run(n) {
        if (n > 1) throw new Error("connection refused");
      },
    });
    await trigger();
    await clock.advance(60_000);
    await trigger();
    const running = isolate();
    assert.deepEqual(await shown(running), ["error", 1, 0, 2, START]);
    const { reports } = await running.gather();
    assert.equal(String(reports.get("subject")!.error), "connection refused");
    await clock.advance(59_999);
    assert.deepEqual(await shown(isolate()), ["error", 1, 0, 2, START]);
    await clock.advance(1);
    assert.deepEqual(await shown(running), ["error", undefined, 0, 0, START]);
    assert.deepEqual(await shown(isolate()), ["error", undefined, 0, 0, START]);
  });

  it("is ok again with its next success", async () => {
    const { clock, isolate, trigger } = isolates({
      run(n) {
        if (n === 1) throw new Error("connection refused");
      },
    });
    await trigger();
    assert.deepEqual(await shown(isolate()), ["error", undefined, 0, 0, 0]);
    await clock.advance(60_000);
    await trigger();
    assert.deepEqual(await shown(isolate()), ["ok", 2, 1, 2, START + 60]);
  });

  it("shows no success that nothing has followed for longer than it is kept", async () => {
    const { clock, isolate, trigger } = isolates();
    await trigger();
    await clock.advance(180_000);
    assert.deepEqual(await shown(isolate()), ["timeout", undefined, 0, 0, START]);
  });

  it("ends a run at its period as timeout, and stores that", async () => {
    const { clock, isolate, trigger } = isolates({ run: () => new Promise(() => {}) });
    const triggered = trigger();
    await clock.advance(60_000);
    await triggered;
    assert.deepEqual((await shown(isolate())).slice(0, 2), ["timeout", undefined]);
  });

  it("says in every isolate when it last succeeded, selected or not", async () => {
    const { isolate, trigger } = isolates();
    await trigger();
    const gathered = await isolate().gather({ collectors: new Set(["steady"]) });
    assert.deepEqual([...gathered.reports.keys()], ["steady"]);
    assert.deepEqual(samples(gathered, "t_scrape_collector_last"), [
      `t_scrape_collector_last_success_timestamp_seconds{collector="subject"} ${"1.7e+09"}`,
    ]);
    assert.deepEqual(samples(gathered, "t_value"), []);
  });

  it("carries families that a run has found", async () => {
    const { isolate, trigger } = isolates({
      run: (_, { family }) => family(gauge("t_found", "Found.", ["a", "b"])).set({ a: "1" } as never, 7),
    });
    await trigger();
    assert.deepEqual(samples(await isolate().gather(), "t_found"), ['t_found{a="1"} 7']);
  });

  it("notices in another isolate that a total has begun anew", async () => {
    const { clock, isolate, trigger } = isolates({
      run: (n, { family }) => void family(counter("t_found_total", "Found.")).set(100 - n),
    });
    for (let i = 0; i < 2; i++) {
      await trigger();
      await clock.advance(60_000);
    }
    const gathered = await isolate().gather();
    const created = gathered.snapshots.find(({ family }) => family.description.name === "t_found_total")!.family
      .created(0);
    assert.equal(created, (START + 60) * 1000);
  });
});

describe("the upstream of a collector with a store", () => {
  it("is opened for a trigger that runs something, and closed after it", async () => {
    const calls: string[] = [];
    const { clock, trigger, isolate } = isolates({
      every: "2m",
      open: () => calls.push("open"),
      close: () => void calls.push("close"),
      run: (n, { resource }) => void calls.push(`run ${n}`, typeof resource),
    });
    const running = isolate();
    await trigger(running);
    await clock.advance(60_000);
    await trigger(running);
    assert.deepEqual(calls, ["open", "run 1", "number", "close"]);
  });

  it("lets the run end as down when it cannot be reached, for scrapes that reach it", async () => {
    let isDown = true;
    const { isolate, trigger } = isolates({
      open() {
        if (isDown) throw new Error("connection refused");
      },
      run: (_, { resource }) => void resource,
    });
    await trigger();
    isDown = false;
    assert.deepEqual((await shown(isolate())).slice(0, 2), ["down", undefined]);
  });

  it("is up by what the last run got, where it cannot be asked", async () => {
    const { isolate, trigger } = isolates({ open: () => 1, run: (_, { resource }) => void resource });
    assert.deepEqual(samples(await isolate().gather(), "t_up "), ["t_up 0"]);
    await trigger();
    assert.deepEqual(samples(await isolate().gather(), "t_up "), ["t_up 1"]);
  });
});

describe("the store of a collector", () => {
  it("has one value per collector, under the names of both", async () => {
    const { store, trigger } = isolates();
    await trigger();
    assert.deepEqual([...store.values.keys()], ["t/subject"]);
  });

  it("lets the collector end as error where there is none, with one line that says so, and all others be served", async () => {
    const { isolate, trigger, log, runs } = isolates();
    const running = isolate({ store: undefined });
    for (let i = 0; i < 2; i++) assert.deepEqual(await shown(running), ["error", undefined, 0, 0, 0]);
    assert.equal((await running.gather()).reports.get("steady")!.outcome, "ok");
    assert.deepEqual(log.lines, [
      'error: Store failed {"collector":"subject","reason":"error","error":"there is no store for what is collected in the background"}',
    ]);
    await assert.rejects(trigger(running), {
      name: "AggregateError",
      message:
        'Cannot store what collectors of exporter "t" gave: there is no store for what is collected in the background',
    });
    assert.equal(runs(), 0);
  });

  it("that cannot be read lets a scrape show what is known, as error", async () => {
    const { store, isolate, trigger } = isolates();
    const running = isolate();
    await trigger();
    await shown(running);
    store.before = () => {
      throw new Error("503");
    };
    assert.deepEqual(await shown(running), ["error", 1, 0, 2, START]);
    assert.deepEqual(await shown(isolate()), ["error", undefined, 0, 0, 0]);
  });

  it("that does not answer lets a scrape end in time, as timeout", async () => {
    const { clock, store, isolate } = isolates();
    store.before = () => new Promise(() => {});
    const scraped = shown(isolate(), 5000);
    await clock.advance(5000);
    assert.deepEqual((await scraped).slice(0, 2), ["timeout", undefined]);
  });

  it("that cannot be written lets the trigger fail, and the others be stored", async () => {
    const { store, log, trigger, isolate } = isolates();
    store.before = (what) => {
      if (what === "write") throw new Error("429 Too Many Requests");
    };
    await assert.rejects(trigger(), /^AggregateError: .* gave: 429 Too Many Requests$/);
    assert.match(log.lines.join("\n"), /^error: Store failed .*429/m);
    assert.deepEqual((await shown(isolate())).slice(0, 2), ["timeout", undefined]);
  });

  it("that is too small ends the run as limit, once in the log, and keeps what it has", async () => {
    const { clock, log, isolate, trigger } = isolates({
      maxBytes: 1200,
      run(n, { metrics }) {
        const { total } = metrics as { total: { set(labels: object, value: number): void } };
        for (let i = 0; n > 1 && i < 100; i++) total.set({ i }, i);
      },
    });
    const running = isolate();
    for (let i = 0; i < 3; i++) {
      await trigger(running);
      if (i === 1) {
        assert.deepEqual(await shown(running), ["limit", 1, 0, 2, START]);
        assert.deepEqual(await shown(isolate()), ["limit", 1, 0, 2, START]);
      }
      await clock.advance(60_000);
    }
    assert.deepEqual(log.lines.map((line) => line.replace(/\d+ bytes/, "N bytes")), [
      'error: Collector failed {"collector":"subject","reason":"limit","error":"its samples take N bytes, but the store takes ' +
      '1200: let it collect fewer series, or make two collectors of it"}',
    ]);
  });

  it("that is too small from the beginning shows nothing", async () => {
    const { isolate, trigger } = isolates({ maxBytes: 200 });
    const running = isolate();
    await trigger(running);
    assert.deepEqual(await shown(running), ["limit", undefined, 0, 0, 0]);
    assert.doesNotMatch(exposition(await running.gather()), /t_value \d/);
  });

  for (
    const [what, other] of [
      ["of another definition", () => isolates({ help: "Another one." })],
      ["of another version", undefined],
    ] as const
  ) {
    it(`takes what is ${what} for absent, and is written anew at the next trigger`, async () => {
      const { store, isolate, trigger, runs } = isolates({ every: "1h" });
      if (other === undefined) {
        store.values.set("t/subject", new TextEncoder().encode('{"version":0,"dueMs":1700000000000}'));
      } else {
        const there = other();
        await there.trigger();
        store.values.set("t/subject", there.store.values.get("t/subject")!);
      }
      assert.deepEqual(await shown(isolate()), ["timeout", undefined, 0, 0, 0]);
      await trigger();
      assert.equal(runs(), 1);
      assert.deepEqual(await shown(isolate()), ["ok", 1, 1, 2, START]);
    });
  }
});

describe("RunningExporter.collectDue()", () => {
  it("does nothing where collectors run by themselves", async () => {
    const { clock, isolate, store, runs } = isolates();
    await using running = isolate({ stateless: false });
    running.start();
    await clock.advance(0);
    await running.collectDue({ dueMs: clock.now() + 3_600_000 });
    assert.equal(runs(), 1);
    assert.equal(store.values.size, 0);
  });

  it("is refused when the exporter was closed, and waited for while it drains", async () => {
    const events: string[] = [];
    const { clock, isolate } = isolates({ run: () => new Promise((resolve) => clock.after(1000, () => resolve(0))) });
    const running = isolate();
    const collected = running.collectDue({ dueMs: clock.now() }).then(() => events.push("collected"));
    const drained = running.drain().then(() => events.push("drained"));
    await clock.advance(1000);
    await Promise.all([collected, drained]);
    assert.deepEqual(events, ["collected", "drained"]);
    await assert.rejects(running.collectDue({ dueMs: clock.now() }), {
      message: 'Cannot collect metrics of exporter "t": it is draining',
    });
  });
});
