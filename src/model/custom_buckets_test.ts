import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { type ClassicHistogram, fromClassic } from "./custom_buckets.ts";
import { nativeMistake } from "./native_check.ts";

describe("fromClassic()", () => {
  const expected = {
    histogram: {
      schema: -53,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: { indices: [0, 2], counts: [3, 4], length: 2 },
      negative: { indices: [], counts: [], length: 0 },
      customValues: [-1, 5],
    },
    count: 7,
    sum: 9.5,
  };

  it("makes the finite bounds custom values, and the last bucket that of +Inf", () => {
    const totals = fromClassic({ bounds: [-1, 5, Infinity], cumulative: [3, 3, 7], count: 7, sum: 9.5 });
    assert.deepEqual(totals, expected);
    assert.equal(nativeMistake(totals), undefined);
  });

  it("takes +Inf from the count, and the count from the highest bucket", () => {
    assert.deepEqual(fromClassic({ bounds: [-1, 5], cumulative: [3, 3], count: 7, sum: 9.5 }), expected);
    assert.deepEqual(fromClassic({ bounds: [-1, 5, Infinity], cumulative: [3, 3, 7], sum: 9.5 }), expected);
    assert.equal(fromClassic({ bounds: [-1, 5], cumulative: [3, 3] }).count, 3);
  });

  it("may have one bucket for everything, fractions of counts, and nothing counted", () => {
    const { histogram } = fromClassic({ bounds: [], cumulative: [], count: 2.5 });
    assert.deepEqual([histogram.positive, histogram.customValues], [{ indices: [0], counts: [2.5], length: 1 }, []]);
    assert.equal(nativeMistake(fromClassic({ bounds: [1], cumulative: [0] })), undefined);
  });

  const mistakes: [string, ClassicHistogram, string][] = [
    ["a bound that is no number", { bounds: [NaN], cumulative: [1] }, "bound NaN at position 0, expected finite"],
    ["bounds that descend", { bounds: [2, 1], cumulative: [1, 2] }, "bound 1 at position 1, expected finite"],
    ["+Inf before another bound", { bounds: [Infinity, 1], cumulative: [1, 2] }, "bound 1 at position 1"],
    ["a negative count", { bounds: [1], cumulative: [-1] }, "bucket 1 has count -1, expected 0 or more"],
    ["counts that fall", { bounds: [1, 2], cumulative: [2, 1] }, "bucket 2 has count 1, expected 2 or more"],
    [
      "a count below the buckets",
      { bounds: [1], cumulative: [2], count: 1 },
      "bucket Infinity has count 1, expected 2",
    ],
    [
      "another count than +Inf",
      { bounds: [Infinity], cumulative: [2], count: 3 },
      "count is 3, but its highest bucket",
    ],
    ["more bounds than counts", { bounds: [1, 2], cumulative: [2] }, "got 1 counts, expected 2"],
    ["nothing", { bounds: [], cumulative: [] }, "it has neither buckets nor a count"],
  ];
  for (const [what, classic, message] of mistakes) {
    it(`refuses ${what}`, () => {
      assert.throws(() => fromClassic(classic), (error: Error) => {
        assert.equal(error.name, "RangeError");
        assert.ok(error.message.startsWith(`Cannot convert histogram: ${message}`), error.message);
        return true;
      });
    });
  }
});
