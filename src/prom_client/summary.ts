import { observeInWindow } from "../metrics/summary.ts";
import { defineWindow } from "../metrics/window_options.ts";
import { format } from "./_format.ts";
import { startClock } from "./_timer.ts";
import { isObject, Metric, type MetricConfiguration } from "./metric.ts";
import type { CollectFunction, LabelValues, MetricValue, MetricValueWithName } from "./types.ts";

/** What a summary is made of. */
export interface SummaryConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Quantiles to show, each between 0 and 1. @default [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999] */
  percentiles?: number[];
  /** How long an observation counts for the quantiles, in seconds; only with `ageBuckets`. @default for ever */
  maxAgeSeconds?: number;
  /** In how many parts the observations age; only with `maxAgeSeconds`. @default they do not */
  ageBuckets?: number;
  /** Whether series are taken out once all their observations have aged. @default false */
  pruneAgedBuckets?: boolean;
  /** Without effect: memory is bounded anyway. @default 1000 */
  compressCount?: number;
  /** Called before the summary is read, with the summary as `this`. */
  collect?: CollectFunction<Summary<T>>;
}

export declare namespace Summary {
  /** One series of a summary. */
  interface Internal<T extends string> {
    /** Takes in one observation. */
    observe(value: number): void;
    /** Starts to measure; the function it gives takes in the seconds that have passed, and returns them. */
    startTimer(): (labels?: LabelValues<T>) => number;
  }

  /** What only summaries have. */
  interface Config {
    /** Quantiles to show. */
    percentiles?: number[];
  }
}

const DEFAULT_PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];
const DEFAULT_COMPRESS_COUNT = 1000;

/**
 * Quantiles of what was observed, with count and sum. Quantiles of several processes cannot be made one: where that is
 * wanted, a histogram serves better.
 *
 * @example Request sizes
 * ```ts
 * import { Registry, Summary } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const size = new Summary({
 *   name: "request_size_bytes",
 *   help: "Size of requests.",
 *   percentiles: [0.5],
 *   registers: [registry],
 * });
 * [100, 200, 300].forEach((bytes) => size.observe(bytes));
 * assert.match(await registry.metrics(), /request_size_bytes\{quantile="0.5"\} 200\nrequest_size_bytes_sum 600\n/);
 * ```
 */
export class Summary<T extends string = string> extends Metric<T> {
  /** Quantiles that are shown. */
  readonly percentiles: readonly number[];
  /** How long an observation counts for the quantiles, in seconds. */
  readonly maxAgeSeconds: number | undefined;
  /** In how many parts the observations age. */
  readonly ageBuckets: number | undefined;
  /** Whether series are taken out once all their observations have aged. */
  readonly pruneAgedBuckets: boolean | undefined;
  /** Without effect. */
  readonly compressCount: number;

  /**
   * @throws {TypeError} If the configuration is no object.
   * @throws {Error} If name or help is missing, a name is invalid or reserved, or the name is taken.
   */
  constructor(config: SummaryConfiguration<T>) {
    const { percentiles = DEFAULT_PERCENTILES, maxAgeSeconds, ageBuckets } = config ?? {};
    const ages = maxAgeSeconds && ageBuckets ? { maxAgeSeconds, ageBuckets } : { maxAgeSeconds: Infinity };
    const window = defineWindow(config?.name, percentiles, { ...ages, emptyValue: 0 });
    super(config, { type: "summary", reserved: "quantile", description: { quantiles: percentiles, window } });
    this.percentiles = percentiles;
    this.maxAgeSeconds = maxAgeSeconds;
    this.ageBuckets = ageBuckets;
    this.pruneAgedBuckets = config.pruneAgedBuckets;
    this.compressCount = config.compressCount ?? DEFAULT_COMPRESS_COUNT;
  }

  /**
   * Takes in one observation of a series.
   *
   * @throws {TypeError} If the value is no finite number.
   * @throws {Error} If there is an unknown label.
   */
  observe(labels: LabelValues<T>, value: number): void;
  /** Takes in one observation of the series without labels. */
  observe(value: number): void;
  observe(first: unknown, second?: unknown): void {
    if (second !== undefined) {
      this.#observe(isObject(first) ? first : {}, second);
      return;
    }
    // As in prom-client, labels alone are taken for a value, once they are known to be labels.
    const value = first === 0 ? 0 : first || {};
    if (isObject(value)) this.checkLabels(value);
    this.#observe(undefined, value);
  }

  /** Forgets all observations, and keeps the series. */
  override reset(): void {
    for (const slot of this.slots()) this.writer.restart(slot);
  }

  /**
   * Starts to measure.
   *
   * @returns A function that takes in the seconds that have passed, and returns them; it takes further labels.
   */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const read = startClock();
    return (endLabels) => {
      const seconds = read();
      this.#observe({ ...labels, ...endLabels }, seconds);
      return seconds;
    };
  }

  /** Looks one series up and keeps it, by the values of its labels in declared order. */
  labels(...values: (string | number)[]): Summary.Internal<T>;
  /** Looks one series up and keeps it, by its labels. */
  labels(labels: LabelValues<T>): Summary.Internal<T>;
  labels(...series: unknown[]): Summary.Internal<T> {
    if (isObject(series[0])) this.checkLabels(series[0]);
    const slotOf = this.lazySlot(series);
    return {
      observe: (value: unknown) => {
        const checked = this.#checked(undefined, value === undefined ? this.labelsArgument(series) : value);
        observeInWindow(this.writer, slotOf(), checked);
      },
      startTimer: () => this.startTimer(this.labelsArgument(series) as LabelValues<T>),
    };
  }

  protected override samplesOf(slot: number, labels: LabelValues<T>): MetricValue<T>[] {
    const { name, percentiles } = this;
    const { sum, count, quantiles } = this.#numbersOf(slot);
    const samples = percentiles.map((quantile, i): MetricValueWithName<T> => ({
      labels: { quantile, ...labels } as LabelValues<T>,
      value: quantiles[i]!,
    }));
    samples.push({ metricName: `${name}_sum`, labels, value: sum });
    samples.push({ metricName: `${name}_count`, labels, value: count });
    return samples;
  }

  protected override entryOf(slot: number): Record<string, unknown> {
    const { sum, count } = this.#numbersOf(slot);
    return { count, sum };
  }

  protected override beforeReading(): void {
    if (!this.pruneAgedBuckets) return;
    for (const slot of this.slots()) {
      if (this.writer.windows![slot]!.count === 0) this.writer.remove(this.labelsOf(slot) as Record<string, string>);
    }
  }

  #numbersOf(slot: number): { quantiles: Float64Array; sum: number; count: number } {
    const { values, family: { width } } = this.writer;
    const own = values.subarray(slot * width, (slot + 1) * width);
    return { quantiles: own.subarray(0, -2), sum: own[width - 2]!, count: own[width - 1]! };
  }

  #observe(labels: unknown, value: unknown): void {
    const checked = this.#checked(labels, value);
    observeInWindow(this.writer, this.slotOf(labels), checked);
  }

  /** What was observed; an unknown label counts before a wrong value. */
  #checked(labels: unknown, value: unknown): number {
    if (typeof value === "number" && value > -Infinity && value < Infinity) return value;
    if (isObject(labels)) this.checkLabels(labels);
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
}
