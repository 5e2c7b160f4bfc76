import type { Exemplar } from "./exemplar.ts";

/**
 * The buckets of one native histogram, as encoders read them. Count and sum are not here: they are in the column.
 *
 * The numbers may belong to a live histogram: whoever wants to keep them copies them.
 */
export interface NativeHistogram {
  /** Resolution: bounds grow by 2^(2^-schema), for schemas -4 to 8; or {@link CUSTOM_BUCKETS}. */
  readonly schema: number;
  /** The zero bucket holds what is not further from zero than this. */
  readonly zeroThreshold: number;
  /** Observations in the zero bucket. */
  readonly zeroCount: number;
  /** Buckets of positive observations, and all buckets of a histogram with custom bounds. */
  readonly positive: NativeBuckets;
  /** Buckets of negative observations, by the index of their mirror image. */
  readonly negative: NativeBuckets;
  /** The finite upper bounds of custom buckets, ascending; only with the schema {@link CUSTOM_BUCKETS}. */
  readonly customValues?: readonly number[];
  /** Observations that stand for others, each with a timestamp, ascending by value. */
  readonly exemplars?: readonly Exemplar[];
}

/** The populated buckets on one side of zero. Only the first `length` entries of both lists count. */
export interface NativeBuckets {
  /** Bucket indices, ascending. */
  readonly indices: ArrayLike<number>;
  /** How many observations each bucket holds, for itself. */
  readonly counts: ArrayLike<number>;
  /** How many buckets there are. */
  readonly length: number;
}

/** The native buckets of a series that is written. */
export interface LiveNativeHistogram extends NativeHistogram {
  /** Empties the histogram and gives it back the resolution and the zero bucket it began with. */
  restart(): void;
  /** Counts one observation. Returns whether the histogram was started anew, with this observation as its first. */
  observe(value: number): boolean;
  /** Takes an exemplar. */
  addExemplar(exemplar: Exemplar): void;
  /** Takes over a whole histogram with exponential buckets. */
  assign(histogram: NativeHistogram): void;
}

/** A native histogram with what the column keeps beside it. */
export interface NativeTotals {
  /** The buckets. */
  readonly histogram: NativeHistogram;
  /** How many observations there were. */
  readonly count: number;
  /** The sum of all observations. */
  readonly sum: number;
}

/** How native histograms begin, and what is done when they have too many buckets. */
export interface NativeSettings {
  /** Resolution, from -4 to 8. */
  readonly schema: number;
  /** What is not further from zero is counted in the zero bucket. */
  readonly zeroThreshold: number;
  /** The most populated buckets, the zero bucket not counted; 0 for no limit. */
  readonly maxBuckets: number;
  /** Too many buckets start the histogram anew, but only so long after it last began; 0 for never. */
  readonly minResetDurationMs: number;
  /** Else the zero bucket may grow up to this threshold, before the resolution is lowered. */
  readonly maxZeroThreshold: number;
}

/**
 * The native buckets of a description.
 *
 * They bring their code along, so that an exporter which defines no histogram is built without it.
 */
export interface NativeDefinition extends NativeSettings {
  /** Makes the native buckets of a series. */
  make(now: () => number): LiveNativeHistogram;
  /** Why Prometheus would refuse a native histogram, in words for an error, or `undefined` if it would not. */
  mistake(totals: NativeTotals): string | undefined;
}

/** The lowest resolution: each bound is 65536 times the one before. */
export const MIN_SCHEMA = -4;
/** The highest resolution: each bound is 2^(1/256) times the one before. */
export const MAX_SCHEMA = 8;
/** The schema of a histogram whose bounds are listed, a "native histogram with custom buckets" (NHCB). */
export const CUSTOM_BUCKETS = -53;
/** Zero thresholds are 2^-128 unless chosen, a bound of every schema. */
export const DEFAULT_ZERO_THRESHOLD = 2 ** -128;
/** No buckets. */
export const NO_BUCKETS: NativeBuckets = Object.freeze({ indices: [], counts: [], length: 0 });

/** How many observations the buckets of a side hold. */
export function bucketTotal(buckets: NativeBuckets): number {
  let total = 0;
  for (let i = 0; i < buckets.length; i++) total += buckets.counts[i]!;
  return total;
}
