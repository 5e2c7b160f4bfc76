import { type BucketDescription, type HistogramDescription, histogramKind } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { firstBucket } from "../model/family.ts";
import type { NativeHistogram } from "../model/native_histogram.ts";
import type { Writer } from "../model/writer.ts";
import {
  type AbsoluteOptions,
  annotate,
  checkedExemplar,
  checkedOptions,
  exemplarOf,
  type ObservationOptions,
} from "./annotation.ts";
import { describeMetric } from "./definition.ts";
import { hasOwnBounds, ofKind } from "./histogram_kind.ts";
import { bucketsOf, type HistogramOptions } from "./histogram_options.ts";
import { checkCount, checkNumber, describe, Handle, Instrument, type SeriesOf, type WithLabels } from "./instrument.ts";
import { checkedNative, type NativeValue } from "./native_value.ts";

/** Bounds that are looked through one by one. */
const FEW_BOUNDS = 16;

/** A whole histogram as an upstream reports it. */
export interface HistogramValue {
  /** For each declared bound, how many observations were less than or equal to it; left out where there are none. */
  readonly buckets?: readonly number[];
  /** How many observations there were. */
  readonly count: number;
  /** The sum of all observations. */
  readonly sum: number;
  /** An exemplar per bucket, in their order, that of `+Inf` last. @default none */
  readonly exemplars?: readonly (Exemplar | undefined)[];
  /** The native buckets, where the upstream has them. @default none */
  readonly native?: NativeValue;
}

/** A whole histogram that was checked, without what its family does not show. */
interface CheckedValue {
  /** The classic buckets; `undefined` where there are only native ones. */
  readonly buckets: readonly number[] | undefined;
  readonly count: number;
  readonly sum: number;
  readonly exemplars: readonly (Exemplar | undefined)[];
  readonly native: NativeHistogram | undefined;
}

/**
 * Describes a histogram with classic buckets, native ones or both.
 *
 * Scrapers that do not ask for the protobuf format, or do not read native buckets, see the classic ones: of a histogram
 * that has native ones only, that is count and sum.
 *
 * @param name Base name, without `_bucket`, `_sum` or `_count`.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written; `le` is reserved. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @throws {RangeError} If the bounds are not finite or not ascending, or an option of native buckets is out of range.
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
 * @example Native buckets, and both
 * ```ts
 * import { histogram } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const registry = new Registry();
 * const size = registry.add(histogram("response_size_bytes", "Size of answers.", [], { native: true }));
 * size.observe(1500);
 * const both = { buckets: [0.1, 1, 10], native: { factor: 1.2, maxBuckets: 100 } };
 * const age = registry.add(histogram("job_age_seconds", "Time in the queue.", [], both));
 * age.observe(0.25);
 * const native = { schema: 0, zeroCount: 1, positive: { indices: [0, 3], counts: [6, 3] } };
 * age.set({ buckets: [1, 7, 10], count: 10, sum: 31.5, native });
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
  return { type: "histogram", ...common, ...bucketsOf(name, options), ofKind };
}

/** A live histogram. */
export class Histogram<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Counts one observation. `NaN` is counted in `+Inf` only, in no native bucket, and makes the sum `NaN`.
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
    observeValue(writer, slot, value, exemplar);
  }

  /**
   * Sets a series to what an upstream reports. A count lower than before is a restart of the upstream.
   *
   * Buckets of a kind that the histogram was not declared with are left out; without `native`, the series has no native
   * buckets. Where settings chose the kind, see {@link withHistogramKind}.
   *
   * @throws {TypeError} If the labels are not those that were declared, or something is no number.
   * @throws {RangeError} If there is not one bucket per bound, the counts are negative or not cumulative, or the native
   * buckets do not add up to the count.
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
    observeValue(this.writer, slot, value, exemplar);
  }
}

/** Checks a whole histogram before anything of it is written. */
export function checkedValue(description: BucketDescription, given: unknown): CheckedValue {
  const { count, sum, native, ...classic } = (given ?? {}) as Partial<HistogramValue>;
  const isClassic = hasOwnBounds(description);
  const bounds = isClassic ? description.buckets : [];
  const { buckets, exemplars = [] } = isClassic ? classic : { buckets: [] };
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
  const kind = histogramKind(description);
  // Where the kind would leave nothing of an upstream's buckets, those that there are stay.
  const keepsNative = native !== undefined && description.native !== undefined && (kind !== "classic" || !isClassic);
  const keepsClassic = isClassic && (kind !== "native" || !keepsNative);
  return {
    buckets: keepsClassic ? buckets : undefined,
    count,
    sum,
    exemplars: keepsClassic ? checked : [],
    native: keepsNative ? checkedNative(description, native, { count, sum }) : undefined,
  };
}

/** Writes a checked histogram: each bucket for itself, then the sum. */
export function writeValue(writer: Writer, slot: number, value: CheckedValue): void {
  const { buckets, count, sum, exemplars, native } = value;
  const { values, family: { width } } = writer;
  const base = slot * width;
  const last = base + width - 2;
  let before = 0;
  for (let i = base; i < last; i++) {
    const cumulative = buckets?.[i - base];
    values[i] = cumulative === undefined ? NaN : cumulative - before;
    before = cumulative ?? 0;
  }
  values[last] = count - before;
  values[last + 1] = sum;
  exemplars.forEach((exemplar, i) => {
    if (exemplar !== undefined) writer.setExemplar(base + i, exemplar);
  });
  writer.setNative(slot, native);
}

/** Counts one observation in a slot that is ready to be written. */
export function observeValue(writer: Writer, slot: number, value: number, exemplar: Exemplar | undefined): void {
  const { values, family } = writer;
  const { bounds, width } = family;
  const base = slot * width;
  if (writer.natives !== undefined) observeNative(writer, slot, value, exemplar);
  // A series without classic buckets has +Inf alone, behind places that stay NaN.
  const bucket = Number.isNaN(values[base]!) ? bounds.length : bucketOf(bounds, value);
  values[base + bucket]!++;
  values[base + width - 1]! += value;
  if (exemplar !== undefined) writer.setExemplar(base + bucket, exemplar);
}

/** The position of the first bound that a value does not exceed. NaN, which compares with nothing, ends behind them all. */
function bucketOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  // Halves what is left as long as that costs less than going through it.
  while (high - low > FEW_BOUNDS) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  while (low < high && !(value <= bounds[low]!)) low++;
  return low;
}

function observeNative(writer: Writer, slot: number, value: number, exemplar: Exemplar | undefined): void {
  const native = writer.natives![slot];
  if (native === undefined) return;
  if (native.observe(value)) {
    // All that counts begins anew together, so that it still adds up.
    const { values, family } = writer;
    const base = slot * family.width;
    values.fill(0, base + firstBucket(values, base, family.width), base + family.width);
    writer.setCreated(slot, family.now());
  }
  if (exemplar !== undefined) native.addExemplar(exemplar);
}
