import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { Column } from "./column.ts";
import { DigestWindow } from "./digest_window.ts";
import { NO_BUCKETS } from "./native_histogram.ts";
import { NativeSeries } from "./native_series.ts";

/** The quantiles 0 and 1 of what each slot observed, for columns of four numbers. */
function makeWindow(): DigestWindow {
  return new DigestWindow({ quantiles: [0, 1], maxAgeSeconds: Infinity, ageBuckets: 1, emptyValue: -1 }, Date.now);
}

describe("Column.set()", () => {
  it("marks a slot once and empties its values", () => {
    const column = new Column(2, 4);
    column.set(1, 1);
    column.values.set([5, 6], 2);
    assert.deepEqual([column.has(0), column.has(1), column.live], [false, true, 1]);
    column.set(1, 2);
    assert.deepEqual([...column.values.subarray(2, 4)], [0, 0]);
    assert.equal(column.live, 1);
  });

  it("empties the numbers that a slot begins without to NaN", () => {
    const column = new Column(3, 1, { absent: 2 });
    for (const stamp of [1, 2]) {
      column.set(0, stamp);
      assert.deepEqual([...column.values], [NaN, NaN, 0]);
      column.values.set([5, 6, 7]);
    }
  });

  it("empties them to another value that is asked for", () => {
    const column = new Column(3, 1, { absent: 2, absentValue: -1 });
    column.set(0, 1);
    assert.deepEqual([...column.values], [-1, -1, 0]);
  });

  it("grows and keeps what was there", () => {
    const column = new Column(2, 1);
    column.set(0, 1);
    column.values.set([1, 2], 0);
    column.setCreated(0, 1000);
    column.set(9, 1);
    assert.deepEqual([...column.values.subarray(0, 2)], [1, 2]);
    assert.equal(column.has(9), true);
    assert.equal(column.values.length, column.stamps.length * 2);
    assert.equal(column.created?.[0], 1000);
    assert.equal(column.created?.[9], NaN);
  });

  it("forgets the created timestamp of an earlier use", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.setCreated(0, 1000);
    column.set(0, 2);
    assert.equal(column.created?.[0], NaN);
  });
});

describe("Column.has()", () => {
  it("is false for a slot that was never there", () => {
    assert.equal(new Column(1, 2).has(100), false);
  });
});

describe("Column.unset()", () => {
  it("counts a slot out once", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.unset(0);
    column.unset(0);
    column.unset(50);
    assert.deepEqual([column.has(0), column.live], [false, 0]);
  });

  it("forgets the exemplars of the slot", () => {
    const column = new Column(2, 2);
    for (const slot of [0, 1]) {
      column.set(slot, 1);
      column.setExemplar(2 * slot + 1, { labels: { id: `${slot}` }, value: 1 });
    }
    column.unset(0);
    assert.deepEqual([...column.exemplars!.keys()], [3]);
  });
});

describe("Column.move()", () => {
  it("moves all that is known of a slot", () => {
    const settings = { schema: 3, zeroThreshold: 0, maxBuckets: 0, minResetDurationMs: 0, maxZeroThreshold: 0 };
    const column = new Column(2, 4, { makeNative: () => new NativeSeries(settings, Date.now), makeWindow });
    column.set(1, 1);
    column.set(3, 7);
    column.values.set([5, 6], 6);
    column.setCreated(3, 1000);
    column.setTimestamp(3, 2000);
    column.setExemplar(7, { labels: { id: "x" }, value: 6 });
    const native = column.natives![3];
    const window = column.windows![3];
    column.move(3, 0);
    assert.deepEqual([column.has(0), column.has(1), column.has(3), column.live], [true, true, false, 2]);
    assert.deepEqual([...column.values.subarray(0, 2), column.stamps[0]], [5, 6, 7]);
    assert.deepEqual([column.created![0], column.timestamps![0]], [1000, 2000]);
    assert.deepEqual([...column.exemplars!], [[1, { labels: { id: "x" }, value: 6 }]]);
    assert.deepEqual([column.natives![0], column.natives![3]], [native, undefined]);
    assert.deepEqual([column.windows![0], column.windows![3]], [window, undefined]);
  });
});

describe("Column.resize()", () => {
  it("keeps what there is room for", () => {
    const column = new Column(2, 4);
    for (const slot of [0, 3]) column.set(slot, 1);
    column.values.set([5, 6], 0);
    column.setCreated(0, 1000);
    column.setTimestamp(0, 2000);
    column.unset(3);
    column.resize(2);
    assert.deepEqual([column.values, column.stamps], [new Float64Array([5, 6, 0, 0]), new Uint32Array([1, 0])]);
    assert.deepEqual([column.created, column.timestamps], [
      new Float64Array([1000, NaN]),
      new Float64Array([2000, NaN]),
    ]);
    column.resize(3);
    assert.deepEqual([...column.created!], [1000, NaN, NaN]);
    assert.deepEqual([column.has(0), column.has(3), column.values.length], [true, false, 6]);
  });
});

describe("Column.restart()", () => {
  it("empties the column for stamps from then on", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.setCreated(0, 5);
    column.restart(2);
    assert.deepEqual([column.has(0), column.live], [false, 0]);
    column.set(1, 2);
    assert.deepEqual([column.has(0), column.has(1), column.live], [false, true, 1]);
  });
});

describe("Column.setNative()", () => {
  const settings = { schema: 3, zeroThreshold: 0, maxBuckets: 0, minResetDurationMs: 0, maxZeroThreshold: 0 };
  const whole = { schema: 0, zeroThreshold: 0, zeroCount: 9, positive: NO_BUCKETS, negative: NO_BUCKETS };

  it("keeps native buckets until the slot is set anew or not set", () => {
    const column = new Column(2, 1, { makeNative: () => new NativeSeries(settings, Date.now) });
    column.set(3, 1);
    assert.equal(column.natives![3]!.schema, 3);
    column.setNative(3, whole);
    assert.deepEqual([column.natives![3]!.schema, column.natives![3]!.zeroCount], [0, 9]);
    column.restart(2);
    column.set(3, 2);
    assert.deepEqual([column.natives![3]!.schema, column.natives![3]!.zeroCount], [3, 0]);
    column.unset(3);
    assert.equal(column.natives![3], undefined);
  });

  it("gives a slot native buckets of which it begins without", () => {
    const makeNative = () => new NativeSeries(settings, Date.now);
    const column = new Column(2, 1, { makeNative, startsNative: false });
    const zeroCounts = () => column.natives!.map((native) => native?.zeroCount);
    column.set(0, 1);
    assert.deepEqual(zeroCounts(), [undefined]);
    column.setNative(0, whole);
    assert.deepEqual(zeroCounts(), [9]);
    column.set(0, 2);
    assert.deepEqual(zeroCounts(), [undefined]);
  });

  it("can leave a slot without", () => {
    const column = new Column(2, 1, { makeNative: () => new NativeSeries(settings, Date.now) });
    column.set(0, 1);
    column.setNative(0, undefined);
    assert.equal(column.natives![0], undefined);
  });

  it("does nothing where a family has no native buckets", () => {
    const column = new Column(2, 1);
    column.set(0, 1);
    column.setNative(0, whole);
    assert.equal(column.natives, undefined);
  });
});

describe("Column.computeQuantiles()", () => {
  it("writes those of every slot that is set", () => {
    const column = new Column(4, 1, { makeWindow });
    for (const slot of [2, 0, 1]) column.set(slot, 1);
    column.windows![2]!.observe(7);
    column.windows![2]!.observe(8);
    column.unset(1);
    column.computeQuantiles();
    assert.deepEqual([...column.values.subarray(0, 12)], [-1, -1, 0, 0, 0, 0, 0, 0, 7, 8, 0, 0]);
  });

  it("begins anew for slots that are set anew, were removed, or are of a later run", () => {
    const column = new Column(4, 3, { makeWindow });
    for (const slot of [0, 1, 2]) {
      column.set(slot, 1);
      column.windows![slot]!.observe(7);
    }
    column.computeQuantiles();
    column.unset(0);
    assert.equal(column.windows![0], undefined);
    column.set(0, 2);
    column.set(1, 2);
    column.computeQuantiles();
    assert.deepEqual([0, 1, 2].map((slot) => column.values[4 * slot]), [-1, -1, 7]);
    column.restart(3);
    column.set(2, 3);
    column.computeQuantiles();
    assert.deepEqual([...column.values.subarray(8)], [-1, -1, 0, 0]);
  });

  it("forgets the windows behind the end of a shorter column", () => {
    const column = new Column(4, 4, { makeWindow });
    for (const slot of [0, 3]) column.set(slot, 1);
    column.unset(3);
    column.resize(2);
    assert.equal(column.windows!.length, 2);
  });

  it("does nothing where a family computes none", () => {
    const column = new Column(1, 1);
    column.set(0, 1);
    column.computeQuantiles();
    assert.deepEqual([column.windows, ...column.values], [undefined, 0]);
  });
});
