import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock, settle } from "../metrics/_testing.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { histogram } from "../metrics/histogram.ts";
import { Registry } from "../metrics/registry.ts";
import type { Family } from "../model/family.ts";
import { exposition, recordingLog, samples } from "./_testing.ts";
import { type CollectContext, defineExporter } from "./definition.ts";
import type { Gathered } from "./gathered.ts";
import { RunningExporter, type RunOptions } from "./running_exporter.ts";
import { UpstreamError } from "./upstream_failure.ts";

const value = gauge("t_value", "A value.", ["k"]);
const other = gauge("t_other", "Another value.");
type Context = CollectContext<unknown, unknown, { value: typeof value }, Record<never, never>>;

/** An exporter with one collector that does what a test says, and one that always works. */
function running(collect: (context: Context) => void | Promise<void>, options: RunOptions & { timeout?: string } = {}) {
  const clock = new FakeClock();
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 9999,
    collectors: {
      subject: { help: "What is tested.", metrics: { value }, timeout: options.timeout, maxSeries: 5, collect },
      steady: { help: "Always works.", metrics: { other }, collect: ({ metrics }) => metrics.other.set(1) },
    },
  });
  return { clock, exporter: new RunningExporter(exporter, { clock, ...options }) };
}

describe("RunningExporter.gather()", () => {
  it("gathers collectors and self-metrics sorted by name", async () => {
    const { exporter } = running(({ metrics }) => metrics.value.set({ k: "a" }, 2));
    assert.equal(
      exposition(await exporter.gather()),
      `# HELP t_other Another value.
# TYPE t_other gauge
t_other 1
# HELP t_scrape_collector_duration_seconds How long this scrape waited for a collector.
# TYPE t_scrape_collector_duration_seconds gauge
t_scrape_collector_duration_seconds{collector="subject"} 0
t_scrape_collector_duration_seconds{collector="steady"} 0
# HELP t_scrape_collector_failures_total Runs of a collector that failed, by reason.
# TYPE t_scrape_collector_failures_total counter
t_scrape_collector_failures_total{collector="subject",reason="error"} 0
t_scrape_collector_failures_total{collector="subject",reason="timeout"} 0
t_scrape_collector_failures_total{collector="subject",reason="limit"} 0
t_scrape_collector_failures_total{collector="subject",reason="down"} 0
t_scrape_collector_failures_total{collector="subject",reason="denied"} 0
t_scrape_collector_failures_total{collector="subject",reason="busy"} 0
t_scrape_collector_failures_total{collector="steady",reason="error"} 0
t_scrape_collector_failures_total{collector="steady",reason="timeout"} 0
t_scrape_collector_failures_total{collector="steady",reason="limit"} 0
t_scrape_collector_failures_total{collector="steady",reason="down"} 0
t_scrape_collector_failures_total{collector="steady",reason="denied"} 0
t_scrape_collector_failures_total{collector="steady",reason="busy"} 0
# HELP t_scrape_collector_series How many series a collector gave to this scrape.
# TYPE t_scrape_collector_series gauge
t_scrape_collector_series{collector="subject"} 1
t_scrape_collector_series{collector="steady"} 1
# HELP t_scrape_collector_success Whether a collector succeeded in this scrape.
# TYPE t_scrape_collector_success gauge
t_scrape_collector_success{collector="subject"} 1
t_scrape_collector_success{collector="steady"} 1
# HELP t_value A value.
# TYPE t_value gauge
t_value{k="a"} 2
`,
    );
  });

  it("forgets series that the latest run did not set", async () => {
    const sets = [["a", "b"], ["b"]];
    const { exporter } = running(({ metrics }) => sets.shift()!.forEach((k) => metrics.value.set({ k }, 1)));
    assert.deepEqual(samples(await exporter.gather(), "t_value"), ['t_value{k="a"} 1', 't_value{k="b"} 1']);
    assert.deepEqual(samples(await exporter.gather(), "t_value"), ['t_value{k="b"} 1']);
  });

  it("serves everything else when a collector throws, and nothing of its half", async () => {
    let fails = true;
    const { exporter } = running(({ metrics }) => {
      metrics.value.set({ k: fails ? "half" : "whole" }, 1);
      if (fails) throw new Error("no luck");
    });
    const gathered = await exporter.gather();
    assert.equal(gathered.reports.get("subject")!.outcome, "error");
    const lines = samples(gathered);
    assert.ok(lines.includes("t_other 1"));
    assert.ok(lines.includes('t_scrape_collector_success{collector="subject"} 0'));
    assert.ok(lines.includes('t_scrape_collector_failures_total{collector="subject",reason="error"} 1'));
    assert.ok(!lines.some((line) => line.startsWith("t_value")));
    fails = false;
    assert.deepEqual(samples(await exporter.gather(), "t_value"), ['t_value{k="whole"} 1']);
  });

  it("answers at the deadline when a collector hangs, and does not start it twice", async () => {
    const gate = deferred();
    let calls = 0;
    const { exporter, clock } = running(async ({ metrics }) => {
      calls++;
      await gate.promise;
      metrics.value.set({ k: "late" }, 1);
    });
    const first = exporter.gather({ timeoutMs: 1000 });
    await clock.advance(1000);
    assert.equal((await first).reports.get("subject")!.outcome, "timeout");
    const second = await exporter.gather({ timeoutMs: 1000 });
    assert.equal(second.reports.get("subject")!.outcome, "busy");
    assert.equal(calls, 1);
    const failures = samples(second, 't_scrape_collector_failures_total{collector="subject"');
    assert.deepEqual(failures.filter((line) => !line.endsWith(" 0")), [
      't_scrape_collector_failures_total{collector="subject",reason="timeout"} 1',
      't_scrape_collector_failures_total{collector="subject",reason="busy"} 1',
    ]);
    gate.resolve();
    await settle();
    const third = await exporter.gather({ timeoutMs: 1000 });
    assert.equal(third.reports.get("subject")!.outcome, "ok");
    assert.equal(calls, 2);
  });

  it("aborts the signal of a run whose deadline has passed", async () => {
    let reason: unknown;
    const { exporter, clock } = running(({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(reason = signal.reason)))
    );
    const scrape = exporter.gather({ timeoutMs: 300 });
    await clock.advance(300);
    assert.equal((await scrape).reports.get("subject")!.outcome, "timeout");
    assert.equal((reason as Error).name, "TimeoutError");
    const next = exporter.gather({ timeoutMs: 300 });
    await clock.advance(300);
    assert.equal(
      (await next).reports.get("subject")!.outcome,
      "timeout",
      "a run that obeyed its abort is no longer busy",
    );
  });

  it("refuses what a run writes after it ended, and logs that once", async () => {
    const gate = deferred();
    const errors: string[] = [];
    const log = recordingLog();
    const { exporter, clock } = running(async ({ metrics, family }) => {
      const handle = metrics.value.labels("kept");
      await gate.promise;
      const writes = [
        () => metrics.value.set({ k: "late" }, 1),
        () => handle.set(2),
        () => family(gauge("t_found", "Found.")),
      ];
      for (const write of writes) {
        try {
          write();
        } catch (error) {
          errors.push((error as Error).message);
        }
      }
    }, { log });
    const scrape = exporter.gather({ timeoutMs: 100 });
    await clock.advance(100);
    await scrape;
    gate.resolve();
    await settle();
    assert.deepEqual(errors, [
      'Cannot write metric "t_value": the run of collector "subject" has ended',
      'Cannot write metric "t_value": the run of collector "subject" has ended',
      'Cannot write metric "t_found": the run of collector "subject" has ended',
    ]);
    assert.equal(log.lines.filter((line) => line.includes("wrote after")).length, 1);
  });

  it("shares one run among scrapes that overlap", async () => {
    const gate = deferred();
    let calls = 0;
    const { exporter } = running(async ({ metrics }) => {
      calls++;
      await gate.promise;
      metrics.value.set({ k: "a" }, calls);
    });
    const scrapes = [exporter.gather(), exporter.gather({ collectors: new Set(["subject"]) }), exporter.gather()];
    await settle();
    gate.resolve();
    for (const gathered of await Promise.all(scrapes)) {
      assert.deepEqual(samples(gathered, "t_value"), ['t_value{k="a"} 1']);
    }
    assert.equal(calls, 1);
  });

  it("times out the scrape whose deadline comes first while the run goes on for the other", async () => {
    const gate = deferred();
    const { exporter, clock } = running(async ({ metrics }) => {
      await gate.promise;
      metrics.value.set({ k: "a" }, 1);
    });
    const hasty = exporter.gather({ timeoutMs: 1000 });
    const patient = exporter.gather({ timeoutMs: 5000 });
    await clock.advance(1000);
    const early = await hasty;
    assert.equal(early.reports.get("subject")!.outcome, "timeout");
    assert.deepEqual(samples(early, "t_value"), []);
    gate.resolve();
    const late = await patient;
    assert.equal(late.reports.get("subject")!.outcome, "ok");
    assert.deepEqual(samples(late, "t_value"), ['t_value{k="a"} 1']);
    const failures = samples(await exporter.gather(), 't_scrape_collector_failures_total{collector="subject"');
    assert.ok(failures.every((line) => line.endsWith(" 0")), "no run failed, only one scrape was too short");
  });

  it("aborts a run when the last of the scrapes that joined it gives up, whatever they selected", async () => {
    let abortedMs: number | undefined;
    const { exporter, clock } = running(({ signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          abortedMs = clock.elapsedMs();
          reject(signal.reason);
        })
      )
    );
    const subset = exporter.gather({ timeoutMs: 1000, collectors: new Set(["subject"]) });
    await clock.advance(500);
    const joined = exporter.gather({ timeoutMs: 2000 });
    await clock.advance(500);
    const first = await subset;
    assert.deepEqual([first.reports.get("subject")!.outcome, abortedMs], ["timeout", undefined]);
    assert.deepEqual(samples(first, "t_other"), []);
    await clock.advance(500);
    const third = exporter.gather({ timeoutMs: 500, collectors: new Set(["subject", "steady"]) });
    await clock.advance(1000);
    const last = await joined;
    assert.deepEqual([last.reports.get("subject")!.outcome, abortedMs], ["timeout", 2500]);
    assert.deepEqual(samples(last, "t_other"), ["t_other 1"]);
    assert.equal((await third).reports.get("subject")!.seconds, 0.5);
    assert.deepEqual(samples(last, 't_scrape_collector_failures_total{collector="subject",reason="timeout"}'), [
      't_scrape_collector_failures_total{collector="subject",reason="timeout"} 1',
    ]);
  });

  it("lets two servers with two subsets and two time-outs overlap, each with what it asked for", async () => {
    const gates = [deferred(), deferred()];
    let runs = 0;
    const { exporter, clock } = running(async ({ metrics }) => {
      const run = runs++;
      await gates[run]!.promise;
      metrics.value.set({ k: "run" }, run);
    });
    const hasty = exporter.gather({ timeoutMs: 1000, collectors: new Set(["subject"]) });
    const patient = exporter.gather({ timeoutMs: 3000, collectors: new Set(["subject", "steady"]) });
    await clock.advance(1000);
    gates[0]!.resolve();
    const [one, two] = [await hasty, await patient];
    const next = exporter.gather({ timeoutMs: 1000 });
    gates[1]!.resolve();
    assert.deepEqual(samples(one).filter((line) => /^t_(value|other)/.test(line)), []);
    assert.deepEqual(samples(two).filter((line) => /^t_(value|other)/.test(line)), ["t_other 1", 't_value{k="run"} 0']);
    assert.deepEqual(samples(await next, "t_value"), ['t_value{k="run"} 1']);
  });

  it("counts a run that failed once, however many scrapes joined it", async () => {
    const gate = deferred();
    const { exporter } = running(() => gate.promise);
    const scrapes = [exporter.gather(), exporter.gather(), exporter.gather()];
    await settle();
    gate.reject(new Error("no luck"));
    const gathered = await Promise.all(scrapes);
    assert.deepEqual(
      samples(gathered[2]!, 't_scrape_collector_failures_total{collector="subject",reason="error"}'),
      ['t_scrape_collector_failures_total{collector="subject",reason="error"} 1'],
    );
    assert.deepEqual(gathered.map(({ reports }) => reports.get("subject")!.outcome), ["error", "error", "error"]);
  });

  it("ends a run at the collector's own timeout", async () => {
    const { exporter, clock } = running(() => new Promise(() => {}), { timeout: "250ms" });
    const scrape = exporter.gather({ timeoutMs: 10_000 });
    await clock.advance(250);
    const { reports } = await scrape;
    assert.equal(reports.get("subject")!.outcome, "timeout");
    assert.equal(reports.get("subject")!.seconds, 0.25);
  });

  it("leaves no timer behind", async () => {
    const { exporter, clock } = running(() => {}, { timeout: "5s" });
    await exporter.gather();
    await settle();
    assert.equal(clock.pending, 0);
  });

  for (const [how, guard] of [["throws", false], ["swallows the error", true]] as const) {
    it(`ends a run that sets too many series as limit when it ${how}`, async () => {
      let written = 0;
      const { exporter } = running(({ metrics }) => {
        for (let i = 0; i < 1000; i++) {
          try {
            metrics.value.set({ k: String(i) }, i);
            written++;
          } catch (error) {
            if (!guard) throw error;
          }
        }
      });
      const gathered = await exporter.gather();
      assert.equal(gathered.reports.get("subject")!.outcome, "limit");
      assert.match(String(gathered.reports.get("subject")!.error), /more than its limit of 5 series/);
      assert.deepEqual(samples(gathered, "t_value"), []);
      assert.equal(written, 5);
    });
  }

  it("says how long a scrape waited", async () => {
    const gate = deferred();
    const { exporter, clock } = running(() => gate.promise);
    const scrape = exporter.gather();
    await clock.advance(1500);
    gate.resolve();
    assert.equal((await scrape).reports.get("subject")!.seconds, 1.5);
  });

  it("keeps what was committed when a later run fails", async () => {
    let runs = 0;
    const { exporter } = running(({ metrics }) => {
      runs++;
      metrics.value.set({ k: "a" }, runs);
      if (runs === 2) throw new Error("no luck");
    });
    await exporter.gather().then(samples);
    assert.deepEqual(samples(await exporter.gather(), "t_value"), [], "a failed scrape shows no older samples");
    assert.deepEqual(samples(await exporter.gather(), "t_value"), ['t_value{k="a"} 3']);
  });

  it("names the collector in the lines that it logs", async () => {
    const log = recordingLog();
    const { exporter } = running(({ log }) => log.warn("Odd", { path: "/" }), { log });
    await exporter.gather();
    assert.deepEqual(log.lines, ['warn: Odd {"collector":"subject","path":"/"}']);
  });

  it("logs a collector's failure and recovery once each", async () => {
    const log = recordingLog();
    let fails = true;
    const { exporter } = running(() => {
      if (fails) throw new Error("no luck", { cause: new Error("connection refused") });
    }, { log });
    await exporter.gather();
    await exporter.gather();
    fails = false;
    await exporter.gather();
    await exporter.gather();
    assert.deepEqual(log.lines, [
      'error: Collector failed {"collector":"subject","reason":"error","error":"no luck: connection refused"}',
      'info: Collector succeeded again {"collector":"subject"}',
    ]);
  });

  it("logs no failure when only one scrape was too short for a run", async () => {
    const log = recordingLog();
    const gate = deferred();
    const { exporter, clock } = running(() => gate.promise, { log });
    const hasty = exporter.gather({ timeoutMs: 1000 });
    const patient = exporter.gather({ timeoutMs: 5000 });
    await clock.advance(1000);
    assert.equal((await hasty).reports.get("subject")!.outcome, "timeout");
    gate.resolve();
    await patient;
    assert.deepEqual(log.lines, []);
  });

  it("exposes nothing cumulative and shares no run when stateless", async () => {
    let calls = 0;
    const { exporter } = running(async ({ metrics }) => {
      calls++;
      await settle();
      metrics.value.set({ k: "a" }, 1);
    }, { stateless: true });
    const [one, two] = await Promise.all([exporter.gather(), exporter.gather()]);
    assert.equal(calls, 2);
    for (const gathered of [one!, two!]) {
      const lines = samples(gathered);
      assert.ok(lines.includes('t_value{k="a"} 1'));
      assert.ok(!lines.some((line) => line.includes("failures_total")));
    }
  });

  it("runs at most 64 collectors at the same time, and all of them", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    async function collect(): Promise<void> {
      runs++;
      most = Math.max(most, ++running);
      await settle();
      running--;
    }
    const collectors = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, { help: "One.", collect }]));
    const exporter = new RunningExporter(defineExporter({ name: "t", version: "1.0.0", port: 1, collectors }));
    const { reports } = await exporter.gather();
    assert.deepEqual([runs, most, reports.size], [100, 64, 100]);
  });

  it("runs only the collectors that are enabled or asked for", async () => {
    const { exporter } = running(() => {}, { enabled: new Set(["steady"]) });
    assert.deepEqual(exporter.collectors, ["steady"]);
    const both = running(() => {});
    const gathered = await both.exporter.gather({ collectors: new Set(["steady"]) });
    assert.deepEqual([...gathered.reports.keys()], ["steady"]);
    assert.deepEqual(samples(gathered, "t_scrape_collector_success"), [
      't_scrape_collector_success{collector="steady"} 1',
    ]);
  });
});

describe("RunningExporter.close()", () => {
  it("ends runs under way and refuses further scrapes", async () => {
    const { exporter } = running(() => new Promise(() => {}));
    const scrape = exporter.gather();
    await settle();
    await exporter.close();
    assert.equal((await scrape).reports.get("subject")!.outcome, "timeout");
    await assert.rejects(exporter.gather(), { message: 'Cannot gather metrics of exporter "t": it was closed' });
  });
});

describe("CollectContext.family()", () => {
  type Find = (context: Context) => void;

  it("declares families that a run finds, and forgets those it does not find again", async () => {
    const finds: Find[] = [
      ({ family }) => family(gauge("t_found", "Found.", ["a", "b"] as string[])).set({ a: "1" }, 1),
      ({ family }) => family(counter("t_seen_total", "Seen.")).set(3),
    ];
    const { exporter } = running((context) => finds.shift()!(context));
    assert.deepEqual(samples(await exporter.gather(), "t_found"), ['t_found{a="1"} 1']);
    const second = await exporter.gather();
    assert.deepEqual(samples(second).filter((line) => /^t_(found|seen)/.test(line)), ["t_seen_total 3"]);
  });

  it("finds the same histogram in every run, of the kind that was chosen", async () => {
    const found = histogram("t_found", "Found.", [], { buckets: [1] });
    const { exporter } = running(({ family }) => [1, 2].forEach((value) => family(found).observe(value)), {
      histograms: "both",
    });
    const families = new Set<Family>();
    for (let run = 0; run < 3; run++) {
      const gathered = await exporter.gather();
      assert.equal(gathered.reports.get("subject")!.outcome, "ok");
      const { family, column } = gathered.snapshots.find(({ family }) => family.description.name === "t_found")!;
      assert.deepEqual([[...column.values.subarray(0, 3)], column.natives![0]!.positive.length], [[1, 1, 3], 2]);
      families.add(family);
      assert.equal(samples(gathered, "t_found_bucket").length, 2);
    }
    assert.equal(families.size, 1);
  });

  it("gives the same family for the same description in one run", async () => {
    const { exporter } = running(({ family }) => {
      for (const a of ["1", "2"]) family(gauge("t_found", "Found.", ["a"])).set({ a }, 1);
    });
    assert.deepEqual(samples(await exporter.gather(), "t_found"), ['t_found{a="1"} 1', 't_found{a="2"} 1']);
  });

  it("lets a family change between runs, as a file does that was edited", async () => {
    const labels = [["a"], ["b"]];
    const { exporter } = running(({ family }) => {
      const [name] = labels.shift()!;
      family(gauge("t_found", "Found.", [name!])).set({ [name!]: "1" }, 1);
    });
    assert.deepEqual(samples(await exporter.gather(), "t_found"), ['t_found{a="1"} 1']);
    assert.deepEqual(samples(await exporter.gather(), "t_found"), ['t_found{b="1"} 1']);
  });

  const faults: [what: string, find: Find, message: RegExp][] = [
    [
      "changes its type within a run",
      ({ family }) => {
        family(gauge("t_found", "Found."));
        family(counter("t_found", "Found."));
      },
      /Cannot declare metric "t_found": type is "counter", already declared as "gauge"/,
    ],
    [
      "belongs to another collector",
      ({ family }) => void family(gauge("t_other", "Another value.")),
      /Cannot declare metric "t_other" in collector "subject": "t_other" belongs to collector "steady"/,
    ],
    [
      "is declared under metrics",
      ({ family }) => void family(gauge("t_value", "A value.", ["k"])),
      /Cannot declare metric "t_value" in a run of collector "subject": it is already declared/,
    ],
    [
      "belongs to the exporter",
      ({ family }) => void family(gauge("t_scrape_collector_success", "Mine.")),
      /belongs to collector "\(exporter\)"/,
    ],
  ];
  for (const [what, find, message] of faults) {
    it(`ends the run as error when a family ${what}, even if the error is swallowed`, async () => {
      const { exporter } = running((context) => {
        try {
          find(context);
        } catch {
          // The run fails all the same.
        }
      });
      const report = (await exporter.gather()).reports.get("subject")!;
      assert.equal(report.outcome, "error");
      assert.match(String(report.error), message);
    });
  }

  it("gives a name back that only a failed run had claimed", async () => {
    const clock = new FakeClock();
    let firstFails = true;
    const found = gauge("t_shared", "Found by whoever comes first.");
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        collectors: {
          one: {
            help: "Claims, then fails.",
            collect({ family }) {
              if (!firstFails) return;
              family(found).set(1);
              throw new Error("no luck");
            },
          },
          two: { help: "Claims once it can.", collect: ({ family }) => firstFails ? undefined : family(found).set(2) },
        },
      }),
      { clock },
    );
    await exporter.gather();
    firstFails = false;
    assert.deepEqual(samples(await exporter.gather(), "t_shared"), ["t_shared 2"]);
  });
});

describe("held metrics", () => {
  it("count at once, survive failed runs and start at zero", async () => {
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        metrics: { attempts: counter("t_attempts_total", "Attempts.") },
        collectors: {
          subject: {
            help: "Fails.",
            collect({ held }) {
              held.attempts.inc();
              throw new Error("no luck");
            },
          },
        },
      }),
      { clock: new FakeClock() },
    );
    assert.deepEqual(samples(await exporter.gather(), "t_attempts_total"), ["t_attempts_total 1"]);
    assert.deepEqual(samples(await exporter.gather(), "t_attempts_total"), ["t_attempts_total 2"]);
  });
});

describe("ExporterDefinition.scraped()", () => {
  it("is told of each scrape before its answer is made", async () => {
    let fails = false;
    const clock = new FakeClock();
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 9999,
        metrics: {
          failed: gauge("t_failed", "Whether the last scrape failed."),
          scrapes: counter("t_scrapes_total", "Scrapes."),
        },
        scraped({ held, seconds, isSuccess, collectors }) {
          assert.equal(seconds, 0);
          assert.deepEqual([...collectors], [["one", { isSuccess: !fails, seconds: 0 }]]);
          held.failed.set(Number(!isSuccess));
          held.scrapes.inc();
        },
        collectors: {
          one: {
            help: "One.",
            collect() {
              if (fails) throw new Error("as told");
            },
          },
        },
      }),
      { clock },
    );
    const told = async () => samples(await exporter.gather()).filter((line) => /^t_(failed|scrapes_total) /.test(line));
    assert.deepEqual(await told(), ["t_failed 0", "t_scrapes_total 1"]);
    fails = true;
    assert.deepEqual(await told(), ["t_failed 1", "t_scrapes_total 2"]);
  });
});

describe("callbacks of held metrics", () => {
  type Read = (set: (value: number) => void, signal: AbortSignal) => void | Promise<void>;

  /** An exporter whose registry has one metric that is read by a callback, and one that is not. */
  function withCallback(read: Read, options: RunOptions = {}) {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    registry.add(gauge("t_plain", "Plain.")).set(1);
    registry.add(gauge("t_read", "Read."), { collect: (gauge, { signal }) => read((v) => gauge.set(v), signal) });
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      collectors: { steady: { help: "Works.", metrics: { other }, collect: ({ metrics }) => metrics.other.set(1) } },
    });
    return { clock, exporter: new RunningExporter(exporter, { clock, about: { registry }, ...options }) };
  }

  function shown(gathered: Gathered): string[] {
    return samples(gathered).filter((line) => /^t_(other|plain|read)/.test(line));
  }

  it("run in each scrape, whatever it selects", async () => {
    let reads = 0;
    const { exporter } = withCallback((set) => set(++reads));
    assert.deepEqual(shown(await exporter.gather()), ["t_other 1", "t_plain 1", "t_read 1"]);
    const none = await exporter.gather({ collectors: new Set() });
    assert.deepEqual(shown(none), ["t_plain 1", "t_read 2"]);
    assert.deepEqual([none.callbacks.get("t_read")!.outcome, none.reports.size], ["ok", 0]);
  });

  it("leave out their metric when they fail, are no collectors, and are logged once", async () => {
    const log = recordingLog();
    let fails = true;
    const { exporter } = withCallback((set) => {
      set(1);
      if (fails) throw new Error("no luck");
    }, { log });
    for (let scrape = 0; scrape < 2; scrape++) {
      const gathered = await exporter.gather();
      assert.equal(gathered.callbacks.get("t_read")!.outcome, "error");
      assert.deepEqual([...gathered.reports.keys()], ["steady"]);
      assert.deepEqual(shown(gathered), ["t_other 1", "t_plain 1"]);
    }
    fails = false;
    assert.deepEqual(shown(await exporter.gather()), ["t_other 1", "t_plain 1", "t_read 1"]);
    assert.deepEqual(log.lines, [
      'error: Callback failed {"callback":"t_read","reason":"error","error":"no luck"}',
      'info: Callback succeeded again {"callback":"t_read"}',
    ]);
  });

  it("have the scrape's deadline, and are shared by scrapes that overlap", async () => {
    const gate = deferred();
    let reads = 0;
    const { exporter, clock } = withCallback(async (set) => {
      reads++;
      await gate.promise;
      set(5);
    });
    const hasty = exporter.gather({ timeoutMs: 1000 });
    const patient = exporter.gather({ timeoutMs: 5000 });
    await clock.advance(1000);
    const early = await hasty;
    assert.deepEqual([early.callbacks.get("t_read")!.outcome, shown(early)], ["timeout", ["t_other 1", "t_plain 1"]]);
    gate.resolve();
    assert.deepEqual(shown(await patient), ["t_other 1", "t_plain 1", "t_read 5"]);
    assert.deepEqual([reads, clock.pending], [1, 0]);
  });

  it("are not shared when stateless", async () => {
    let reads = 0;
    const { exporter } = withCallback(async (set) => {
      reads++;
      await settle();
      set(1);
    }, { stateless: true });
    await Promise.all([1, 2].map(() => exporter.gather().then(samples)));
    assert.equal(reads, 2);
  });
});

describe("a stateless exporter", () => {
  it("exposes held gauges but nothing held that counts up", async () => {
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        metrics: { attempts: counter("t_attempts_total", "Attempts."), level: gauge("t_level", "Level.") },
        collectors: {
          subject: {
            help: "Writes both.",
            collect({ held }) {
              held.attempts.inc();
              held.level.set(3);
            },
          },
        },
      }),
      { stateless: true },
    );
    const lines = samples(await exporter.gather());
    assert.deepEqual(lines.filter((line) => /^t_(attempts|level)/.test(line)), ["t_level 3"]);
  });

  it("opens its resource for each scrape and closes it afterwards", async () => {
    const events: string[] = [];
    let opened = 0;
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        open: () => ({ id: ++opened }),
        close: ({ id }) => void events.push(`closed ${id}`),
        collectors: {
          subject: { help: "Uses it.", collect: ({ resource }) => void events.push(`used ${resource.id}`) },
        },
      }),
      { stateless: true },
    );
    await exporter.gather();
    await exporter.gather();
    await exporter.close();
    assert.deepEqual(events, ["used 1", "closed 1", "used 2", "closed 2"]);
  });
});

describe("open, check and close", () => {
  interface Upstream {
    open?: () => { id: number } | Promise<{ id: number }>;
    check?: () => void | Promise<void>;
    closed?: number[];
  }

  function withUpstream(upstream: Upstream) {
    const clock = new FakeClock();
    const exporter = defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      ...(upstream.open === undefined ? {} : { open: () => upstream.open!() }),
      ...(upstream.check === undefined ? {} : { check: () => upstream.check!() }),
      close: (resource: unknown) => void upstream.closed?.push((resource as { id: number }).id),
      collectors: {
        needy: {
          help: "Uses the resource.",
          metrics: { value },
          collect({ resource, metrics }) {
            metrics.value.set({ k: "id" }, (resource as { id: number } | undefined)?.id ?? 0);
          },
        },
        steady: { help: "Does not.", metrics: { other }, collect: ({ metrics }) => metrics.other.set(1) },
      },
    });
    return { clock, exporter: new RunningExporter(exporter, { clock }) };
  }

  it("serves what does not need an upstream that is down, and opens it again later", async () => {
    let up = false;
    const upstream = {
      open: () => {
        if (!up) throw new Error("connection refused");
        return { id: 7 };
      },
    };
    const { exporter } = withUpstream(upstream);
    const down = await exporter.gather();
    assert.equal(down.reports.get("needy")!.outcome, "down");
    assert.equal(down.reports.get("steady")!.outcome, "ok");
    assert.deepEqual(samples(down, "t_up "), ["t_up 0"]);
    up = true;
    const gathered = await exporter.gather();
    assert.deepEqual(samples(gathered).filter((line) => /^t_(up |value)/.test(line)), ["t_up 1", 't_value{k="id"} 7']);
  });

  it("opens once and closes once", async () => {
    let opened = 0;
    const closed: number[] = [];
    const { exporter } = withUpstream({ open: () => ({ id: ++opened }), closed });
    (await exporter.gather()).snapshots.forEach((snapshot) => snapshot.release());
    await exporter.gather();
    await exporter.close();
    await exporter.close();
    assert.deepEqual([opened, closed], [1, [1]]);
  });

  it("asks the upstream in each scrape", async () => {
    let answers = true;
    const { exporter } = withUpstream({
      check: () => {
        if (!answers) throw new Error("wrong password");
      },
    });
    assert.deepEqual(samples(await exporter.gather(), "t_up "), ["t_up 1"]);
    answers = false;
    const down = await exporter.gather();
    assert.deepEqual(samples(down, "t_up "), ["t_up 0"]);
    assert.equal(down.reports.get("needy")!.outcome, "down");
    assert.match((down.reports.get("needy")!.error as Error).cause!.toString(), /wrong password/);
  });

  it("says why a scrape did not reach the upstream, and only then", async () => {
    let failure: Error | undefined = new UpstreamError("unauthenticated", "wrong password");
    const { exporter } = withUpstream({
      check: () => {
        if (failure !== undefined) throw failure;
      },
    });
    const holding = async () =>
      samples(await exporter.gather(), "t_scrape_upstream_failure").filter((line) => line.endsWith(" 1"));
    assert.deepEqual(await holding(), ['t_scrape_upstream_failure{reason="unauthenticated"} 1']);
    failure = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    assert.deepEqual(await holding(), ['t_scrape_upstream_failure{reason="refused"} 1']);
    failure = undefined;
    assert.deepEqual(await holding(), []);
    assert.equal(samples(await exporter.gather(), "t_scrape_upstream_failure").length, 7);
  });

  it("says of an upstream without a check what kept the collectors from it", async () => {
    const upstream = {
      get id(): number {
        throw new UpstreamError("denied", "no right");
      },
    };
    const { exporter } = withUpstream({ open: () => upstream });
    const gathered = await exporter.gather();
    assert.equal(gathered.reports.get("needy")!.outcome, "denied");
    assert.deepEqual(samples(gathered, "t_up "), ["t_up 0"]);
    assert.ok(samples(gathered).includes('t_scrape_upstream_failure{reason="denied"} 1'));
    assert.ok(samples(gathered).includes('t_scrape_collector_failures_total{collector="needy",reason="denied"} 1'));
  });

  it("leaves time for what does not need an upstream that hangs", async () => {
    let attempts = 0;
    const { exporter, clock } = withUpstream({
      open: () => {
        attempts++;
        return new Promise(() => {});
      },
    });
    for (let scrape = 0; scrape < 2; scrape++) {
      const gathering = exporter.gather({ timeoutMs: 1000 });
      await clock.advance(500);
      const gathered = await gathering;
      assert.deepEqual(samples(gathered, "t_up "), ["t_up 0"]);
      assert.equal(gathered.reports.get("needy")!.outcome, "down");
      assert.equal(gathered.reports.get("steady")!.outcome, "ok");
    }
    assert.equal(attempts, 1, "an attempt that hangs is not started twice");
  });
});
