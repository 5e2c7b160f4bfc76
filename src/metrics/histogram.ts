import type { GaugeHistogramDescription, HistogramDescription } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import type { Writer } from "../model/writer.ts";
import {
  type AbsoluteOptions,
  annotate,
  checkedExemplar,
  checkedOptions,
  exemplarOf,
  type ObservationOptions,
} from "./annotation.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";
import {
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
  /** An exemplar per bucket, in their order, that of `+Inf` last. @default none */
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

type BucketDescription = HistogramDescription | GaugeHistogramDescription;

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
  return { type: "histogram", ...common, buckets: checkedBounds(name, options.buckets ?? DEFAULT_BUCKETS) };
}

/** The bounds of a histogram without `+Inf`, checked. */
export function checkedBounds(name: string, bounds: readonly number[]): readonly number[] {
  const finite = bounds.at(-1) === Infinity ? bounds.slice(0, -1) : [...bounds];
  finite.forEach((bound, i) => {
    if (!Number.isFinite(bound) || (i > 0 && bound <= finite[i - 1]!)) {
      throw new RangeError(
        `Cannot define metric "${name}": bucket ${show(bound)} at position ${i}, expected finite and ascending bounds`,
      );
    }
  });
  return Object.freeze(finite);
}

/** A live histogram. */
export class Histogram<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Counts one observation. `NaN` is counted in `+Inf` only, and makes the sum `NaN`.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the value is no number.
   */
  observe(...args: WithLabels<Names, [value: number, options?: ObservationOptions]>): void;
  observe(first?: unknown, second?: unknown, third?: unknown): void {
    const value = this.operand(first, second);
    checkNumber(this.description, "value", value);
    const { writer } = this;
    const options = this.operand(second, third);
    const exemplar = options === undefined ? undefined : exemplarOf(writer, value, options);
    const slot = this.slotOf(first);
    observe(writer, slot, value, exemplar);
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
    const value = checkedValue(this.description as HistogramDescription, given);
    const checked = checkedOptions(this.description, options);
    const slot = slotOf();
    writeValue(this.writer, slot, value);
    annotate(this.writer, slot, checked);
  }

  /** Looks one series up and keeps it, for code that updates it often. */
  labels(...series: SeriesOf<Names>): HistogramHandle {
    return new HistogramHandle(this.writer, this.seriesSlot(series));
  }
}

/** One series of a histogram. */
export class HistogramHandle extends Handle {
  /** Counts one observation. */
  observe(value: number, options?: ObservationOptions): void {
    checkNumber(this.writer.family.description, "value", value);
    const exemplar = options === undefined ? undefined : exemplarOf(this.writer, value, options);
    const slot = this.slot();
    observe(this.writer, slot, value, exemplar);
  }
}

/** Checks a whole histogram before anything of it is written. */
export function checkedValue(description: BucketDescription, given: unknown): HistogramValue {
  const { buckets, count, sum, exemplars = [] } = (given ?? {}) as Partial<HistogramValue>;
  const bounds = description.buckets;
  if (!Array.isArray(buckets) || buckets.length !== bounds.length) {
    throw new RangeError(
      `Cannot set ${describe(description)}: got ${buckets?.length ?? "no"} buckets, ` +
        `expected ${bounds.length} cumulative counts, one per declared bound`,
    );
  }
  checkCount(description, "count", count);
  checkNumber(description, "sum", sum);
  let before = 0;
  for (const cumulative of [...buckets, count]) {
    checkCount(description, "bucket", cumulative);
    if (cumulative < before) {
      throw new RangeError(
        `Cannot set ${describe(description)}: bucket counts ${buckets.join(", ")} with count ${count} ` +
          "decrease, expected cumulative counts",
      );
    }
    before = cumulative;
  }
  if (exemplars.length > bounds.length + 1) {
    throw new RangeError(
      `Cannot set ${describe(description)}: got ${exemplars.length} exemplars, expected ${bounds.length + 1} at most`,
    );
  }
  const checked = exemplars.map((exemplar) => exemplar && checkedExemplar(description, exemplar));
  return { buckets, count, sum, exemplars: checked };
}

/** Writes a checked histogram: each bucket for itself, then the sum. */
export function writeValue(writer: Writer, slot: number, { buckets, count, sum, exemplars }: HistogramValue): void {
  const { values } = writer;
  const base = slot * writer.family.width;
  let before = 0;
  [...buckets, count].forEach((cumulative, i) => {
    values[base + i] = cumulative - before;
    before = cumulative;
  });
  values[base + buckets.length + 1] = sum;
  exemplars?.forEach((exemplar, i) => {
    if (exemplar !== undefined) writer.setExemplar(base + i, exemplar);
  });
}

function observe(writer: Writer, slot: number, value: number, exemplar: Exemplar | undefined): void {
  const { values, family } = writer;
  const bounds = (family.description as HistogramDescription).buckets;
  const count = bounds.length;
  const base = slot * family.width;
  let bucket = 0;
  // Written so that NaN, which compares with nothing, ends in +Inf.
  while (bucket < count && !(value <= bounds[bucket]!)) bucket++;
  values[base + bucket]!++;
  values[base + count + 1]! += value;
  if (exemplar !== undefined) writer.setExemplar(base + bucket, exemplar);
}
