import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { deferred, FakeClock, settle } from "../metrics/_testing.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { recordingLog, samples } from "./_testing.ts";
import { defineExporter } from "./definition.ts";
import type { Freshness } from "./freshness.ts";
import { RunningExporter } from "./running_exporter.ts";

/** An exporter that shows its setting. */
function showing(
  { freshness = "fresh", run = () => {} }: { freshness?: Freshness; run?: (n: number) => unknown } = {},
) {
  const clock = new FakeClock();
  const log = recordingLog();
  /** What was opened, used and closed, in order. */
  const events: string[] = [];
  let runs = 0;
  const exporter = new RunningExporter(
    defineExporter({
      name: "t",
      version: "1.0.0",
      port: 1,
      settings: v.object({ city: v.string() }),
      metrics: { scrapes: counter("t_scrapes_total", "Runs.") },
      open: ({ settings }) => (events.push(`open ${settings.city}`), { city: settings.city }),
      close: ({ city }) => void events.push(`close ${city}`),
      collectors: {
        subject: {
          help: "What is tested.",
          freshness,
          metrics: { city: gauge("t_city", "Where.", ["setting", "resource"]) },
          async collect({ settings, resource, metrics, held }) {
            held.scrapes.inc();
            metrics.city.set({ setting: settings.city, resource: resource.city }, 1);
            await run(++runs);
            events.push(`ran with ${resource.city}`);
          },
        },
      },
    }),
    { clock, log, settings: { city: "Rome" } },
  );
  return { clock, log, events, exporter };
}

async function shown(exporter: RunningExporter, timeoutMs = 10_000): Promise<string[]> {
  return samples(await exporter.gather({ timeoutMs }), "t_city");
}

const ROME = ['t_city{setting="Rome",resource="Rome"} 1'];
const OSLO = ['t_city{setting="Oslo",resource="Oslo"} 1'];

describe("RunningExporter.reconfigure()", () => {
  it("gives every later run the new settings and what they open, and closes what the old ones did", async () => {
    const { exporter, events } = showing();
    assert.deepEqual(await shown(exporter), ROME);
    exporter.reconfigure({ city: "Oslo" });
    await settle();
    assert.deepEqual(events, ["open Rome", "ran with Rome", "open Oslo", "close Rome"]);
    assert.deepEqual(await shown(exporter), OSLO);
    assert.equal(exporter.state, "ready");
  });

  it("keeps held metrics and counters", async () => {
    const { exporter } = showing();
    await shown(exporter);
    exporter.reconfigure({ city: "Oslo" });
    const gathered = await exporter.gather();
    assert.deepEqual(samples(gathered, "t_scrapes_total"), ["t_scrapes_total 2"]);
  });

  it("lets a run end with what it began with, and keeps that open until then", async () => {
    const gate = deferred();
    const { exporter, events } = showing({ run: (n) => n === 1 ? gate.promise : undefined });
    const first = shown(exporter);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    await settle();
    assert.deepEqual(events, ["open Rome", "open Oslo"]);
    gate.resolve();
    assert.deepEqual(await first, ROME);
    await settle();
    assert.deepEqual(events, ["open Rome", "open Oslo", "ran with Rome", "close Rome"]);
  });

  it("lets no later scrape join a run of before, and never runs two at once", async () => {
    const gates = [deferred(), deferred()];
    const { exporter, events } = showing({ run: (n) => gates[n - 1]!.promise });
    const first = shown(exporter);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    const second = shown(exporter);
    await settle();
    assert.deepEqual(events, ["open Rome", "open Oslo"]);
    gates[0]!.resolve();
    assert.deepEqual(await first, ROME);
    gates[1]!.resolve();
    assert.deepEqual(await second, OSLO);
    assert.deepEqual(events.slice(2), ["ran with Rome", "close Rome", "ran with Oslo"]);
  });

  it("reports a timeout when a run of before takes all the time", async () => {
    const { exporter, clock } = showing({ run: (n) => n === 1 ? new Promise(() => {}) : undefined });
    const first = shown(exporter, 60_000);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    const second = exporter.gather({ timeoutMs: 1000 });
    await clock.advance(1000);
    const { reports } = await second;
    assert.equal(reports.get("subject")!.outcome, "timeout");
    await clock.advance(60_000);
    assert.deepEqual(await first, []);
  });

  it("gives back what the old settings opened although a run ignores its abort", async () => {
    const { exporter, clock, events } = showing({ run: (n) => n === 1 ? new Promise(() => {}) : undefined });
    const first = shown(exporter, 1000);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    await clock.advance(1000);
    await first;
    await settle();
    assert.deepEqual(events, ["open Rome", "open Oslo", "close Rome"]);
  });

  it("shows nothing any more that was cached", async () => {
    const { exporter } = showing({ freshness: { cached: "1h" } });
    assert.deepEqual(await shown(exporter), ROME);
    assert.deepEqual(await shown(exporter), ROME);
    exporter.reconfigure({ city: "Oslo" });
    assert.deepEqual(await shown(exporter), OSLO);
  });

  it("does not cache what a run of before gives", async () => {
    const gate = deferred();
    const { exporter } = showing({ freshness: { cached: "1h" }, run: (n) => n === 1 ? gate.promise : undefined });
    const first = shown(exporter);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    gate.resolve();
    assert.deepEqual(await first, ROME);
    assert.deepEqual(await shown(exporter), OSLO);
  });

  it("collects anew in the background, and does not keep what failed before", async () => {
    const { exporter, clock, events } = showing({ freshness: { every: "1m" } });
    exporter.start();
    assert.deepEqual(await shown(exporter), ROME);
    exporter.reconfigure({ city: "Oslo" });
    assert.deepEqual(await shown(exporter), OSLO);
    await clock.advance(59_000);
    assert.equal(events.filter((event) => event === "ran with Oslo").length, 1);
    await clock.advance(1000);
    assert.equal(events.filter((event) => event === "ran with Oslo").length, 2);
    assert.equal(events.filter((event) => event === "ran with Rome").length, 1);
  });

  it("lets scrapes wait for the first run with the new settings when one of before goes on", async () => {
    const gate = deferred();
    const { exporter } = showing({ freshness: { every: "1m" }, run: (n) => n === 1 ? gate.promise : undefined });
    exporter.start();
    const first = shown(exporter);
    await settle();
    exporter.reconfigure({ city: "Oslo" });
    gate.resolve();
    assert.deepEqual(await first, OSLO);
  });

  it("takes settings before anything was started", async () => {
    const { exporter, events } = showing({ freshness: { every: "1m" } });
    exporter.reconfigure({ city: "Oslo" });
    assert.deepEqual(await shown(exporter), OSLO);
    assert.deepEqual(events, ["open Oslo", "ran with Oslo"]);
  });

  it("is refused by an exporter that was closed, which has then given everything back", async () => {
    const { exporter, events } = showing();
    await shown(exporter);
    exporter.reconfigure({ city: "Oslo" });
    await shown(exporter);
    await exporter.close();
    assert.deepEqual(events.slice(-2), ["ran with Oslo", "close Oslo"]);
    assert.throws(() => exporter.reconfigure({ city: "Bern" }), {
      message: 'Cannot change the settings of exporter "t": it was closed',
    });
  });
});
