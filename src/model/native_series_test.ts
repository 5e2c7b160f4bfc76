import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { DEFAULT_ZERO_THRESHOLD, type NativeBuckets, type NativeSettings } from "./native_histogram.ts";
import { bucketIndex, upperBound } from "./native_schema.ts";
import { NativeSeries } from "./native_series.ts";

const SETTINGS: NativeSettings = {
  schema: 3,
  zeroThreshold: DEFAULT_ZERO_THRESHOLD,
  maxBuckets: 0,
  minResetDurationMs: 0,
  maxZeroThreshold: 0,
};

function never(): number {
  throw new Error("the clock was read");
}

function made(settings: Partial<NativeSettings> = {}, now: () => number = never): NativeSeries {
  return new NativeSeries({ ...SETTINGS, ...settings }, now);
}

function entries({ indices, counts, length }: NativeBuckets): [number, number][] {
  return Array.from({ length }, (_, i) => [indices[i]!, counts[i]!]);
}

function shown(series: NativeSeries) {
  const { schema, zeroThreshold, zeroCount, positive, negative } = series;
  return { schema, zeroThreshold, zeroCount, positive: entries(positive), negative: entries(negative) };
}

describe("NativeSeries.observe()", () => {
  it("counts in the bucket of the magnitude, on the side of the sign", () => {
    const series = made();
    for (const value of [1, 1.01, 1.5, 2, 0.5, -2, 1, 0, -0]) series.observe(value);
    assert.deepEqual(shown(series), {
      schema: 3,
      zeroThreshold: DEFAULT_ZERO_THRESHOLD,
      zeroCount: 2,
      positive: [[-8, 1], [0, 2], [1, 1], [5, 1], [8, 1]],
      negative: [[8, 1]],
    });
  });

  it("counts up to the zero threshold as zero, on both sides", () => {
    const series = made({ zeroThreshold: 0.25 });
    for (const value of [0.25, -0.25, 0.26, -0.26, Number.MIN_VALUE]) series.observe(value);
    assert.equal(series.zeroCount, 3);
    assert.deepEqual([entries(series.positive), entries(series.negative)], [[[-15, 1]], [[-15, 1]]]);
  });

  it("may have a zero bucket for zero alone", () => {
    const series = made({ zeroThreshold: 0, schema: 0 });
    for (const value of [0, -0, Number.MIN_VALUE]) series.observe(value);
    assert.equal(series.zeroCount, 2);
    assert.deepEqual(entries(series.positive), [[-1074, 1]]);
  });

  it("counts infinities in the bucket after that of the largest number, and NaN in none", () => {
    const series = made({ schema: 0 });
    for (const value of [Infinity, -Infinity, Number.MAX_VALUE, NaN]) series.observe(value);
    assert.deepEqual([entries(series.positive), entries(series.negative)], [[[1024, 1], [1025, 1]], [[1025, 1]]]);
    assert.equal(series.zeroCount, 0);
  });

  it("widens the zero bucket by the nearest buckets of both sides while it may", () => {
    const series = made({ schema: 0, maxBuckets: 3, maxZeroThreshold: 0.5 });
    for (const value of [0.2, -0.2, 1, 4]) assert.equal(series.observe(value), false);
    assert.deepEqual(shown(series), {
      schema: 0,
      zeroThreshold: 0.25,
      zeroCount: 2,
      positive: [[0, 1], [2, 1]],
      negative: [],
    });
    series.observe(0.25);
    assert.equal(series.zeroCount, 3);
  });

  it("lowers the resolution by one schema per observation where the zero bucket may not grow", () => {
    const series = made({ schema: 3, maxBuckets: 2 });
    for (const value of [1.01, 2, 3]) series.observe(value);
    assert.deepEqual([series.schema, entries(series.positive)], [2, [[1, 1], [4, 1], [7, 1]]]);
    series.observe(3);
    assert.deepEqual([series.schema, entries(series.positive)], [1, [[1, 1], [2, 1], [4, 2]]]);
    series.observe(3);
    assert.deepEqual([series.schema, entries(series.positive)], [0, [[1, 2], [2, 3]]]);
  });

  it("stays above the limit at the lowest resolution", () => {
    const series = made({ schema: -4, maxBuckets: 1 });
    for (const value of [1, 1e9, 1e18]) series.observe(value);
    assert.deepEqual([series.schema, entries(series.positive)], [-4, [[0, 1], [2, 1], [4, 1]]]);
  });

  it("starts anew instead once enough time has passed, with the last observation", () => {
    let now = 1000;
    const series = made({ schema: 3, maxBuckets: 1, minResetDurationMs: 60_000 }, () => now);
    assert.equal(series.observe(1), false);
    now += 60_000;
    assert.equal(series.observe(2), true);
    assert.deepEqual([series.schema, entries(series.positive)], [3, [[8, 1]]]);
  });

  it("makes up for a limit that was met too early, with the first observation after the time has come", () => {
    let now = 1000;
    const settings = { schema: 3, maxBuckets: 1, minResetDurationMs: 60_000, maxZeroThreshold: 1 };
    const series = made(settings, () => now);
    series.observe(0.5);
    assert.equal(series.observe(2), false);
    assert.equal(series.observe(3), false);
    assert.deepEqual([series.schema, series.zeroThreshold], [2, 0.5]);
    now += 59_999;
    assert.equal(series.observe(3), false);
    now += 1;
    assert.equal(series.observe(NaN), true);
    assert.deepEqual(shown(series), {
      schema: 3,
      zeroThreshold: DEFAULT_ZERO_THRESHOLD,
      zeroCount: 0,
      positive: [],
      negative: [],
    });
    assert.equal(series.observe(3), false);
    assert.deepEqual(entries(series.positive), [[13, 1]]);
  });

  it("loses no observation and keeps its buckets ascending, under any limits and whatever is observed", () => {
    const value = fc.oneof(
      fc.double(),
      fc.double({ min: -4, max: 4 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -60, max: 60 }).map((exponent) => 2 ** exponent),
      fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE),
    );
    const settings = fc.record({
      schema: fc.integer({ min: -4, max: 8 }),
      zeroThreshold: fc.constantFrom(0, DEFAULT_ZERO_THRESHOLD, 0.001),
      maxBuckets: fc.integer({ min: 0, max: 12 }),
      minResetDurationMs: fc.constantFrom(0, 10),
      maxZeroThreshold: fc.constantFrom(0, 0.5, 1e6),
    });
    const steps = fc.array(fc.record({ value, afterMs: fc.integer({ min: 0, max: 2 }) }), { maxLength: 80 });
    fc.assert(fc.property(settings, steps, (settings, steps) => {
      let now = 0;
      let observed: number[] = [];
      const series = new NativeSeries(settings, () => now);
      for (const { value, afterMs } of steps) {
        now += afterMs;
        if (series.observe(value)) observed = [];
        observed.push(value);
        const { schema, zeroThreshold, zeroCount, positive, negative } = series;
        const zeros = observed.filter((value) => Math.abs(value) <= zeroThreshold).length;
        // What was counted before the zero bucket grew beyond a bound stays where it was.
        assert.equal(zeroCount, zeros);
        for (const [side, sign] of [[positive, 1], [negative, -1]] as const) {
          const counts = new Map<number, number>();
          for (const value of observed) {
            if (!(value * sign > zeroThreshold)) continue;
            const index = bucketIndex(schema, value * sign);
            counts.set(index, (counts.get(index) ?? 0) + 1);
          }
          assert.deepEqual(entries(side), [...counts].sort(([a], [b]) => a - b));
        }
      }
    }));
  });
});

describe("NativeSeries.addExemplar()", () => {
  it("keeps exemplars with a time, and none of NaN", () => {
    const series = made({}, () => 7);
    assert.equal(series.exemplars, undefined);
    series.addExemplar({ labels: { trace_id: "a" }, value: 2 });
    series.addExemplar({ labels: { trace_id: "b" }, value: 1, timestampMs: 3 });
    series.addExemplar({ labels: { trace_id: "c" }, value: NaN });
    assert.deepEqual(series.exemplars, [
      { labels: { trace_id: "b" }, value: 1, timestampMs: 3 },
      { labels: { trace_id: "a" }, value: 2, timestampMs: 7 },
    ]);
    series.restart();
    assert.equal(series.exemplars, undefined);
  });
});

describe("NativeSeries.assign()", () => {
  it("takes a copy of a whole histogram and counts on from there", () => {
    const series = made();
    series.observe(9);
    const positive = { indices: [0, 2], counts: [5, 6], length: 2 };
    const negative = { indices: [1], counts: [1], length: 1 };
    series.assign({ schema: 0, zeroThreshold: 0.5, zeroCount: 4, positive, negative });
    positive.counts[0] = 99;
    for (const value of [1, 0.5, -2, 8]) series.observe(value);
    assert.deepEqual(shown(series), {
      schema: 0,
      zeroThreshold: 0.5,
      zeroCount: 5,
      positive: [[0, 6], [2, 6], [3, 1]],
      negative: [[1, 2]],
    });
    assert.equal(upperBound(series.schema, 3), 8);
  });
});
