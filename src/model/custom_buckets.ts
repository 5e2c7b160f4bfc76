import { CUSTOM_BUCKETS, type NativeTotals, NO_BUCKETS } from "./native_histogram.ts";

/** A histogram with classic buckets. */
export interface ClassicHistogram {
  /** Upper bounds, ascending; `Infinity` may be the last one. */
  readonly bounds: readonly number[];
  /** For each bound, how many observations were not above it. */
  readonly cumulative: readonly number[];
  /** How many observations there were. @default what the last bound says */
  readonly count?: number;
  /** The sum of all observations. @default 0 */
  readonly sum?: number;
}

/**
 * Turns classic buckets into a native histogram with custom buckets, as Prometheus does on request.
 *
 * @throws {RangeError} If bounds do not ascend, counts are negative or not cumulative, or the highest is not the count.
 */
export function fromClassic({ bounds, cumulative, count, sum = 0 }: ClassicHistogram): NativeTotals {
  if (bounds.length !== cumulative.length) {
    throw new RangeError(`Cannot convert histogram: got ${cumulative.length} counts, expected ${bounds.length}`);
  }
  const total = count ?? cumulative.at(-1);
  if (total === undefined) throw new RangeError("Cannot convert histogram: it has neither buckets nor a count");
  const indices: number[] = [];
  const counts: number[] = [];
  const infinite = bounds.at(-1) === Infinity ? [] : [total];
  let before = 0;
  [...cumulative, ...infinite].forEach((reached, i) => {
    const bound = bounds[i] ?? Infinity;
    if (Number.isNaN(bound) || bound === -Infinity || (i > 0 && bound <= bounds[i - 1]!)) {
      throw new RangeError(
        `Cannot convert histogram: bound ${bound} at position ${i}, expected finite, ascending bounds`,
      );
    }
    if (!(reached >= before && reached < Infinity)) {
      throw new RangeError(
        `Cannot convert histogram: bucket ${bound} has count ${reached}, expected ${before} or more`,
      );
    }
    if (reached > before) {
      indices.push(i);
      counts.push(reached - before);
    }
    before = reached;
  });
  if (before !== total) {
    throw new RangeError(`Cannot convert histogram: count is ${total}, but its highest bucket says ${before}`);
  }
  const positive = { indices, counts, length: indices.length };
  const customValues = bounds.filter((bound) => bound !== Infinity);
  return {
    histogram: {
      schema: CUSTOM_BUCKETS,
      zeroThreshold: 0,
      zeroCount: 0,
      positive,
      negative: NO_BUCKETS,
      customValues,
    },
    count: total,
    sum,
  };
}
