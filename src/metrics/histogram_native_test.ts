import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { CollectedFamily } from "../model/collected_family.ts";
import type { Family } from "../model/family.ts";
import { bucketTotal, type NativeHistogram } from "../model/native_histogram.ts";
import { bind } from "./bind.ts";
import { gaugeHistogram } from "./gauge_histogram.ts";
import { type Histogram, histogram } from "./histogram.ts";
import type { HistogramOptions } from "./histogram_options.ts";
import type { NativeValue } from "./native_value.ts";
import { Registry } from "./registry.ts";

/** A histogram in a registry, and what a scrape would read of its only series. */
function made(options: HistogramOptions, now: () => number = () => 0) {
  const registry = new Registry({ now });
  return { registry, h: registry.add(histogram("h", "Help.", [], options)), shown: () => read(registry) };
}

function read(registry: Registry) {
  const snapshots = registry.snapshots();
  const { family, column } = snapshots[0]!;
  const values = [...column.values.subarray(0, family.width)];
  const native = column.natives?.[0];
  snapshots.forEach((snapshot) => snapshot.release());
  return { values, native: native && plain(native), created: family.created(0) };
}

function plain(native: NativeHistogram) {
  const [positive, negative] = [native.positive, native.negative].map(({ indices, counts, length }) =>
    Array.from({ length }, (_, i) => [indices[i], counts[i]])
  );
  return { schema: native.schema, zeroCount: native.zeroCount, positive, negative };
}

function text(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("histogram() with native buckets", () => {
  it("has classic buckets too only where they are asked for", () => {
    assert.deepEqual(histogram("h", "Help.", [], { native: true }).buckets, []);
    assert.deepEqual(histogram("h", "Help.", [], { native: true, buckets: [1] }).buckets, [1]);
    assert.equal(histogram("h", "Help.", [], { native: {}, classic: true }).buckets.length, 11);
    assert.equal(histogram("h", "Help.", [], { native: true }).native?.schema, 3);
    assert.equal("native" in histogram("h", "Help.", [], { native: false }), false);
  });

  it("refuses a histogram without buckets, and buckets that would not be used", () => {
    const message = 'Cannot define metric "h": it has neither classic nor native buckets';
    assert.throws(() => histogram("h", "Help.", [], { classic: false }), { name: "TypeError", message });
    assert.throws(() => histogram("h", "Help.", [], { classic: false, native: true, buckets: [1] }), {
      name: "TypeError",
      message: 'Cannot define metric "h": it has buckets, although classic is false',
    });
  });
});

describe("Histogram.observe() with native buckets", () => {
  it("counts in both, by labels and by a handle", () => {
    const { h, shown } = made({ buckets: [1], native: { factor: 2 } });
    for (const value of [0.5, 3, -4]) h.observe(value);
    for (const value of [0, NaN]) h.labels().observe(value);
    const { values, native } = shown();
    assert.deepEqual(values, [3, 2, NaN]);
    assert.deepEqual(native, { schema: 0, zeroCount: 1, positive: [[-1, 1], [2, 1]], negative: [[2, 1]] });
  });

  it("shows count and sum in text where there are no classic buckets", () => {
    const { registry, h } = made({ native: true });
    h.observe(0.5);
    h.observe(2);
    assert.equal(
      text(registry),
      '# HELP h Help.\n# TYPE h histogram\nh_bucket{le="+Inf"} 2\nh_sum 2.5\nh_count 2\n',
    );
  });

  it("has empty native buckets before the first observation", () => {
    assert.deepEqual(made({ native: true }).shown().native, { schema: 3, zeroCount: 0, positive: [], negative: [] });
    assert.equal(made({}).shown().native, undefined);
  });

  it("starts the classic buckets, the sum and the created timestamp anew with the native ones", () => {
    let now = 1000;
    const { h, shown } = made({ buckets: [1], native: { maxBuckets: 1, minResetDurationMs: 500 } }, () => now);
    h.observe(0.5);
    h.observe(0.5);
    now = 1500;
    h.observe(2);
    const { values, native, created } = shown();
    assert.deepEqual(values, [0, 1, 2]);
    assert.deepEqual(native, { schema: 3, zeroCount: 0, positive: [[8, 1]], negative: [] });
    assert.equal(created, 1500);
  });

  it("gives exemplars to the native buckets as well", () => {
    const { registry, h } = made({ native: true }, () => 7);
    h.observe(0.5, { exemplar: { trace_id: "abc" } });
    const [{ column }] = registry.snapshots() as [ReturnType<Registry["snapshots"]>[number]];
    assert.deepEqual(column.natives![0]!.exemplars, [{ labels: { trace_id: "abc" }, value: 0.5, timestampMs: 7 }]);
  });

  it("keeps the series apart, and begins at zero when one was removed", () => {
    const registry = new Registry();
    const h = registry.add(histogram("h", "Help.", ["a"], { native: true }));
    h.observe({ a: "x" }, 1);
    h.observe({ a: "y" }, 2);
    h.remove({ a: "x" });
    h.observe({ a: "x" }, 4);
    const [{ family, column }] = registry.snapshots() as [ReturnType<Registry["snapshots"]>[number]];
    const found = ["x", "y"].map((a) => plain(column.natives![family.index.find({ a })]!).positive);
    assert.deepEqual(found, [[[16, 1]], [[8, 1]]]);
  });

  it("keeps count, native buckets and classic buckets equal, under any limits and whatever is observed", () => {
    const options = fc.record({
      factor: fc.constantFrom(1.001, 1.1, 2, 70_000),
      maxBuckets: fc.integer({ min: 0, max: 9 }),
      minResetDurationMs: fc.constantFrom(0, 5),
      maxZeroThreshold: fc.constantFrom(0, 1),
    });
    const values = fc.array(fc.oneof(fc.double(), fc.double({ min: -9, max: 9, noNaN: true })), { maxLength: 60 });
    fc.assert(fc.property(options, values, (native, values) => {
      let now = 0;
      const { registry, h } = made({ buckets: [-1, 0, 1], native }, () => now);
      let nans = 0;
      for (const value of values) {
        const before = countOf(registry);
        now++;
        h.observe(value);
        if (countOf(registry) !== before + 1) nans = 0;
        if (Number.isNaN(value)) nans++;
        const snapshot = registry.snapshots()[0]!;
        const { zeroCount, positive, negative } = snapshot.column.natives![0]!;
        assert.equal(zeroCount + bucketTotal(positive) + bucketTotal(negative) + nans, countOf(registry));
        snapshot.release();
      }
    }));
  });
});

describe("Histogram.set() with native buckets", () => {
  const NATIVE = { schema: 0, zeroCount: 1, positive: { indices: [0, 3], counts: [6, 3] } };

  it("takes a copy of a whole histogram, and goes on from there", () => {
    const { h, shown } = made({ buckets: [1], native: true });
    const positive = { indices: [0, 3], counts: [6, 3] };
    h.set({ buckets: [7], count: 10, sum: 31.5, native: { ...NATIVE, positive } });
    positive.counts[0] = 99;
    h.observe(5);
    assert.deepEqual(shown().values, [7, 4, 36.5]);
    assert.deepEqual(shown().native, { schema: 0, zeroCount: 1, positive: [[0, 6], [3, 4]], negative: [] });
  });

  it("needs no classic buckets where none are declared, and leaves out those that are given", () => {
    const { registry, h, shown } = made({ native: true });
    h.set({ count: 10, sum: 31.5, native: NATIVE });
    assert.deepEqual(shown().values, [10, 31.5]);
    h.set({ buckets: [1, 2], count: 10, sum: 30, native: NATIVE, exemplars: [undefined, { labels: {}, value: 1 }] });
    assert.deepEqual(shown().values, [10, 30]);
    assert.match(text(registry), /le="\+Inf"} 10\n/);
  });

  it("leaves out native buckets where none are declared", () => {
    const { h, shown } = made({ buckets: [1] });
    h.set({ buckets: [7], count: 10, sum: 31.5, native: NATIVE });
    assert.equal(shown().native, undefined);
  });

  it("leaves a series without native buckets where the upstream has none", () => {
    const { h, shown } = made({ buckets: [1], native: true });
    h.set({ buckets: [7], count: 10, sum: 31.5 });
    h.observe(1);
    assert.deepEqual([shown().values, shown().native], [[8, 3, 32.5], undefined]);
    h.set({ buckets: [7], count: 10, sum: 31.5, native: NATIVE });
    assert.equal(shown().native?.zeroCount, 1);
  });

  const mistakes: [unknown, string, string?][] = [
    [3, "is 3, expected an object with schema and buckets", "TypeError"],
    [{ ...NATIVE, zeroCount: 2 }, "count is 10, but its native buckets add up to 11"],
    [{ ...NATIVE, schema: -53 }, "schema is -53, expected custom buckets to be given as classic ones"],
    [
      { ...NATIVE, positive: { indices: [0, 3], counts: [9] } },
      "there are 2 positive indices and 1 counts, expected 2 of each",
    ],
    [{ ...NATIVE, exemplars: [{ labels: {}, value: 1 }] }, "the exemplar 1 has no timestamp"],
  ];
  for (const [native, words, error = "RangeError"] of mistakes) {
    it(`refuses native buckets because ${words}, and writes nothing`, () => {
      const { h, shown } = made({ buckets: [1], native: true });
      h.observe(0.5);
      const message = `Cannot set histogram "h": native ${words}`;
      const value = { buckets: [7], count: 10, sum: 31.5, native: native as NativeValue };
      assert.throws(() => h.set(value), { name: error, message });
      assert.deepEqual(shown().values, [1, 0, 0.5]);
    });
  }
});

describe("GaugeHistogram.set() with native buckets", () => {
  it("takes a whole histogram", () => {
    const registry = new Registry();
    const sizes = registry.add(gaugeHistogram("g", "Help.", [], { native: true }));
    sizes.set({ count: 3, sum: 4, native: { schema: 1, negative: { indices: [2], counts: [3] } } });
    assert.deepEqual(read(registry).native, { schema: 1, zeroCount: 0, positive: [], negative: [[2, 3]] });
  });
});

describe("a collected histogram with native buckets", () => {
  const description = histogram("h", "Help.", ["a"], { native: true });

  function run(family: CollectedFamily, write: (h: Histogram<readonly ["a"]>) => void, commit = true): void {
    const staging = family.stage();
    write(bind<typeof description>(staging));
    if (commit) staging.commit();
    else staging.discard();
  }

  function shown(family: Family, a: string) {
    const slot = family.index.find({ a });
    return slot >= 0 && family.exposed.has(slot) ? plain(family.exposed.natives![slot]!).positive : undefined;
  }

  it("starts at zero in each run, and shows what was committed last", () => {
    const family = new CollectedFamily(description);
    for (const times of [3, 1, 2]) {
      run(family, (h) => {
        for (let i = 0; i < times; i++) h.observe({ a: "x" }, 1);
      });
      assert.deepEqual(shown(family, "x"), [[0, times]]);
    }
    run(family, (h) => h.observe({ a: "x" }, 8), false);
    assert.deepEqual(shown(family, "x"), [[0, 2]]);
    run(family, (h) => h.observe({ a: "y" }, 1));
    assert.deepEqual([shown(family, "x"), shown(family, "y")], [undefined, [[0, 1]]]);
  });
});

function countOf(registry: Registry): number {
  const { values } = read(registry);
  return values.slice(0, -1).reduce((total, count) => total + count, 0);
}
