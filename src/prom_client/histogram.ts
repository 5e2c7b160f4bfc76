import { DEFAULT_BUCKETS } from "../metrics/histogram_options.ts";
import { observeValue } from "../metrics/histogram.ts";
import { exemplarLabelsOf } from "./_exemplar_labels.ts";
import { format } from "./_format.ts";
import { startClock } from "./_timer.ts";
import { isObject, Metric, type MetricConfiguration } from "./metric.ts";
import type {
  CollectFunction,
  ExemplarObject,
  LabelValues,
  MetricObjectWithValues,
  MetricValue,
  MetricValueWithName,
} from "./types.ts";

/** What a histogram is made of. */
export interface HistogramConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Upper bounds of its buckets. @default [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] */
  buckets?: number[];
  /** Called before the histogram is read, with the histogram as `this`. */
  collect?: CollectFunction<Histogram<T>>;
}

/** An observation with what led to it, of a histogram with `enableExemplars`. */
export interface ObserveDataWithExemplar<T extends string> {
  /** What was observed. */
  value: number;
  /** The labels of the series. @default {} */
  labels?: LabelValues<T>;
  /** What led to it, such as `{ traceId }`, of 128 characters at most. @default none */
  exemplarLabels?: Record<string, string | number>;
}

/** One sample of a histogram, whose own label stands apart from those of its series. */
export interface SharedLabelsValue<T extends string> extends MetricValueWithName<T> {
  /** The labels of the series. */
  sharedLabels: LabelValues<T>;
}

export declare namespace Histogram {
  /** One series of a histogram. */
  interface Internal<T extends string> {
    /** Counts one observation. */
    observe(value: number): void;
    /** Starts to measure; the function it gives counts the seconds that have passed, and returns them. */
    startTimer(): (labels?: LabelValues<T>) => number;
  }

  /** What only histograms have. */
  interface Config {
    /** Upper bounds of the buckets. */
    buckets?: number[];
  }
}

/**
 * How many observations there were up to each of some bounds.
 *
 * Bounds are put in order and each counts once; `Infinity` is always there.
 *
 * @example Request durations
 * ```ts
 * import { Histogram, Registry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const latency = new Histogram({
 *   name: "request_duration_seconds",
 *   help: "Time to answer.",
 *   labelNames: ["path"],
 *   buckets: [0.1, 1],
 *   registers: [registry],
 * });
 * latency.observe({ path: "/" }, 0.25);
 * assert.match(await registry.metrics(), /request_duration_seconds_bucket\{le="1",path="\/"\} 1\n/);
 * ```
 */
export class Histogram<T extends string = string> extends Metric<T> {
  /** Upper bounds of the buckets, ascending, without `Infinity`. */
  readonly buckets: readonly number[];
  /** The same bounds. */
  readonly upperBounds: readonly number[];
  /** Zero for each bound. */
  readonly bucketValues: Readonly<Record<string, number>>;
  /** The labels of an observation that names none. */
  readonly defaultLabels: LabelValues<T> = {};
  /** The exemplar of an observation that names none. */
  readonly defaultExemplarLabelSet: Record<string, string | number> = {};

  /**
   * @throws {TypeError} If the configuration is no object, or exemplars are wanted in a registry of Prometheus text.
   * @throws {Error} If name or help is missing, a name is invalid or reserved, or the name is taken.
   */
  constructor(config: HistogramConfiguration<T>) {
    const buckets = boundsOf(config?.buckets ?? DEFAULT_BUCKETS);
    super(config, { type: "histogram", reserved: "le", description: { buckets } });
    this.buckets = buckets;
    this.upperBounds = buckets;
    this.bucketValues = Object.freeze(Object.fromEntries(buckets.map((bound) => [bound, 0])));
  }

  /**
   * Counts one observation in a series.
   *
   * @throws {TypeError} If the value is no finite number.
   * @throws {Error} If there is an unknown label.
   */
  observe(labels: LabelValues<T>, value: number): void;
  /** Counts one observation in the series without labels. */
  observe(value: number): void;
  /** Counts one observation, and remembers what led to it; only with `enableExemplars`. */
  observe(observation: ObserveDataWithExemplar<T>): void;
  observe(first: unknown, second?: unknown): void {
    if (!isObject(first)) {
      // As in prom-client, what is nothing stands for no labels.
      if (first || first === 0) this.#observe(undefined, first);
      else this.#observe(undefined, second);
    } else if (this.enableExemplars && second === undefined) this.#observeWithExemplar(first);
    else this.#observe(first, second);
  }

  /**
   * Sets a series to no observations, so that it is there before the first one.
   *
   * @throws {Error} If there is an unknown label.
   */
  zero(labels: LabelValues<T>): void {
    this.writer.restart(this.slotOf(labels));
  }

  /** Reads the histogram, with the labels that all samples of a series share apart from `le`. */
  async getForPromString(): Promise<MetricObjectWithValues<SharedLabelsValue<T>>> {
    const object = await this.get();
    const values = object.values.map(({ labels, ...value }): SharedLabelsValue<T> => {
      const { le, ...sharedLabels } = labels as Record<string, string | number>;
      return { ...value, labels: le === undefined ? {} : { le }, sharedLabels } as SharedLabelsValue<T>;
    });
    return { ...object, values };
  }

  /** Takes all series out, that without labels too. */
  override reset(): void {
    this.writer.clear();
  }

  /**
   * Starts to measure.
   *
   * @returns A function that counts the seconds that have passed, and returns them; it takes further labels.
   */
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: Record<string, string | number>,
  ): (labels?: LabelValues<T>, exemplarLabels?: Record<string, string | number>) => number {
    const read = startClock();
    return (endLabels, endExemplarLabels) => {
      const value = read();
      const all = { ...labels, ...endLabels };
      if (!this.enableExemplars) this.#observe(all, value);
      else {this.#observeWithExemplar({
          labels: all,
          value,
          exemplarLabels: { ...exemplarLabels, ...endExemplarLabels },
        });}
      return value;
    };
  }

  /** Looks one series up and keeps it, by the values of its labels in declared order. */
  labels(...values: (string | number)[]): Histogram.Internal<T>;
  /** Looks one series up and keeps it, by its labels. */
  labels(labels: LabelValues<T>): Histogram.Internal<T>;
  labels(...series: unknown[]): Histogram.Internal<T> {
    if (isObject(series[0])) this.checkLabels(series[0]);
    const slotOf = this.lazySlot(series);
    return {
      observe: (value: unknown) => {
        if (this.enableExemplars && isObject(value)) {
          this.#observeWithExemplar({ labels: this.labelsArgument(series), ...value });
          return;
        }
        const checked = this.#checked(undefined, value);
        observeValue(this.writer, slotOf(), checked, undefined);
      },
      startTimer: () => this.startTimer(this.labelsArgument(series) as LabelValues<T>),
    };
  }

  protected override samplesOf(slot: number, labels: LabelValues<T>): MetricValue<T>[] {
    const { name, buckets } = this;
    const { values, family: { width } } = this.writer;
    const base = slot * width;
    let count = 0;
    const samples = [...buckets, "+Inf"].map((le, i): MetricValueWithName<T> => {
      count += values[base + i]!;
      const exemplar = this.exemplarAt(base + i) ?? null;
      return { value: count, metricName: `${name}_bucket`, exemplar, labels: { le, ...labels } as LabelValues<T> };
    });
    const total = { exemplar: undefined, labels } as const;
    samples.push({ value: values[base + width - 1]!, metricName: `${name}_sum`, ...total });
    samples.push({ value: count, metricName: `${name}_count`, ...total });
    return samples;
  }

  protected override entryOf(slot: number): Record<string, unknown> {
    const { values, family: { width } } = this.writer;
    const own = values.subarray(slot * width, (slot + 1) * width);
    const exemplarOf = (i: number): ExemplarObject | null => this.exemplarAt(slot * width + i) ?? null;
    return {
      bucketValues: Object.fromEntries(this.buckets.map((bound, i) => [bound, own[i]])),
      sum: own[width - 1],
      count: own.subarray(0, -1).reduce((sum, count) => sum + count, 0),
      ...(this.enableExemplars
        ? { bucketExemplars: Object.fromEntries(this.buckets.map((bound, i) => [bound, exemplarOf(i)])) }
        : {}),
    };
  }

  #observe(labels: unknown, value: unknown): void {
    const checked = this.#checked(labels, value);
    observeValue(this.writer, this.slotOf(labels), checked, undefined);
  }

  #observeWithExemplar({ labels = this.defaultLabels, value, exemplarLabels = {} }: {
    labels?: unknown;
    value?: unknown;
    exemplarLabels?: Record<string, unknown>;
  }): void {
    const checked = this.#checked(labels, value);
    const texts = exemplarLabelsOf(exemplarLabels);
    const exemplar = Object.keys(texts).length === 0 ? undefined : this.exemplarOf(texts, checked);
    observeValue(this.writer, this.slotOf(labels), checked, exemplar);
  }

  /** What was observed; an unknown label counts before a wrong value. */
  #checked(labels: unknown, value: unknown): number {
    if (typeof value === "number" && value > -Infinity && value < Infinity) return value;
    this.checkLabels(labels);
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
}

/** Finite bounds in ascending order, each once. */
function boundsOf(buckets: readonly number[]): readonly number[] {
  const finite = buckets.map(Number).filter(Number.isFinite);
  return Object.freeze([...new Set(finite)].sort((a, b) => a - b));
}
