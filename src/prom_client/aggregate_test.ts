import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as original from "prom-client";
import { aggregate } from "./aggregate.ts";
import { aggregators, type MetricJson } from "./aggregators.ts";
import { openMetricsContentType } from "./content_types.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { Registry } from "./registry.ts";

interface Library {
  readonly Counter: typeof Counter;
  readonly Gauge: typeof Gauge;
  readonly Histogram: typeof Histogram;
  readonly Registry: typeof Registry;
}

const ours: Library = { Counter, Gauge, Histogram, Registry };
const theirs = original as unknown as Library;
// deno-lint-ignore no-explicit-any -- Its types know nothing of the second argument.
const theirAggregate: any = original.AggregatorRegistry.aggregate;

describe("Registry.aggregate()", () => {
  it("gives the text and the objects that prom-client gives", async () => {
    const lists = await metricsOfTwo(ours);
    assert.deepEqual(lists, await metricsOfTwo(theirs));
    const registry = Registry.aggregate(lists);
    const expected = theirAggregate(lists);
    assert.equal(await registry.metrics(), await expected.metrics());
    assert.deepEqual(await registry.getMetricsAsJSON(), await expected.getMetricsAsJSON());
    assert.deepEqual(
      registry.getMetricsAsArray().map((metric) => Object.keys(metric).sort()),
      expected.getMetricsAsArray().map((metric: object) => Object.keys(metric).sort()),
    );
  });

  it("writes OpenMetrics as prom-client does, but for the names of counters", async () => {
    const lists = await metricsOfTwo(ours);
    const registry = Registry.aggregate(lists, openMetricsContentType);
    assert.equal(registry.contentType, openMetricsContentType);
    const theirs: string = await theirAggregate(lists, openMetricsContentType).metrics();
    assert.match(theirs, /# TYPE jobs_total counter\njobs_total_total\{/);
    const expected = theirs.replaceAll(/(?<= )jobs_total/g, "jobs").replaceAll("jobs_total_total", "jobs_total");
    assert.equal(await registry.metrics(), expected);
  });

  it("refuses what prom-client refuses, with the same words", () => {
    const wrong = [[{ name: "m", help: "h", type: "gauge", values: [], aggregator: "median" }]];
    assert.throws(() => theirAggregate(wrong), new Error("'median' is not a defined aggregator."));
    assert.throws(() => Registry.aggregate(wrong), new Error("'median' is not a defined aggregator."));
    const inherited = [[{ name: "m", help: "h", type: "gauge", values: [], aggregator: "toString" }]];
    assert.throws(() => Registry.aggregate(inherited), new Error("'toString' is not a defined aggregator."));
    const contentType = "text/html" as typeof openMetricsContentType;
    assert.throws(() => theirAggregate([], contentType), new Error("Content type text/html is unsupported"));
    assert.throws(() => Registry.aggregate([], contentType), new Error("Content type text/html is unsupported"));
  });

  it("gives an empty registry for nothing", async () => {
    assert.equal(await Registry.aggregate([]).metrics(), await theirAggregate([]).metrics());
  });
});

describe("aggregate()", () => {
  it("adds up metrics that do not say how they are made one", () => {
    const metric = { name: "m", help: "h", type: "gauge", values: [{ value: 2, labels: {} }] } as unknown as MetricJson;
    assert.deepEqual(aggregate([[metric], [metric]])[0]?.values, [{ value: 4, labels: {} }]);
  });

  it("knows functions that a program adds", () => {
    const added = aggregators as Record<string, typeof aggregators.sum>;
    added.last = (metrics) => metrics.at(-1);
    try {
      const metric = { name: "m", help: "h", type: "gauge", values: [], aggregator: "last" } as unknown as MetricJson;
      const newer = { ...metric, values: [{ value: 2, labels: {} }] };
      assert.deepEqual(aggregate([[metric], [newer]]), [newer]);
    } finally {
      delete added.last;
    }
  });
});

/** What two processes with the same metrics would send. */
async function metricsOfTwo(library: Library): Promise<object[][]> {
  return await Promise.all([1, 2].map((process) => metricsOf(library, process)));
}

async function metricsOf({ Counter, Gauge, Histogram, Registry }: Library, process: number): Promise<object[]> {
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({ name: "jobs_total", help: "Jobs.", labelNames: ["queue"], registers });
  counter.inc({ queue: 'm"ail' }, process);
  counter.inc({ queue: `only ${process}` });
  for (const aggregator of ["sum", "first", "omit", "average", "min", "max"] as const) {
    new Gauge({ name: `load_${aggregator}`, help: "Load.", registers, aggregator }).set(process * 1.5);
  }
  const histogram = new Histogram({ name: "took_seconds", help: "Time.", registers, buckets: [0.5, 1] });
  histogram.observe(process / 2);
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
}
