import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode, type EncodeOptions } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { histogram } from "./histogram.ts";
import { DEFAULT_BUCKETS } from "./histogram_options.ts";
import { Registry } from "./registry.ts";

const HEAD = "# HELP h Help.\n# TYPE h histogram\n";

function exposed(registry: Registry, accept: string | null = null, options: EncodeOptions = {}): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept), options));
}

describe("histogram()", () => {
  it("has client_golang's buckets when none are given", () => {
    assert.deepEqual(histogram("h", "Help.").buckets, [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
    assert.deepEqual(histogram("h", "Help.").buckets, DEFAULT_BUCKETS);
  });

  it("keeps bounds of its own, without +Inf", () => {
    const buckets = [-1, 0, 2.5, Infinity];
    const description = histogram("h", "Help.", [], { buckets });
    buckets[0] = 7;
    assert.deepEqual(description.buckets, [-1, 0, 2.5]);
    assert.ok(Object.isFrozen(description.buckets));
  });

  const mistakes: [readonly unknown[], string][] = [
    [[1, 1], "bucket 1 at position 1"],
    [[2, 1], "bucket 1 at position 1"],
    [[0, -0], "bucket 0 at position 1"],
    [[NaN], "bucket NaN at position 0"],
    [[-Infinity, 1], "bucket -Infinity at position 0"],
    [[1, Infinity, 2], "bucket Infinity at position 1"],
    [["1"], 'bucket "1" at position 0'],
  ];
  for (const [buckets, found] of mistakes) {
    it(`refuses the bounds [${buckets}]`, () => {
      assert.throws(() => histogram("h", "Help.", [], { buckets: buckets as number[] }), {
        name: "RangeError",
        message: `Cannot define metric "h": ${found}, expected finite and ascending bounds`,
      });
    });
  }
});

describe("Histogram.observe()", () => {
  it("counts into the first bucket whose bound is not below the value", () => {
    const registry = new Registry();
    const h = registry.add(histogram("h", "Help.", ["path"], { buckets: [0.1, 1, 10] }));
    for (const value of [0.1, 0.05, 1, 1.0000001, 10, 10.5, -3]) h.observe({ path: "/" }, value);
    assert.equal(
      exposed(registry),
      `${HEAD}h_bucket{path="/",le="0.1"} 3
h_bucket{path="/",le="1"} 4
h_bucket{path="/",le="10"} 6
h_bucket{path="/",le="+Inf"} 7
h_sum{path="/"} ${0.1 + 0.05 + 1 + 1.0000001 + 10 + 10.5 - 3}
h_count{path="/"} 7
`,
    );
  });

  it("agrees with a search from the first bound on, however many there are", () => {
    const bound = fc.integer({ min: -60, max: 60 });
    const bounds = fc.uniqueArray(bound, { maxLength: 121, size: "max" }).map((list) => list.sort((a, b) => a - b));
    const value = fc.oneof(bound, bound.map((at) => at + 0.5), fc.constantFrom(NaN, Infinity, -Infinity, -0));
    fc.assert(fc.property(bounds, fc.array(value, { maxLength: 50 }), (buckets, values) => {
      const registry = new Registry();
      const h = registry.add(histogram("h", "Help.", [], { buckets }));
      const expected = Array.from({ length: buckets.length + 1 }, () => 0);
      for (const value of values) {
        h.observe(value);
        const first = buckets.findIndex((bound) => value <= bound);
        expected[first < 0 ? buckets.length : first]!++;
      }
      const { column } = registry.snapshots()[0]!;
      assert.deepEqual([...column.values.slice(0, buckets.length + 1)], expected);
    }));
  });

  it("counts NaN and +Inf in the last bucket only, -Inf in all", () => {
    const registry = new Registry();
    const h = registry.add(histogram("h", "Help.", ["v"], { buckets: [1] }));
    for (const value of [NaN, Infinity, -Infinity]) h.observe({ v: String(value) }, value);
    assert.equal(
      exposed(registry),
      `${HEAD}h_bucket{v="NaN",le="1"} 0
h_bucket{v="NaN",le="+Inf"} 1
h_sum{v="NaN"} NaN
h_count{v="NaN"} 1
h_bucket{v="Infinity",le="1"} 0
h_bucket{v="Infinity",le="+Inf"} 1
h_sum{v="Infinity"} +Inf
h_count{v="Infinity"} 1
h_bucket{v="-Infinity",le="1"} 1
h_bucket{v="-Infinity",le="+Inf"} 1
h_sum{v="-Infinity"} -Inf
h_count{v="-Infinity"} 1
`,
    );
  });

  it("starts at zero where there are no labels", () => {
    const registry = new Registry();
    const h = registry.add(histogram("h", "Help.", [], { buckets: [1] }));
    assert.equal(exposed(registry), `${HEAD}h_bucket{le="1"} 0\nh_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0\n`);
    h.observe(0.5);
    h.labels().observe(2);
    assert.equal(exposed(registry), `${HEAD}h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 2.5\nh_count 2\n`);
  });

  it("agrees with counting by hand, however and in whatever order it is called", () => {
    const bounds = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 10 })
      .map((numbers) => [...new Set(numbers.map((n) => n + 0))].sort((a, b) => a - b));
    const values = fc.array(fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 })), { maxLength: 50 });
    fc.assert(fc.property(bounds, values, fc.array(fc.boolean()), (buckets, observations, viaHandle) => {
      // Half of the observations are placed on bounds, where `<=` shows.
      const all = [...observations, ...buckets];
      const registry = new Registry();
      const h = registry.add(histogram("h", "Help.", ["a"], { buckets }));
      const handle = h.labels("x");
      all.forEach((value, i) => viaHandle[i] ? handle.observe(value) : h.observe({ a: "x" }, value));
      const lines = exposed(registry, "application/openmetrics-text").split("\n");
      const shown = lines.filter((line) => line.startsWith("h_bucket")).map((line) => Number(line.split(" ")[1]));
      const expected = [...buckets, Infinity].map((bound) => all.filter((value) => value <= bound).length);
      expected[buckets.length] = all.length;
      assert.deepEqual(shown, expected);
      assert.ok(lines.includes(`h_count{a="x"} ${all.length}`));
    }));
  });

  it("rejects what is no number, through a handle too, and makes no series", () => {
    const registry = new Registry();
    const h = registry.add(histogram("h", "Help.", ["a"]));
    for (const [value, shown] of [["5", '"5"'], [undefined, "undefined"], [{}, "[object Object]"]]) {
      const expected = { name: "TypeError", message: `Cannot set histogram "h": value is ${shown}, expected a number` };
      assert.throws(() => h.observe({ a: "new" }, value as number), expected);
      assert.equal(registry.snapshots()[0]?.column.live, 0);
    }
    const handle = h.labels("x");
    assert.throws(() => handle.observe("5" as unknown as number), { name: "TypeError", message: /histogram "h"/ });
  });
});

describe("Histogram.set()", () => {
  const description = histogram("h", "Help.", ["path"], { buckets: [1, 5] });

  it("shows an upstream's histogram as it is", () => {
    const registry = new Registry();
    registry.add(description).set({ path: "/" }, { buckets: [7, 9], count: 10, sum: -31.5 });
    assert.equal(
      exposed(registry),
      `${HEAD}h_bucket{path="/",le="1"} 7
h_bucket{path="/",le="5"} 9
h_bucket{path="/",le="+Inf"} 10
h_sum{path="/"} -31.5
h_count{path="/"} 10
`,
    );
  });

  it("goes together with observe()", () => {
    const registry = new Registry();
    const h = registry.add(description);
    h.set({ path: "/" }, { buckets: [7, 9], count: 10, sum: 30 });
    h.observe({ path: "/" }, 2);
    assert.match(exposed(registry), /le="1"\} 7\n.*le="5"\} 10\n.*le="\+Inf"\} 11\nh_sum\{path="\/"\} 32\n/);
  });

  it("keeps whole counts exact", () => {
    const counts = fc.array(fc.maxSafeNat(), { minLength: 3, maxLength: 3 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(fc.property(counts, ([a = 0, b = 0, count = 0]) => {
      const registry = new Registry();
      registry.add(description).set({ path: "/" }, { buckets: [a, b], count, sum: 1 });
      const lines = exposed(registry, "application/openmetrics-text").split("\n");
      const numbers = lines.filter((line) => line.startsWith("h_")).map((line) => line.split(" ")[1]);
      assert.deepEqual(numbers, [String(a), String(b), String(count), "1.0", String(count)]);
    }));
  });

  it("remembers when the upstream began to count", () => {
    const registry = new Registry({ now: () => 1000 });
    registry.add(description).set({ path: "/" }, { buckets: [0, 0], count: 0, sum: 0 }, { createdMs: 5000 });
    assert.match(
      exposed(registry, "application/openmetrics-text", { createdSamples: true }),
      /\nh_created\{path="\/"\} 5\.0\n/,
    );
  });

  const mistakes: [unknown, string, string][] = [
    [
      { buckets: [1], count: 1, sum: 1 },
      "RangeError",
      "got 1 buckets, expected 2 cumulative counts, one per declared bound",
    ],
    [
      { buckets: [1, 1, 1], count: 1, sum: 1 },
      "RangeError",
      "got 3 buckets, expected 2 cumulative counts, one per declared bound",
    ],
    [{ count: 1, sum: 1 }, "RangeError", "got no buckets, expected 2 cumulative counts, one per declared bound"],
    [undefined, "RangeError", "got no buckets, expected 2 cumulative counts, one per declared bound"],
    [
      { buckets: [2, 1], count: 3, sum: 1 },
      "RangeError",
      "bucket counts 2, 1 with count 3 decrease, expected cumulative counts",
    ],
    [
      { buckets: [1, 2], count: 1, sum: 1 },
      "RangeError",
      "bucket counts 1, 2 with count 1 decrease, expected cumulative counts",
    ],
    [{ buckets: [-1, 2], count: 3, sum: 1 }, "RangeError", "bucket is -1, expected 0 or more"],
    [{ buckets: [NaN, 2], count: 3, sum: 1 }, "RangeError", "bucket is NaN, expected 0 or more"],
    [{ buckets: [1, Infinity], count: Infinity, sum: 1 }, "RangeError", "count is Infinity, expected a finite count"],
    [{ buckets: [1, 2], count: -1, sum: 1 }, "RangeError", "count is -1, expected 0 or more"],
    [{ buckets: [1, 2], count: "3", sum: 1 }, "TypeError", 'count is "3", expected a number'],
    [{ buckets: ["1", 2], count: 3, sum: 1 }, "TypeError", 'bucket is "1", expected a number'],
    [{ buckets: [1, 2], count: 3 }, "TypeError", "sum is undefined, expected a number"],
  ];
  for (const [value, name, message] of mistakes) {
    it(`rejects ${JSON.stringify(value)}: ${message}`, () => {
      const registry = new Registry();
      const h = registry.add(description);
      assert.throws(() => h.set({ path: "/" }, value as never), {
        name,
        message: `Cannot set histogram "h": ${message}`,
      });
      assert.equal(exposed(registry), "");
    });
  }
});
