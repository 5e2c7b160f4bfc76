import { format } from "./_format.ts";
import { startClock } from "./_timer.ts";
import { isObject, Metric, type MetricConfiguration } from "./metric.ts";
import type { CollectFunction, LabelValues, MetricValue } from "./types.ts";

/** What a gauge is made of. */
export interface GaugeConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Called before the gauge is read, with the gauge as `this`. */
  collect?: CollectFunction<Gauge<T>>;
}

export declare namespace Gauge {
  /** One series of a gauge. */
  interface Internal<T extends string> {
    /** Adds a value. @default 1 */
    inc(value?: number): void;
    /** Takes a value away. @default 1 */
    dec(value?: number): void;
    /** Sets the value. */
    set(value: number): void;
    /** Sets the value to the time, in seconds since the epoch. */
    setToCurrentTime(): void;
    /** Starts to measure; the function it gives sets the value to the seconds that have passed, and returns them. */
    startTimer(): (labels?: LabelValues<T>) => number;
  }
}

/**
 * A value that goes up and down.
 *
 * @example The length of a queue
 * ```ts
 * import { Gauge, Registry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const queue: string[] = ["a", "b"];
 * new Gauge({
 *   name: "queue_length",
 *   help: "Jobs waiting.",
 *   registers: [registry],
 *   collect() {
 *     this.set(queue.length);
 *   },
 * });
 * assert.match(await registry.metrics(), /queue_length 2\n/);
 * ```
 */
export class Gauge<T extends string = string> extends Metric<T> {
  /**
   * @throws {TypeError} If the configuration is no object.
   * @throws {Error} If name or help is missing, a name is invalid, or the name is taken.
   */
  constructor(config: GaugeConfiguration<T>) {
    super(config, { type: "gauge" });
  }

  /**
   * Sets a series.
   *
   * @throws {TypeError} If the value is no number.
   * @throws {Error} If there is an unknown label.
   */
  set(labels: LabelValues<T>, value: number): void;
  /** Sets the series without labels. */
  set(value: number): void;
  set(first: unknown, second?: unknown): void {
    if (isObject(first)) this.#set(first, second);
    else this.#set(undefined, first);
  }

  /**
   * Adds to a series; one that is not there yet starts at 0.
   *
   * @throws {TypeError} If the value is no number.
   * @throws {Error} If there is an unknown label.
   */
  inc(labels: LabelValues<T>, value?: number): void;
  /** Adds to the series without labels. */
  inc(value?: number): void;
  inc(first?: unknown, second?: unknown): void {
    if (isObject(first)) this.#add(first, orOne(second));
    else this.#add(undefined, orOne(first));
  }

  /**
   * Takes from a series; one that is not there yet starts at 0.
   *
   * @throws {TypeError} If the value is no number.
   * @throws {Error} If there is an unknown label.
   */
  dec(labels: LabelValues<T>, value?: number): void;
  /** Takes from the series without labels. */
  dec(value?: number): void;
  dec(first?: unknown, second?: unknown): void {
    if (isObject(first)) this.#add(first, negative(second));
    else this.#add(undefined, negative(first));
  }

  /** Sets a series to the time, in seconds since the epoch. */
  setToCurrentTime(labels?: LabelValues<T>): void {
    const seconds = Date.now() / 1000;
    if (labels === undefined) this.set(seconds);
    else this.set(labels, seconds);
  }

  /**
   * Starts to measure.
   *
   * @returns A function that sets the series to the seconds that have passed, and returns them; it takes further labels.
   */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number {
    const read = startClock();
    return (endLabels) => {
      const seconds = read();
      this.#set({ ...labels, ...endLabels }, seconds);
      return seconds;
    };
  }

  /** Looks one series up and keeps it, by the values of its labels in declared order. */
  labels(...values: (string | number)[]): Gauge.Internal<T>;
  /** Looks one series up and keeps it, by its labels. */
  labels(labels: LabelValues<T>): Gauge.Internal<T>;
  labels(...series: unknown[]): Gauge.Internal<T> {
    if (isObject(series[0])) this.checkLabels(series[0]);
    const slotOf = this.lazySlot(series);
    const add = (delta: unknown) => {
      checkDelta(delta);
      const slot = slotOf();
      this.writer.values[slot]! += delta;
    };
    const set = (value: unknown) => {
      checkValue(value);
      const slot = slotOf();
      this.writer.values[slot] = value;
    };
    return {
      inc: (value?: unknown) => add(orOne(value)),
      dec: (value?: unknown) => add(negative(value)),
      set,
      setToCurrentTime: () => set(Date.now() / 1000),
      startTimer: () => this.startTimer(this.labelsArgument(series) as LabelValues<T>),
    };
  }

  /** The value of a series, 0 where it is not there. */
  _getValue(labels?: LabelValues<T>): number {
    const slot = this.findSlot(labels ?? {});
    return slot < 0 ? 0 : this.writer.values[slot]!;
  }

  protected override samplesOf(slot: number, labels: LabelValues<T>): MetricValue<T>[] {
    return [{ ...this.entryOf(slot), labels }];
  }

  protected override entryOf(slot: number): { value: number } {
    return { value: this.writer.values[slot]! };
  }

  #set(labels: unknown, value: unknown): void {
    checkValue(value);
    const slot = this.slotOf(labels);
    this.writer.values[slot] = value;
  }

  #add(labels: unknown, delta: unknown): void {
    checkDelta(delta);
    const slot = this.slotOf(labels);
    this.writer.values[slot]! += delta;
  }
}

function orOne(value: unknown): unknown {
  return value === undefined ? 1 : value;
}

/** As in prom-client, texts that look like numbers can be taken away. */
function negative(value: unknown): unknown {
  return value === undefined ? -1 : -(value as number);
}

function checkValue(value: unknown): asserts value is number {
  if (typeof value !== "number") throw new TypeError(`Value is not a valid number: ${format(value)}`);
}

function checkDelta(delta: unknown): asserts delta is number {
  if (typeof delta !== "number") throw new TypeError(`Delta is not a valid number: ${format(delta)}`);
}
