import type { NativeBuckets } from "./native_histogram.ts";

/** Buckets as the protobuf format writes them: runs of neighbours, and the counts of all runs one after the other. */
export interface Spans {
  /** Index of the first bucket, then for each further span how many indices it leaves out. */
  readonly offsets: number[];
  /** How many buckets each span has. */
  readonly lengths: number[];
  /** The counts of all spans, each for itself: integer histograms are sent as differences to the count before. */
  readonly counts: number[];
}

/** Up to so many empty buckets are written out rather than left out, as client_golang does. */
const MOST_FILLED = 2;

/**
 * Joins buckets to spans.
 *
 * @param into Where to write, for callers that encode many histograms and want no garbage.
 */
export function spansOf(buckets: NativeBuckets, into: Spans = { offsets: [], lengths: [], counts: [] }): Spans {
  const { offsets, lengths, counts } = into;
  offsets.length = lengths.length = counts.length = 0;
  let next = 0;
  for (let i = 0; i < buckets.length; i++) {
    const index = buckets.indices[i]!;
    const gap = index - next;
    if (i === 0 || gap > MOST_FILLED) {
      offsets.push(gap);
      lengths.push(0);
    } else {
      for (let empty = 0; empty < gap; empty++) counts.push(0);
      lengths[lengths.length - 1]! += gap;
    }
    counts.push(buckets.counts[i]!);
    lengths[lengths.length - 1]!++;
    next = index + 1;
  }
  return into;
}

/**
 * Takes spans apart, and leaves empty buckets out.
 *
 * @throws {RangeError} If the lengths do not add up to the number of counts, or a later span begins before the end of the
 * one before.
 */
export function bucketsOf({ offsets, lengths, counts }: Spans): NativeBuckets {
  const buckets = { indices: [] as number[], counts: [] as number[], length: 0 };
  const expected = lengths.reduce((total, length) => total + length, 0);
  if (expected !== counts.length || offsets.length !== lengths.length) {
    throw new RangeError(`Cannot read spans: they need ${expected} counts, got ${counts.length}`);
  }
  let at = 0;
  let index = 0;
  offsets.forEach((offset, span) => {
    if (span > 0 && offset < 0) {
      throw new RangeError(`Cannot read spans: span ${span + 1} has offset ${offset}, expected 0 or more`);
    }
    index += offset;
    for (const end = at + lengths[span]!; at < end; at++, index++) {
      if (counts[at] === 0) continue;
      buckets.indices.push(index);
      buckets.counts.push(counts[at]!);
    }
  });
  buckets.length = buckets.indices.length;
  return buckets;
}
