import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import * as original from "prom-client";
import { aggregators, type MetricJson } from "./aggregators.ts";
import type { Aggregator } from "./types.ts";

/** Not in the types of prom-client, though it is exported. */
const originals = (original as unknown as { aggregators: typeof aggregators }).aggregators;
const WAYS = Object.keys(originals) as Aggregator[];

const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 0.1, 0.2, 2 ** 53),
);
const labels = fc.dictionary(
  fc.constantFrom("a", "b", "le"),
  fc.constantFrom<string | number | undefined>("x", "y", 'q"\\', "", 1, "1", 0.5, "+Inf", undefined),
  { noNullPrototype: true },
);
const sample = fc.record(
  { value, labels, metricName: fc.constantFrom("m_bucket", "m_sum", "m_count") },
  { requiredKeys: ["value", "labels"], noNullPrototype: true },
);
const metric: fc.Arbitrary<MetricJson> = fc.record({
  help: fc.constantFrom("Help.", "Other help."),
  name: fc.constantFrom("m", "n"),
  type: fc.constantFrom("counter", "gauge", "histogram", "summary"),
  values: fc.array(sample, { maxLength: 6 }),
  aggregator: fc.constantFrom(...WAYS),
}, { noNullPrototype: true });

describe("aggregators", () => {
  it("has prom-client's names in its order", () => {
    assert.deepEqual(Object.keys(aggregators), WAYS);
  });

  for (const way of WAYS) {
    it(`${way}() gives what prom-client gives`, () => {
      fc.assert(fc.property(fc.array(metric, { maxLength: 4 }), (metrics) => {
        const theirs = originals[way](metrics);
        assert.deepEqual(aggregators[way](metrics), theirs);
        assert.equal(JSON.stringify(aggregators[way](metrics)), JSON.stringify(theirs));
      }));
    });
  }

  it("keep series apart whose labels look alike once they are joined", () => {
    const values = [
      { value: 1, labels: { a: "1,b:2" } },
      { value: 2, labels: { a: "1", b: "2" } },
      { value: 4, labels: { a: "1,b=1:2" } },
    ];
    const apart = { help: "h", name: "m", type: "gauge", aggregator: "sum", values } as const;
    assert.deepEqual(aggregators.sum([{ ...apart, values: [...values] }])?.values, values);
  });

  it("keep samples apart whose names differ", () => {
    const values = [
      { value: 1, labels: {}, metricName: "m_sum" },
      { value: 2, labels: {}, metricName: "m_count" },
    ];
    const summary: MetricJson = { help: "h", name: "m", type: "summary", aggregator: "sum", values };
    assert.deepEqual(aggregators.sum([summary, summary])?.values, [
      { value: 2, labels: {}, metricName: "m_sum" },
      { value: 4, labels: {}, metricName: "m_count" },
    ]);
  });

  it("first() takes a value that JSON could not carry for NaN", () => {
    const sent: MetricJson = JSON.parse(JSON.stringify({ name: "m", values: [{ value: Infinity, labels: {} }] }));
    assert.deepEqual(aggregators.first([sent])?.values, [{ value: NaN, labels: {} }]);
  });

  it("pass over metrics without values", () => {
    const empty = { help: "h", name: "m", type: "gauge", aggregator: "sum" } as MetricJson;
    assert.deepEqual(aggregators.sum([empty, { ...empty, values: [{ value: 1, labels: {} }] }])?.values, [
      { value: 1, labels: {} },
    ]);
  });
});
