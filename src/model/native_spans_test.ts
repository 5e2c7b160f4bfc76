import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_BUCKETS } from "./native_histogram.ts";
import { bucketsOf, spansOf } from "./native_spans.ts";

function bucketsFrom(entries: readonly (readonly [index: number, count: number])[]) {
  return { indices: entries.map(([i]) => i), counts: entries.map(([, count]) => count), length: entries.length };
}

describe("spansOf()", () => {
  it("fills gaps of one and two, as client_golang does", () => {
    const { offsets, lengths, counts } = spansOf(bucketsFrom([[-2, 3], [-1, 5], [2, 1], [4, 3], [5, 2]]));
    assert.deepEqual([offsets, lengths, counts], [[-2], [8], [3, 5, 0, 0, 1, 0, 3, 2]]);
    assert.deepEqual(counts.map((count, i) => count - (counts[i - 1] ?? 0)), [3, 2, -5, 0, 1, -1, 3, -1]);
  });

  it("begins a new span after a gap of three", () => {
    const { offsets, lengths, counts } = spansOf(bucketsFrom([[7, 1], [8, 2], [12, 3], [20, 4]]));
    assert.deepEqual([offsets, lengths, counts], [[7, 3, 7], [2, 1, 1], [1, 2, 3, 4]]);
  });

  it("has none for no buckets", () => {
    assert.deepEqual(spansOf(NO_BUCKETS), { offsets: [], lengths: [], counts: [] });
  });

  it("reads only as many entries as there are buckets, and may write over what was written before", () => {
    const into = spansOf(bucketsFrom([[0, 1], [9, 1]]));
    const buckets = { indices: Int32Array.of(4, 0, 0), counts: Float64Array.of(2, 0, 0), length: 1 };
    assert.equal(spansOf(buckets, into), into);
    assert.deepEqual(into, { offsets: [4], lengths: [1], counts: [2] });
  });

  it("is undone by bucketsOf()", () => {
    const index = fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -262144, max: 262145 }));
    const entries = fc.uniqueArray(fc.tuple(index, fc.integer({ min: 1 })), { selector: ([index]) => index })
      .map((entries) => entries.sort(([a], [b]) => a - b));
    fc.assert(fc.property(entries, (entries) => {
      const spans = spansOf(bucketsFrom(entries));
      assert.deepEqual(bucketsOf(spans), bucketsFrom(entries));
      assert.ok(spans.offsets.every((offset, i) => i === 0 || offset > 2));
    }));
  });
});

describe("bucketsOf()", () => {
  it("reads the shortest spans too", () => {
    const buckets = bucketsOf({ offsets: [-2, 2, 1], lengths: [2, 1, 2], counts: [3, 5, 1, 3, 2] });
    assert.deepEqual(buckets, bucketsFrom([[-2, 3], [-1, 5], [2, 1], [4, 3], [5, 2]]));
  });

  it("reads a span without buckets as none", () => {
    assert.deepEqual(bucketsOf({ offsets: [0], lengths: [0], counts: [] }), bucketsFrom([]));
  });

  it("refuses lengths that do not add up and spans that overlap", () => {
    assert.throws(() => bucketsOf({ offsets: [0], lengths: [2], counts: [1] }), {
      name: "RangeError",
      message: "Cannot read spans: they need 2 counts, got 1",
    });
    assert.throws(() => bucketsOf({ offsets: [0, -1], lengths: [1, 1], counts: [1, 1] }), {
      name: "RangeError",
      message: "Cannot read spans: span 2 has offset -1, expected 0 or more",
    });
  });
});
