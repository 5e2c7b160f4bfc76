import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { addExemplar, type TimedExemplar } from "./native_exemplars.ts";

function kept(added: readonly (readonly [value: number, timestampMs: number])[], max = 3, maxAgeMs = 1000): number[] {
  const exemplars: TimedExemplar[] = [];
  for (const [value, timestampMs] of added) {
    addExemplar(exemplars, { labels: {}, value, timestampMs }, { max, maxAgeMs });
  }
  return exemplars.map(({ value }) => value);
}

describe("addExemplar()", () => {
  it("keeps exemplars ascending by value", () => {
    assert.deepEqual(kept([[5, 1], [-1, 2], [0, 3]]), [-1, 0, 5]);
  });

  it("drops the oldest once it has expired", () => {
    assert.deepEqual(kept([[1, 500], [1.1, 0], [100, 600], [10_000, 1001]]), [1, 100, 10_000]);
  });

  it("drops the older of the nearest two until then", () => {
    assert.deepEqual(kept([[1, 10], [1.1, 0], [100, 600], [10_000, 1000]]), [1, 100, 10_000]);
    assert.deepEqual(kept([[1, 0], [1.1, 10], [100, 600], [10_000, 1000]]), [1.1, 100, 10_000]);
  });

  it("lets the new one stand for the one it is nearest to", () => {
    assert.deepEqual(kept([[1, 1], [10, 2], [100, 3], [11, 4]]), [1, 11, 100]);
    assert.deepEqual(kept([[1, 1], [10, 2], [100, 3], [9, 4]]), [1, 9, 100]);
    assert.deepEqual(kept([[1, 1], [10, 2], [100, 3], [100, 4]]), [1, 10, 100]);
  });

  it("takes magnitudes for distance, and different signs for far apart", () => {
    assert.deepEqual(kept([[-0.001, 1], [0.001, 2], [100, 3], [120, 4]]), [-0.001, 0.001, 120]);
    assert.deepEqual(kept([[-1, 1], [0, 2], [1, 3], [Infinity, 4]]).length, 3);
  });

  it("holds the last one where there is room for one", () => {
    assert.deepEqual(kept([[1, 1], [3, 2], [2, 2]], 1), [2]);
  });

  it("keeps ten of the last five minutes unless told otherwise", () => {
    const exemplars: TimedExemplar[] = [];
    for (let i = 0; i < 12; i++) addExemplar(exemplars, { labels: {}, value: 2 ** i, timestampMs: i === 5 ? 0 : 1000 });
    assert.equal(exemplars.length, 10);
    addExemplar(exemplars, { labels: {}, value: 0.001, timestampMs: 301_001 });
    assert.equal(exemplars.length, 10);
    assert.equal(exemplars[0]!.value, 0.001);
  });

  it("never drops the new one, nor the order, nor holds more than it may", () => {
    const exemplar = fc.tuple(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 3000 }));
    fc.assert(fc.property(fc.array(exemplar), fc.integer({ min: 1, max: 5 }), (added, max) => {
      const exemplars: TimedExemplar[] = [];
      for (const [value, timestampMs] of added) {
        const next = { labels: {}, value, timestampMs };
        addExemplar(exemplars, next, { max, maxAgeMs: 1000 });
        assert.ok(exemplars.includes(next));
        assert.ok(exemplars.length <= max);
        assert.ok(exemplars.every((one, i) => i === 0 || exemplars[i - 1]!.value <= one.value));
      }
    }));
  });
});
