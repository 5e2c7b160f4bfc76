import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromClassic } from "./custom_buckets.ts";
import { bucketTotal, type NativeHistogram } from "./native_histogram.ts";
import { limitResolution, lowerResolution } from "./native_reduction.ts";
import { NativeSeries } from "./native_series.ts";

function histogramOf(schema: number, values: readonly number[]): NativeSeries {
  const settings = { schema, zeroThreshold: 0, maxBuckets: 0, minResetDurationMs: 0, maxZeroThreshold: 0 };
  const series = new NativeSeries(settings, () => 0);
  values.forEach((value) => series.observe(value));
  return series;
}

function plain({ schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram) {
  const sides = [positive, negative].map(({ indices, counts, length }) =>
    Array.from({ length }, (_, i) => [indices[i], counts[i]])
  );
  return { schema, zeroThreshold, zeroCount, sides };
}

describe("lowerResolution()", () => {
  it("gives what observing at the lower resolution would have given", () => {
    const schema = fc.integer({ min: -4, max: 8 });
    fc.assert(fc.property(schema, schema, fc.array(fc.double({ noNaN: true })), (one, other, values) => {
      const [high, low] = [Math.max(one, other), Math.min(one, other)];
      const before = histogramOf(high, values);
      assert.deepEqual(plain(lowerResolution(before, low)), plain(histogramOf(low, values)));
      assert.deepEqual(plain(before), plain(histogramOf(high, values)));
    }));
  });

  it("refuses a higher resolution and custom buckets", () => {
    const message = "Cannot lower the resolution of a native histogram: from schema 0 to 1";
    assert.throws(() => lowerResolution(histogramOf(0, [1]), 1), { name: "RangeError", message });
    const { histogram } = fromClassic({ bounds: [1], cumulative: [1] });
    assert.throws(() => lowerResolution(histogram, -4), { name: "RangeError", message: /from schema -53 to -4/ });
  });
});

describe("limitResolution()", () => {
  const values = [-1, 0, 1, 1.5, 2, 3, 4];

  it("changes nothing where there is no limit", () => {
    const histogram = histogramOf(3, values);
    assert.equal(limitResolution(histogram, {}), histogram);
    assert.equal(limitResolution(histogram, { maxBuckets: 6, minFactor: 1.05 }), histogram);
  });

  it("lowers the resolution until both sides have few enough buckets", () => {
    const limited = limitResolution(histogramOf(3, values), { maxBuckets: 4 });
    assert.deepEqual(plain(limited), plain(histogramOf(1, values)));
    assert.equal(bucketTotal(limited.positive) + bucketTotal(limited.negative) + limited.zeroCount, values.length);
  });

  it("lowers the resolution until bounds grow enough", () => {
    assert.equal(limitResolution(histogramOf(8, values), { minFactor: 1.1 }).schema, 2);
  });

  it("brings resolutions that are only read down to the highest that is kept", () => {
    const positive = { indices: [1 - 2 ** 31, 1, 2 ** 31 - 1], counts: [1, 2, 3], length: 3 };
    const read = { schema: 52, zeroThreshold: 0, zeroCount: 0, positive, negative: { ...positive, length: 0 } };
    assert.deepEqual(plain(limitResolution(read, {})), {
      schema: 8,
      zeroThreshold: 0,
      zeroCount: 0,
      sides: [[[0, 1], [1, 5]], []],
    });
  });

  it("fails where the lowest resolution has too many buckets, or the bounds are listed", () => {
    const message = "Cannot limit native histogram: it has 2 buckets, expected 1 at most";
    assert.throws(() => limitResolution(histogramOf(0, [1, 1e9]), { maxBuckets: 1 }), { name: "RangeError", message });
    const { histogram } = fromClassic({ bounds: [1, 2], cumulative: [1, 2] });
    assert.throws(() => limitResolution(histogram, { maxBuckets: 1 }), { name: "RangeError", message });
    assert.equal(limitResolution(histogram, { maxBuckets: 2, minFactor: 2 }), histogram);
  });
});
