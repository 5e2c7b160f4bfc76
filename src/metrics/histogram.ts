import type { HistogramDescription } from "../model/description.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";
import {
  type AbsoluteOptions,
  checkCount,
  checkNumber,
  describe,
  Handle,
  Instrument,
  type SeriesOf,
  show,
  type WithLabels,
} from "./instrument.ts";

/** The buckets of a histogram that names none: made for request durations in seconds, as in client_golang. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Options of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, inclusive and ascending, without `+Inf`. @default DEFAULT_BUCKETS */
  readonly buckets?: readonly number[];
}

/** A whole histogram as an upstream reports it. */
export interface HistogramValue {
  /** For each declared bound, how many observations were less than or equal to it. */
  readonly buckets: readonly number[];
  /** How many observations there were. */
  readonly count: number;
  /** The sum of all observations. */
  readonly sum: number;
}

/**
 * Describes a histogram with classic buckets.
 *
 * @param name Base name, without `_bucket`, `_sum` or `_count`.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written; `le` is reserved. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @throws {RangeError} If the bounds are not finite or not ascending.
 * @example Request durations
 * ```ts
 * import { histogram } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const options = { unit: "seconds", buckets: [0.1, 1, 10] };
 * const latency = new Registry().add(histogram("request_duration_seconds", "Time to answer.", ["path"], options));
 * latency.observe({ path: "/" }, 0.25);
 * latency.set({ path: "/api" }, { buckets: [7, 9, 9], count: 10, sum: 31.5 });
 * ```
 */
export function histogram(name: string, help: string): HistogramDescription<readonly []>;
export function histogram<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: HistogramOptions,
): HistogramDescription<Names>;
export function histogram(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: HistogramOptions = {},
): HistogramDescription {
  const common = describeMetric("histogram", name, help, labelNames, options);
  const buckets = [...(options.buckets ?? DEFAULT_BUCKETS)];
  if (buckets.at(-1) === Infinity) buckets.pop();
  buckets.forEach((bound, i) => {
    if (!Number.isFinite(bound) || (i > 0 && bound <= buckets[i - 1]!)) {
      throw new RangeError(
        `Cannot define metric "${name}": bucket ${show(bound)} at position ${i}, expected finite and ascending bounds`,
      );
    }
  });
  return { type: "histogram", ...common, buckets: Object.freeze(buckets) };
}

/** A live histogram. */
export class Histogram<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Counts one observation. `NaN` is counted in `+Inf` only, and makes the sum `NaN`.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the value is no number.
   */
  observe(...args: WithLabels<Names, [value: number]>): void;
  observe(first?: unknown, second?: unknown): void {
    const value = this.operand(first, second);
    checkNumber(this.description, "value", value);
    const { writer } = this;
    const slot = this.slotOf(first);
    observe(writer.values, slot * writer.family.width, this.description as HistogramDescription, value);
  }

  /**
   * Sets a series to what an upstream reports. A count lower than before is a restart of the upstream.
   *
   * @throws {TypeError} If the labels are not those that were declared, or something is no number.
   * @throws {RangeError} If there is not one bucket per bound, or the counts are negative or not cumulative.
   */
  set(...args: WithLabels<Names, [value: HistogramValue, options?: AbsoluteOptions]>): void;
  set(...args: unknown[]): void {
    const [slotOf, given, options] = this.split(args);
    const { buckets, count, sum } = this.#checked(given);
    const createdMs = this.createdOf(options);
    const slot = slotOf();
    const { values, family } = this.writer;
    const base = slot * family.width;
    let before = 0;
    buckets.forEach((cumulative, i) => {
      values[base + i] = cumulative - before;
      before = cumulative;
    });
    values[base + buckets.length] = count - before;
    values[base + buckets.length + 1] = sum;
    if (createdMs !== undefined) this.writer.setCreated(slot, createdMs);
  }

  /** Looks one series up and keeps it, for code that updates it often. */
  labels(...series: SeriesOf<Names>): HistogramHandle {
    return new HistogramHandle(this.writer, this.seriesSlot(series));
  }

  #checked(given: unknown): HistogramValue {
    const { buckets, count, sum } = (given ?? {}) as Partial<HistogramValue>;
    const bounds = (this.description as HistogramDescription).buckets;
    if (!Array.isArray(buckets) || buckets.length !== bounds.length) {
      throw new RangeError(
        `Cannot set ${describe(this.description)}: got ${buckets?.length ?? "no"} buckets, ` +
          `expected ${bounds.length} cumulative counts, one per declared bound`,
      );
    }
    checkCount(this.description, "count", count);
    checkNumber(this.description, "sum", sum);
    let before = 0;
    for (const cumulative of [...buckets, count]) {
      checkCount(this.description, "bucket", cumulative);
      if (cumulative < before) {
        throw new RangeError(
          `Cannot set ${describe(this.description)}: bucket counts ${buckets.join(", ")} with count ${count} ` +
            "decrease, expected cumulative counts",
        );
      }
      before = cumulative;
    }
    return { buckets, count, sum };
  }
}

/** One series of a histogram. */
export class HistogramHandle extends Handle {
  /** Counts one observation. */
  observe(value: number): void {
    const { family } = this.writer;
    checkNumber(family.description, "value", value);
    const slot = this.slot();
    observe(this.writer.values, slot * family.width, family.description as HistogramDescription, value);
  }
}

function observe(values: Float64Array, base: number, description: HistogramDescription, value: number): void {
  const bounds = description.buckets;
  const count = bounds.length;
  let bucket = 0;
  // Written so that NaN, which compares with nothing, ends in +Inf.
  while (bucket < count && !(value <= bounds[bucket]!)) bucket++;
  values[base + bucket]!++;
  values[base + count + 1]! += value;
}
