import { exemplarLabelsOf } from "./_exemplar_labels.ts";
import { format } from "./_format.ts";
import { isObject, Metric, type MetricConfiguration } from "./metric.ts";
import type { CollectFunction, ExemplarObject, LabelValues, MetricValue } from "./types.ts";

/** What a counter is made of. */
export interface CounterConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Called before the counter is read, with the counter as `this`. */
  collect?: CollectFunction<Counter<T>>;
}

/** An increase with what led to it, of a counter with `enableExemplars`. */
export interface IncreaseDataWithExemplar<T extends string> {
  /** What to add. @default 1 */
  value?: number;
  /** The labels of the series. @default {} */
  labels?: LabelValues<T>;
  /** What led to it, such as `{ traceId }`, of 128 characters at most. @default the last exemplar stays */
  exemplarLabels?: Record<string, string | number>;
}

export declare namespace Counter {
  /** One series of a counter. */
  interface Internal {
    /** Adds a value. @default 1 */
    inc(value?: number): void;
  }
}

/**
 * A total that only grows.
 *
 * @example Counting requests
 * ```ts
 * import { Counter, Registry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const requests = new Counter({
 *   name: "http_requests_total",
 *   help: "Requests served.",
 *   labelNames: ["code"],
 *   registers: [registry],
 * });
 * requests.inc({ code: 200 });
 * requests.labels("200").inc(2);
 * assert.match(await registry.metrics(), /http_requests_total\{code="200"\} 3\n/);
 * ```
 */
export class Counter<T extends string = string> extends Metric<T> {
  /** The labels of an increase that names none. */
  readonly defaultLabels: LabelValues<T> = {};
  /** The value of an increase that names none. */
  readonly defaultValue = 1;
  /** The exemplar of an increase that names none. */
  readonly defaultExemplarLabelSet: Record<string, string | number> = {};

  /**
   * @throws {TypeError} If the configuration is no object, or exemplars are wanted in a registry of Prometheus text.
   * @throws {Error} If name or help is missing, a name is invalid, or the name is taken.
   */
  constructor(config: CounterConfiguration<T>) {
    super(config, { type: "counter" });
  }

  /**
   * Adds to a series.
   *
   * @throws {TypeError} If the value is no finite number.
   * @throws {Error} If the value is negative, or there is an unknown label.
   */
  inc(labels: LabelValues<T>, value?: number): void;
  /** Adds to the series without labels. */
  inc(value?: number): void;
  /** Adds to a series, and remembers what led to it; only with `enableExemplars`. */
  inc(increase: IncreaseDataWithExemplar<T>): void;
  inc(first?: unknown, second?: unknown): void {
    if (!isObject(first)) this.#add(undefined, this.#amount(undefined, first));
    else if (this.enableExemplars && second === undefined) this.#addWithExemplar(first);
    else this.#add(first, this.#amount(first, second));
  }

  /** Looks one series up and keeps it, by the values of its labels in declared order. */
  labels(...values: (string | number)[]): Counter.Internal;
  /** Looks one series up and keeps it, by its labels. */
  labels(labels: LabelValues<T>): Counter.Internal;
  labels(...series: unknown[]): Counter.Internal {
    const slotOf = this.lazySlot(series);
    return {
      inc: (value?: unknown) => {
        if (this.enableExemplars && isObject(value)) {
          this.#addWithExemplar({ labels: this.labelsArgument(series), ...value });
          return;
        }
        const amount = this.#amount(series[0], value);
        const slot = slotOf();
        this.writer.values[slot]! += amount;
      },
    };
  }

  protected override samplesOf(slot: number, labels: LabelValues<T>): MetricValue<T>[] {
    return [{ ...this.entryOf(slot), labels }];
  }

  protected override entryOf(slot: number): { value: number; exemplar?: ExemplarObject } {
    const exemplar = this.exemplarAt(slot);
    return { value: this.writer.values[slot]!, ...(exemplar === undefined ? {} : { exemplar }) };
  }

  #add(labels: unknown, amount: number): void {
    const slot = this.slotOf(labels);
    this.writer.values[slot]! += amount;
  }

  #addWithExemplar({ labels = this.defaultLabels, value = this.defaultValue, exemplarLabels }: {
    labels?: unknown;
    value?: unknown;
    exemplarLabels?: Record<string, unknown>;
  }): void {
    const amount = this.#amount(labels, value);
    const texts = exemplarLabels === undefined ? undefined : exemplarLabelsOf(exemplarLabels);
    this.#add(labels, amount);
    if (texts === undefined) return;
    this.writer.setExemplar(this.slotOf(labels), this.exemplarOf(texts, amount));
  }

  /** What is to be added; an unknown label counts before a wrong value. */
  #amount(labels: unknown, value: unknown): number {
    if (value === undefined || value === null) return 1;
    if (typeof value === "number" && value >= 0 && value < Infinity) return value;
    if (isObject(labels)) this.checkLabels(labels);
    if (typeof value === "number" && value < 0 && value > -Infinity) {
      throw new Error("It is not possible to decrease a counter");
    }
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
}
