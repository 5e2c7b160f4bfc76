/**
 * Bounds of equal width for a histogram.
 *
 * @param start The first bound.
 * @param width The distance between two bounds.
 * @param count How many bounds there are.
 * @throws {Error} If the count is less than 1.
 * @example Tens
 * ```ts
 * import { linearBuckets } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(linearBuckets(0, 10, 3), [0, 10, 20]);
 * ```
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (count < 1) throw new Error("Linear buckets needs a positive count");
  return Array.from({ length: count }, (_, i) => start + i * width);
}

/**
 * Bounds for a histogram, each a multiple of the one before.
 *
 * @param start The first bound.
 * @param factor What each bound is multiplied by to give the next.
 * @param count How many bounds there are.
 * @throws {Error} If the start is not positive, the count is less than 1, or the factor is not greater than 1.
 * @example Powers of two
 * ```ts
 * import { exponentialBuckets } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
 * ```
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (start <= 0) throw new Error("Exponential buckets needs a positive start");
  if (count < 1) throw new Error("Exponential buckets needs a positive count");
  if (factor <= 1) throw new Error("Exponential buckets needs a factor greater than 1");
  const buckets: number[] = [];
  // Multiplied step by step, since a power would round differently.
  for (let bound = start; buckets.length < count; bound *= factor) buckets.push(bound);
  return buckets;
}
