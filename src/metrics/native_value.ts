import type { GaugeHistogramDescription, HistogramDescription } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import {
  CUSTOM_BUCKETS,
  DEFAULT_ZERO_THRESHOLD,
  type NativeBuckets,
  type NativeHistogram,
} from "../model/native_histogram.ts";
import { checkedExemplar } from "./annotation.ts";
import { describe, show } from "./instrument.ts";

/** The buckets on one side of zero, as an upstream reports them. */
export interface NativeBucketsValue {
  /** Indices of populated buckets, ascending: bucket `i` ends at 2^(i * 2^-schema). */
  readonly indices: ArrayLike<number>;
  /** How many observations each of them holds, for itself. */
  readonly counts: ArrayLike<number>;
}

/** The native buckets of a whole histogram, as an upstream reports them. */
export interface NativeValue {
  /** Resolution, from -4 to 8. */
  readonly schema: number;
  /** What is not further from zero is in the zero bucket. @default 2 ** -128 */
  readonly zeroThreshold?: number;
  /** Observations in the zero bucket. @default 0 */
  readonly zeroCount?: number;
  /** Buckets of positive observations. @default none */
  readonly positive?: NativeBucketsValue;
  /** Buckets of negative observations. @default none */
  readonly negative?: NativeBucketsValue;
  /** Some of the observations, each with a timestamp. @default none */
  readonly exemplars?: readonly Exemplar[];
}

/**
 * Checks the native part of a whole histogram, of a family that has native buckets.
 *
 * @throws {TypeError} If it is no object, or an exemplar is of wrong shape.
 * @throws {RangeError} If Prometheus would refuse it, or it has custom buckets, which no format can carry.
 */
export function checkedNative(
  description: HistogramDescription | GaugeHistogramDescription,
  native: NativeValue,
  { count, sum }: { count: number; sum: number },
): NativeHistogram {
  const refusal = `Cannot set ${describe(description)}: native`;
  if (typeof native !== "object" || native === null) {
    throw new TypeError(`${refusal} is ${show(native)}, expected an object with schema and buckets`);
  }
  const { schema, zeroThreshold = DEFAULT_ZERO_THRESHOLD, zeroCount = 0, positive, negative, exemplars = [] } = native;
  if (schema === CUSTOM_BUCKETS) {
    throw new RangeError(`${refusal} schema is ${schema}, expected custom buckets to be given as classic ones`);
  }
  const histogram = {
    schema,
    zeroThreshold,
    zeroCount,
    positive: side(positive),
    negative: side(negative),
    exemplars: exemplars.map((exemplar) => checkedExemplar(description, exemplar)),
  };
  const mistake = description.native!.mistake({ histogram, count, sum });
  if (mistake !== undefined) throw new RangeError(`${refusal} ${mistake}`);
  return histogram;
}

function side({ indices = [], counts = [] }: Partial<NativeBucketsValue> = {}): NativeBuckets {
  return { indices, counts, length: Math.max(indices.length, counts.length) };
}
