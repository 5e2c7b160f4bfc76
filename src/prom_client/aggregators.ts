import type { Aggregator, MetricType, MetricValueWithName } from "./types.ts";

/** A metric as `getMetricsAsJSON()` gives it, here or in another process. */
export interface MetricJson {
  /** What it measures. */
  help: string;
  /** Its name. */
  name: string;
  /** Its kind. */
  type: MetricType;
  /** Its samples. */
  values: MetricValueWithName<string>[];
  /** How values of several processes are made one. */
  aggregator: Aggregator;
}

/**
 * Makes one metric of those that several processes have under one name: the values of a series become one, and all else is
 * taken from the first.
 *
 * @returns `undefined` if nothing is to be shown.
 */
export type AggregatorFunction = (metrics: readonly MetricJson[]) => MetricJson | undefined;

/**
 * How the values of several processes can be made one, by the names that metrics choose from with `aggregator`.
 * Exemplars are left out of the result.
 *
 * @example The sum of two processes
 * ```ts
 * import { aggregators, Gauge } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const gauge = new Gauge({ name: "connections", help: "Open connections.", registers: [] });
 * gauge.set(3);
 * const metric = await gauge.get();
 * assert.equal(aggregators.sum([metric, metric])?.values[0]?.value, 6);
 * ```
 */
export const aggregators: Record<Aggregator, AggregatorFunction> = {
  sum: aggregatorOf((values) => values.reduce((sum, { value }) => sum + value, 0)),
  // JSON has no word for values that are not finite, so that they come from other processes as null.
  first: aggregatorOf((values) => values[0]!.value ?? NaN),
  omit: () => undefined,
  average: aggregatorOf((values) => values.reduce((sum, { value }) => sum + value, 0) / values.length),
  min: aggregatorOf((values) => values.reduce((least, { value }) => Math.min(least, value), Infinity)),
  max: aggregatorOf((values) => values.reduce((most, { value }) => Math.max(most, value), -Infinity)),
};

/** A text that two samples of a metric share if they are of one series, and only then. */
export function seriesKey({ metricName = "", labels = {} }: Partial<MetricValueWithName<string>>): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = metricName;
  for (const name of names) {
    const value = labels[name];
    if (value === undefined) continue;
    const text = String(value);
    // With the length before it, a value cannot be taken for a value and the label behind it.
    key += `,${name}=${text.length}:${text}`;
  }
  return key;
}

function aggregatorOf(valueOf: (values: readonly MetricValueWithName<string>[]) => number): AggregatorFunction {
  return (metrics) => {
    const [first] = metrics;
    if (first === undefined) return undefined;
    const { help, name, type, aggregator } = first;
    const values = seriesOf(metrics).map((series) => {
      const { labels, metricName } = series[0]!;
      const value = valueOf(series);
      return metricName ? { value, labels, metricName } : { value, labels };
    });
    return { help, name, type, values, aggregator };
  };
}

/** The samples that belong together, in the order in which each series is first seen. */
function seriesOf(metrics: readonly MetricJson[]): MetricValueWithName<string>[][] {
  const byKey = new Map<string, MetricValueWithName<string>[]>();
  for (const { values = [] } of metrics as readonly Partial<MetricJson>[]) {
    for (const sample of values) {
      const key = seriesKey(sample);
      const series = byKey.get(key);
      if (series === undefined) byKey.set(key, [sample]);
      else series.push(sample);
    }
  }
  return [...byKey.values()];
}
