import { resized } from "./label_index.ts";
import type { NativeBuckets } from "./native_histogram.ts";
import { coarserIndex } from "./native_schema.ts";

const NO_INDICES = new Int32Array(0);
const NO_COUNTS = new Float64Array(0);
const FIRST_CAPACITY = 8;

/** The populated buckets on one side of a live histogram: ascending, next to each other, without the empty ones. */
export class BucketCounts implements NativeBuckets {
  indices: Int32Array = NO_INDICES;
  counts: Float64Array = NO_COUNTS;
  length = 0;

  /** Adds to a bucket, which may be new. */
  add(index: number, count: number): void {
    const { indices } = this;
    let low = 0;
    let top = this.length;
    while (low < top) {
      const middle = (low + top) >> 1;
      if (indices[middle]! < index) low = middle + 1;
      else top = middle;
    }
    if (low === this.length || indices[low] !== index) this.#insert(low, index);
    this.counts[low]! += count;
  }

  /** Takes the bucket nearest to zero out, and says what it held. */
  shift(): number {
    const count = this.counts[0]!;
    this.indices.copyWithin(0, 1, this.length);
    this.counts.copyWithin(0, 1, this.length);
    this.length--;
    return count;
  }

  /** Merges buckets as lowering the resolution by `steps` schemas asks. */
  coarsen(steps: number): void {
    const { indices, counts } = this;
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const index = coarserIndex(indices[i]!, steps);
      if (kept > 0 && indices[kept - 1] === index) counts[kept - 1]! += counts[i]!;
      else {
        indices[kept] = index;
        counts[kept++] = counts[i]!;
      }
    }
    this.length = kept;
  }

  /** Takes over the buckets of another side, whatever was here. */
  assign(buckets: NativeBuckets): void {
    const { length } = buckets;
    if (length > this.indices.length) {
      this.indices = new Int32Array(length);
      this.counts = new Float64Array(length);
    }
    for (let i = 0; i < length; i++) {
      this.indices[i] = buckets.indices[i]!;
      this.counts[i] = buckets.counts[i]!;
    }
    this.length = length;
  }

  #insert(at: number, index: number): void {
    if (this.length === this.indices.length) {
      const capacity = Math.max(FIRST_CAPACITY, this.length * 2);
      this.indices = resized(this.indices, capacity);
      this.counts = resized(this.counts, capacity);
    }
    this.indices.copyWithin(at + 1, at, this.length);
    this.counts.copyWithin(at + 1, at, this.length);
    this.indices[at] = index;
    this.counts[at] = 0;
    this.length++;
  }
}
