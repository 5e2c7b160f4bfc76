import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deferred, FakeClock } from "../metrics/_testing.ts";
import { gauge } from "../metrics/gauge.ts";
import { samples } from "./_testing.ts";
import { defineExporter } from "./definition.ts";
import type { Freshness } from "./freshness.ts";
import { RunningExporter, type RunOptions } from "./running_exporter.ts";

/** 1700000000, where the fake clock begins. */
const START = 1.7e9;

/** An exporter whose subject shows the number of its run, and what a test makes of one. */
function caching(options: RunOptions & { freshness?: Freshness; run?: (n: number) => unknown } = {}) {
  const { freshness = { cached: "30s" }, run = () => {} } = options;
  const clock = new FakeClock();
  let runs = 0;
  const exporter = new RunningExporter(
    defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      collectors: {
        subject: {
          help: "What is tested.",
          freshness,
          metrics: { value: gauge("t_value", "The number of the run.", ["i"]) },
          async collect({ metrics }) {
            const n = ++runs;
            for (const i of [1, 2]) metrics.value.set({ i }, n);
            await run(n);
          },
        },
        steady: { help: "Is fresh.", collect() {} },
      },
    }),
    { clock, ...options },
  );
  return { clock, exporter, runs: () => runs };
}

/** What a scrape shows of the subject: outcome, the value of its first series, success, series, last success. */
async function shown(exporter: RunningExporter, timeoutMs = 10_000): Promise<unknown[]> {
  const gathered = await exporter.gather({ timeoutMs });
  const report = gathered.reports.get("subject")!;
  return [
    report.outcome,
    numberOf('t_value{i="1"}'),
    self("success"),
    self("series"),
    self("last_success_timestamp_seconds"),
  ];

  function self(name: string): number | undefined {
    return numberOf(`t_scrape_collector_${name}{collector="subject"}`);
  }

  function numberOf(series: string): number | undefined {
    const [line] = samples(gathered, series);
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
  }
}

describe("a cached collector", () => {
  it("runs once for all scrapes of a period", async () => {
    const { clock, exporter, runs } = caching();
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 2, START]);
    await clock.advance(29_999);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 2, START]);
    await clock.advance(1);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 2, START + 30]);
    assert.equal(runs(), 2);
  });

  it("lets a scrape that shows an earlier run wait for nothing", async () => {
    const { clock, exporter } = caching({ run: () => new Promise((resolve) => clock.after(1500, () => resolve(0))) });
    const first = exporter.gather();
    await clock.advance(1500);
    assert.equal((await first).reports.get("subject")!.seconds, 1.5);
    assert.equal((await exporter.gather()).reports.get("subject")!.seconds, 0);
  });

  it("shows the last success with success 0 after failures until keep has passed, then nothing", async () => {
    let fails = false;
    const { clock, exporter, runs } = caching({
      run() {
        if (fails) throw new Error("no luck");
      },
    });
    await shown(exporter);
    fails = true;
    await clock.advance(30_000);
    assert.deepEqual(await shown(exporter), ["error", 1, 0, 2, START]);
    await clock.advance(59_999);
    assert.deepEqual(await shown(exporter), ["error", 1, 0, 2, START]);
    assert.equal(runs(), 3, "a failure is tried again by each scrape");
    await clock.advance(1);
    assert.deepEqual(await shown(exporter), ["error", undefined, 0, 0, START]);
    fails = false;
    assert.deepEqual(await shown(exporter), ["ok", 5, 1, 2, START + 90]);
  });

  it("keeps samples for as long as it says", async () => {
    const { clock, exporter } = caching({
      freshness: { cached: "30s", keep: "30s" },
      run(n) {
        if (n > 1) throw new Error("no luck");
      },
    });
    await shown(exporter);
    await clock.advance(30_000);
    assert.deepEqual(await shown(exporter), ["error", undefined, 0, 0, START]);
  });

  it("says 0 for the last success before the first one, and nothing for fresh collectors", async () => {
    const { exporter } = caching({
      run() {
        throw new Error("no luck");
      },
    });
    assert.deepEqual(await shown(exporter), ["error", undefined, 0, 0, 0]);
    const gathered = await exporter.gather({ collectors: new Set(["steady"]) });
    assert.deepEqual(samples(gathered, "t_scrape_collector_last_success"), [
      't_scrape_collector_last_success_timestamp_seconds{collector="subject"} 0',
    ]);
    assert.deepEqual(
      samples(await caching({ freshness: "fresh" }).exporter.gather(), "t_scrape_collector_last"),
      [],
    );
  });

  it("shows the last success to a scrape that cannot wait for the run that goes on", async () => {
    const gate = deferred();
    const { clock, exporter } = caching({ run: (n) => n === 2 ? gate.promise : undefined });
    await shown(exporter);
    await clock.advance(30_000);
    const hasty = shown(exporter, 1000);
    const patient = shown(exporter, 5000);
    await clock.advance(1000);
    assert.deepEqual(await hasty, ["timeout", 1, 0, 2, START]);
    gate.resolve();
    assert.deepEqual(await patient, ["ok", 2, 1, 2, START + 31]);
  });

  it("is not misled by a wall clock that jumps", async () => {
    const { clock, exporter, runs } = caching();
    await shown(exporter);
    clock.jump(3_600_000);
    await clock.advance(29_999);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 2, START]);
    clock.jump(-7_200_000);
    await clock.advance(1);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 2, START + 30 - 3600]);
    assert.equal(runs(), 2);
  });

  it("is cached within one isolate when stateless", async () => {
    const { clock, exporter, runs } = caching({ stateless: true });
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 2, START]);
    assert.deepEqual(await shown(exporter), ["ok", 1, 1, 2, START]);
    await clock.advance(30_000);
    assert.deepEqual(await shown(exporter), ["ok", 2, 1, 2, START + 30]);
    assert.equal(runs(), 2);
    assert.equal(clock.pending, 0);
  });
});

describe("up of an exporter whose collectors are cached", () => {
  it("stays 1 while the last run that used the resource is shown", async () => {
    const clock = new FakeClock();
    const exporter = new RunningExporter(
      defineExporter({
        name: "t",
        version: "1.0.0",
        port: 1,
        open: () => ({ id: 1 }),
        collectors: {
          subject: { help: "Uses it.", freshness: { cached: "30s" }, collect: ({ resource }) => void resource.id },
        },
      }),
      { clock },
    );
    assert.deepEqual(samples(await exporter.gather(), "t_up "), ["t_up 1"]);
    await clock.advance(1000);
    assert.deepEqual(samples(await exporter.gather(), "t_up "), ["t_up 1"]);
  });
});
