import { MAX_SCHEMA, MIN_SCHEMA } from "./native_histogram.ts";

const MIN_NORMAL = 2 ** -1022;
const float = new DataView(new ArrayBuffer(8));
const boundsBySchema: Float64Array[] = [];

/** The factor between the bounds of neighbouring buckets. */
export function growthOf(schema: number): number {
  return 2 ** 2 ** -schema;
}

/** The lowest resolution whose bounds do not grow by more than `factor`, or the highest that there is. */
export function schemaOf(factor: number): number {
  let schema = MIN_SCHEMA;
  while (schema < MAX_SCHEMA && growthOf(schema) > factor) schema++;
  return schema;
}

/** The highest resolution whose bounds do not grow by less than `factor`, or the lowest that there is. */
export function schemaOfLeast(factor: number): number {
  let schema = MAX_SCHEMA;
  while (schema > MIN_SCHEMA && growthOf(schema) < factor) schema--;
  return schema;
}

/**
 * The index of the bucket for an observation of this magnitude: `growth^(index-1) < magnitude <= growth^index`.
 *
 * Infinity goes to the bucket after that of the largest number.
 */
export function bucketIndex(schema: number, magnitude: number): number {
  if (magnitude === Infinity) return bucketIndex(schema, Number.MAX_VALUE) + 1;
  // The magnitude is fraction * 2^exponent, with 0.5 <= fraction < 1.
  let shift = 1022;
  if (magnitude < MIN_NORMAL) {
    magnitude *= 2 ** 54;
    shift += 54;
  }
  float.setFloat64(0, magnitude);
  const high = float.getUint32(0);
  const exponent = (high >>> 20) - shift;
  const mantissa = high & 0xfffff;
  if (schema <= 0) {
    const isPower = mantissa === 0 && float.getUint32(4) === 0;
    return (exponent - (isPower ? 1 : 0) + (1 << -schema) - 1) >> -schema;
  }
  float.setUint32(0, mantissa | (1022 << 20));
  const fraction = float.getFloat64(0);
  const bounds = boundsBySchema[schema] ?? boundsOf(schema);
  let low = 0;
  let top = bounds.length;
  while (low < top) {
    const middle = (low + top) >> 1;
    if (bounds[middle]! < fraction) low = middle + 1;
    else top = middle;
  }
  return low + (exponent - 1) * bounds.length;
}

/** The inclusive upper bound of a bucket: the largest number for the bucket that ends at 2^1024, Infinity after it. */
export function upperBound(schema: number, index: number): number {
  if (schema <= 0) return ldexp(0.5, index * 2 ** -schema + 1);
  const bounds = boundsOf(schema);
  return ldexp(bounds[index & (bounds.length - 1)]!, (index >> schema) + 1);
}

/** The index of the bucket that takes in bucket `index` when the resolution is lowered by `steps` schemas. */
export function coarserIndex(index: number, steps: number): number {
  // A shift by 32 would shift by nothing.
  return ((index - 1) >> Math.min(steps, 31)) + 1;
}

/** The bounds between 0.5 and 1, for schemas above 0; made when they are first needed. */
function boundsOf(schema: number): Float64Array {
  const perDoubling = 2 ** schema;
  return boundsBySchema[schema] ??= Float64Array.from({ length: perDoubling }, (_, k) => rootOfTwo(k, perDoubling));
}

/**
 * The largest double that is not above 2^(k/n - 1).
 *
 * Rounded down, so that comparing with it says the same as comparing with the irrational bound. Powers and logarithms of
 * doubles differ between engines in the last digits; integers do not.
 */
function rootOfTwo(k: number, n: number): number {
  const limit = 2n ** BigInt(52 * n + k);
  let units = Math.floor(2 ** (52 + k / n));
  while (BigInt(units) ** BigInt(n) > limit) units--;
  while (BigInt(units + 1) ** BigInt(n) <= limit) units++;
  return units / 2 ** 53;
}

function ldexp(fraction: number, exponent: number): number {
  if (fraction === 0.5 && exponent === 1025) return Number.MAX_VALUE;
  if (exponent > 1024) return Infinity;
  if (exponent < -1100) return 0;
  // In two factors that are both normal, the second of which rounds at most once.
  const first = exponent >> 1;
  return fraction * powerOfTwo(first) * powerOfTwo(exponent - first);
}

/** 2^exponent, for exponents of normal numbers. */
function powerOfTwo(exponent: number): number {
  float.setUint32(0, (exponent + 1023) << 20);
  float.setUint32(4, 0);
  return float.getFloat64(0);
}
