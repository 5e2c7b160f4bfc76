import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { BucketCounts } from "./native_buckets.ts";
import { coarserIndex } from "./native_schema.ts";

describe("BucketCounts", () => {
  it("agrees with a map over any order of adding, taking out, merging and assigning", () => {
    const step = fc.record({
      act: fc.constantFrom("add", "add", "add", "add", "shift", "coarsen", "assign"),
      index: fc.integer({ min: -40, max: 40 }),
      count: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let buckets = new BucketCounts();
      let map = new Map<number, number>();
      for (const { act, index, count } of steps) {
        if (act === "add") {
          buckets.add(index, count);
          map.set(index, (map.get(index) ?? 0) + count);
        } else if (act === "shift" && map.size > 0) {
          const first = Math.min(...map.keys());
          assert.equal(buckets.shift(), map.get(first));
          map.delete(first);
        } else if (act === "coarsen") {
          buckets.coarsen(1);
          const merged = new Map<number, number>();
          for (const [i, n] of map) merged.set(coarserIndex(i, 1), (merged.get(coarserIndex(i, 1)) ?? 0) + n);
          map = merged;
        } else if (act === "assign") {
          const copy = new BucketCounts();
          copy.assign(buckets);
          buckets = copy;
        }
        const entries = Array.from({ length: buckets.length }, (_, i) => [buckets.indices[i], buckets.counts[i]]);
        assert.deepEqual(entries, [...map].sort(([a], [b]) => a - b));
      }
    }));
  });
});
