import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { nativeMistake } from "./native_check.ts";
import type { NativeBuckets, NativeHistogram } from "./native_histogram.ts";

function side(...entries: [number, number][]): NativeBuckets {
  return { indices: entries.map(([i]) => i), counts: entries.map(([, count]) => count), length: entries.length };
}

const EXPONENTIAL: NativeHistogram = {
  schema: 3,
  zeroThreshold: 0.5,
  zeroCount: 2,
  positive: side([-2, 3], [5, 4]),
  negative: side([1, 1]),
};
const CUSTOM: NativeHistogram = {
  schema: -53,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: side([0, 4], [2, 6]),
  negative: side(),
  customValues: [1, 2],
};

describe("nativeMistake()", () => {
  it("finds none in what Prometheus takes", () => {
    assert.equal(nativeMistake({ histogram: EXPONENTIAL, count: 10, sum: 3 }), undefined);
    assert.equal(nativeMistake({ histogram: CUSTOM, count: 10, sum: 3 }), undefined);
    const exemplars = [{ labels: {}, value: 1, timestampMs: 5 }];
    assert.equal(nativeMistake({ histogram: { ...EXPONENTIAL, exemplars }, count: 10, sum: Infinity }), undefined);
  });

  it("lets the count be larger where NaN was observed", () => {
    assert.equal(nativeMistake({ histogram: EXPONENTIAL, count: 12, sum: NaN }), undefined);
    assert.match(nativeMistake({ histogram: EXPONENTIAL, count: 9, sum: NaN })!, /count is 9/);
  });

  it("lets fractional counts add up roughly", () => {
    const positive = side([0, 0.1], [1, 0.2]);
    const histogram = { ...EXPONENTIAL, zeroCount: 0, positive, negative: side() };
    assert.equal(nativeMistake({ histogram, count: 0.3, sum: 1 }), undefined);
    assert.match(nativeMistake({ histogram, count: 0.31, sum: 1 })!, /count is 0.31/);
  });

  const mistakes: [Partial<NativeHistogram>, string, NativeHistogram?][] = [
    [{ schema: 9 }, "schema is 9, expected -4 to 8"],
    [{ schema: -5 }, "schema is -5, expected -4 to 8"],
    [{ schema: 0.5 }, "schema is 0.5, expected -4 to 8"],
    [{ customValues: [1] }, "schema 3 has custom values, expected none"],
    [{ zeroThreshold: -1 }, "zero threshold is -1, expected 0 or more"],
    [{ zeroThreshold: NaN }, "zero threshold is NaN, expected 0 or more"],
    [{ zeroCount: -1 }, "zero count is -1, expected 0 or more"],
    [{ zeroCount: 3 }, "count is 10, but its native buckets add up to 11"],
    [{ positive: side([5, 3], [5, 4]) }, "positive index 5 at position 1, expected ascending integers"],
    [{ positive: side([0.5, 7]) }, "positive index 0.5 at position 0, expected ascending integers"],
    [{ negative: side([1, -1]) }, "negative bucket 1 has count -1, expected 0 or more"],
    [{ negative: side([1, NaN]) }, "negative bucket 1 has count NaN, expected 0 or more"],
    [
      { negative: { indices: [1], counts: [1], length: 2 } },
      "there are 1 negative indices and 1 counts, expected 2 of each",
    ],
    [{ exemplars: [{ labels: {}, value: 4 }] }, "the exemplar 4 has no timestamp"],
    [{ customValues: undefined }, "schema -53 has no custom values", CUSTOM],
    [{ customValues: [1, 1] }, "custom value 1 at position 1, expected finite and ascending bounds", CUSTOM],
    [
      { customValues: [1, Infinity] },
      "custom value Infinity at position 1, expected finite and ascending bounds",
      CUSTOM,
    ],
    [{ customValues: [1] }, "a custom bucket lies outside 0 to 1", CUSTOM],
    [{ zeroCount: 1 }, "custom buckets come with a zero bucket or negative buckets, expected neither", CUSTOM],
    [
      { negative: side([0, 1]) },
      "custom buckets come with a zero bucket or negative buckets, expected neither",
      CUSTOM,
    ],
  ];
  for (const [change, expected, base = EXPONENTIAL] of mistakes) {
    it(`says that ${expected}`, () => {
      assert.equal(
        nativeMistake({ histogram: { ...base, ...change } as NativeHistogram, count: 10, sum: 3 }),
        expected,
      );
    });
  }
});
