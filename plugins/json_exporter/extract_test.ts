import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { extract } from "./extract.ts";
import { familiesOf } from "./families.ts";
import type { Json } from "./json.ts";
import { metricSettings } from "./metric_settings.ts";

/** Samples as lines of an exposition, and what could not be read. */
function extracted(metrics: readonly unknown[], document: Json): string[] {
  const families = familiesOf(metrics.map((metric) => v.parse(metricSettings, metric)));
  return extract(families, document).flatMap(({ family: { name }, samples, problems }) => [
    ...samples.map(({ labels, value, timestampMs }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
      return [`${name}{${pairs}}`, String(value), timestampMs ?? []].flat().join(" ");
    }),
    ...problems.map((problem) => `${name}: ${problem}`),
  ]);
}

describe("extract()", () => {
  it("reads a value with static and dynamic labels", () => {
    const labels = { environment: "beta", location: "planet-{.location}", id: "{.id}", none: "{.nowhere}", v: 2 };
    assert.deepEqual(
      extracted([{ name: "a", path: "{ .counter }", labels }], { counter: "12.5", location: "mars", id: 1657568506 }),
      ['a{environment="beta",location="planet-mars",id="1657568506",v="2"} 12.5'],
    );
  });

  it("reads a family of each value of an object, and a sample of each object", () => {
    const metric = {
      name: "a",
      type: "object",
      path: '{.values[?(@.state == "ACTIVE")]}',
      labels: { id: "{.id}" },
      values: { active: 1, count: "{.count}", ok: "{.ok}" },
    };
    const values = [
      { id: "A", count: 1, ok: true, state: "ACTIVE" },
      { id: "B", count: 2, ok: true, state: "INACTIVE" },
      { id: "C", count: "3e2", ok: false, state: "ACTIVE" },
    ];
    assert.deepEqual(extracted([metric], { values }), [
      'a_active{id="A"} 1',
      'a_active{id="C"} 1',
      'a_count{id="A"} 1',
      'a_count{id="C"} 300',
      'a_ok{id="A"} 1',
      'a_ok{id="C"} 0',
    ]);
  });

  it("takes null for no value, and an empty list for no objects", () => {
    const metrics = [
      { name: "a", path: "{.a}" },
      { name: "b", type: "object", path: "{.list[*]}", values: { c: "{.c}" } },
      { name: "d", type: "object", path: "{.null[*]}", values: { c: "{.c}" } },
    ];
    assert.deepEqual(extracted(metrics, { a: null, list: [], null: null }), []);
  });

  it("says what it cannot read, and reads the rest", () => {
    const metrics = [
      { name: "a", path: "{.a.b}" },
      { name: "t", path: "{.t}" },
      { name: "c", path: "{.c}", valuetype: "counter" },
      { name: "l", type: "object", path: "{.list[*]}", values: { x: "{.x}" }, labels: { id: "{.id}" } },
    ];
    const document: Json = {
      a: {},
      t: "t".repeat(50),
      c: -1,
      list: [{ id: 1, x: "%" }, { id: 2, x: 2 }, { id: 2, x: 3 }, {}],
    };
    assert.deepEqual(extracted(metrics, document), [
      'a: "b" is not found',
      `t: "${"t".repeat(40)}..." is no number`,
      "c: -1 is no count",
      'l_x{id="2"} 2',
      'l_x: "%" is no number',
      'l_x: there are two samples with the labels {"id":"2"}',
      'l_x: "x" is not found',
    ]);
  });

  it("reads timestamps in milliseconds, and leaves out those that are none", () => {
    const metric = { name: "a", type: "object", path: "{[*]}", values: { v: "{.v}" }, labels: { v: "{.v}" } };
    const document: Json = [
      { v: 1, t: 1657568506123 },
      { v: 2, t: "1657568506123" },
      { v: 3, t: 1657568506 },
      { v: 4, t: "yesterday" },
      { v: 5 },
    ];
    assert.deepEqual(extracted([{ ...metric, epochTimestamp: "{.t}" }], document), [
      'a_v{v="1"} 1 1657568506123',
      'a_v{v="2"} 2 1657568506123',
      'a_v{v="3"} 3',
      'a_v{v="4"} 4',
      'a_v{v="5"} 5',
      "a_v: timestamp 1657568506 is before 1973, expected milliseconds",
      'a_v: "yesterday" is no timestamp',
      'a_v: "t" is not found',
    ]);
  });

  it("fills one family from several entries, whatever labels each has", () => {
    const metrics = [
      { name: "a_x", path: "{.x}", labels: { of: "x" }, help: "First." },
      { name: "a", type: "object", path: "{.list[*]}", values: { x: "{.x}" }, labels: { id: "{.id}" } },
    ];
    assert.deepEqual(extracted(metrics, { x: 1, list: [{ id: 7, x: 2 }] }), ['a_x{of="x"} 1', 'a_x{id="7"} 2']);
  });
});

describe("familiesOf()", () => {
  const wrong: readonly [metrics: readonly object[], message: RegExp][] = [
    [[{ name: "probe_success", path: "" }], /^Metric "probe_success" is the exporter's own, expected another name$/],
    [
      [{ name: "a", path: "", valuetype: "gauge" }, { name: "a", path: "" }],
      /^Metric "a" is untyped here and gauge before$/,
    ],
    [[{ name: "", path: "" }], /name/],
    [[{ name: "a", path: "", labels: { __x: "" } }], /__x/],
  ];
  for (const [metrics, message] of wrong) {
    it(`refuses ${JSON.stringify(metrics)}`, () => {
      assert.throws(() => familiesOf(metrics.map((metric) => v.parse(metricSettings, metric))), { message });
    });
  }
});
