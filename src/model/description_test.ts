import { describe, it } from "node:test";
import assert from "node:assert/strict";
import {
  type BucketDescription,
  describeDifference,
  type Description,
  histogramKind,
  relaysQuantiles,
  sampleNames,
  type SummaryDescription,
} from "./description.ts";
import type { NativeDefinition } from "./native_histogram.ts";
import type { WindowDefinition } from "./window.ts";

const common = { name: "x", help: "X.", labelNames: ["a", "b"] } as const;
const gauge: Description = { type: "gauge", ...common };
const histogram: Description = { type: "histogram", ...common, buckets: [1, 2] };
const NATIVE: NativeDefinition = {
  schema: 3,
  zeroThreshold: 0,
  maxBuckets: 160,
  minResetDurationMs: 0,
  maxZeroThreshold: 0,
  make: () => assert.fail("nothing is made"),
  mistake: () => undefined,
};
const WINDOW: WindowDefinition = {
  quantiles: [0.5],
  maxAgeSeconds: 600,
  ageBuckets: 5,
  emptyValue: NaN,
  make: () => assert.fail("nothing is made"),
};
const summary: SummaryDescription = { type: "summary", ...common, quantiles: [0.5] };
const states: Description = { type: "stateset", ...common, states: ["on", "off"] };

describe("describeDifference()", () => {
  for (const description of [gauge, histogram, summary, states]) {
    it(`sees none between equal ${description.type} descriptions`, () => {
      assert.equal(describeDifference(description, structuredClone(description)), undefined);
    });
  }

  const cases: [string, Description, Description, string][] = [
    ["type", gauge, { ...gauge, type: "counter" }, 'type is "counter", already declared as "gauge"'],
    ["help", gauge, { ...gauge, help: "Y." }, 'help is "Y.", already declared as "X."'],
    ["unit", gauge, { ...gauge, unit: "bytes" }, 'unit is "bytes", already declared as ""'],
    ["no unit", { ...gauge, unit: "bytes" }, gauge, 'unit is "", already declared as "bytes"'],
    [
      "order of labels",
      gauge,
      { ...gauge, labelNames: ["b", "a"] },
      "label names are [b, a], already declared as [a, b]",
    ],
    ["fewer labels", gauge, { ...gauge, labelNames: ["a"] }, "label names are [a], already declared as [a, b]"],
    [
      "more labels",
      gauge,
      { ...gauge, labelNames: ["a", "b", "c"] },
      "label names are [a, b, c], already declared as [a, b]",
    ],
    ["buckets", histogram, { ...histogram, buckets: [1, 3] }, "buckets are [1, 3], already declared as [1, 2]"],
    [
      "native settings",
      { ...histogram, native: NATIVE },
      { ...histogram, native: { ...NATIVE, schema: 4 } },
      "native settings are [4, 0, 160, 0, 0], already declared as [3, 0, 160, 0, 0]",
    ],
    [
      "kind of histogram",
      { ...histogram, native: NATIVE },
      histogram,
      "native settings are [], already declared as [3, 0, 160, 0, 0]",
    ],
    [
      "choice of buckets",
      { ...histogram, native: NATIVE },
      { ...histogram, native: NATIVE, chosen: { kind: "native", hasOwnBounds: true } },
      "kinds of buckets are [native], already declared as [both]",
    ],
    [
      "window",
      { ...summary, window: WINDOW },
      { ...summary, window: { ...WINDOW, ageBuckets: 3 } },
      "window settings are [600, 3], already declared as [600, 5]",
    ],
    [
      "source of quantiles",
      { ...summary, window: WINDOW },
      summary,
      "window settings are [], already declared as [600, 5]",
    ],
    ["quantiles", summary, { ...summary, quantiles: [] }, "quantiles are [], already declared as [0.5]"],
    ["states", states, { ...states, states: ["on"] }, "states are [on], already declared as [on, off]"],
  ];
  for (const [what, known, other, words] of cases) {
    it(`names a different ${what}`, () => assert.equal(describeDifference(known, other), words));
  }
});

describe("histogramKind()", () => {
  const cases: [string, Partial<BucketDescription>, string][] = [
    ["bounds", { buckets: [1] }, "classic"],
    ["no bounds", { buckets: [] }, "classic"],
    ["native buckets", { buckets: [], native: NATIVE }, "native"],
    ["bounds and native buckets", { buckets: [1], native: NATIVE }, "both"],
    ["a choice", { buckets: [1], native: NATIVE, chosen: { kind: "native", hasOwnBounds: true } }, "native"],
  ];
  for (const [what, buckets, kind] of cases) {
    it(`is ${kind} for a description with ${what}`, () => {
      assert.equal(histogramKind({ ...histogram, ...buckets } as BucketDescription), kind);
    });
  }
});

describe("relaysQuantiles()", () => {
  it("is true where quantiles have no window", () => {
    const summaries = [summary, { ...summary, quantiles: [] }, { ...summary, window: WINDOW }];
    assert.deepEqual(summaries.map(relaysQuantiles), [true, false, false]);
  });
});

describe("sampleNames()", () => {
  it("lists all names that a family can put on the wire", () => {
    assert.deepEqual(sampleNames(gauge), ["x"]);
    assert.deepEqual(sampleNames(states), ["x"]);
    assert.deepEqual(sampleNames(histogram), ["x", "x_bucket", "x_sum", "x_count"]);
    assert.deepEqual(sampleNames(summary), ["x", "x_sum", "x_count"]);
  });
});
