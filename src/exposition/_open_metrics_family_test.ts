import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import { info } from "../metrics/info.ts";
import { Registry } from "../metrics/registry.ts";
import { stateSet } from "../metrics/state_set.ts";
import { summary } from "../metrics/summary.ts";
import { untyped } from "../metrics/untyped.ts";
import type { Description } from "../model/description.ts";
import type { Snapshot } from "../model/family.ts";
import { encode } from "./encode.ts";
import { negotiate } from "./negotiate.ts";
import { parse } from "./parse.ts";

const OPEN_METRICS = negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8");

/** A family of every type, of one series each. */
const MAKE: Record<string, (registry: Registry, name: string) => void> = {
  counter: (registry, name) => registry.add(counter(name, "Help.")).inc(),
  gauge: (registry, name) => registry.add(gauge(name, "Help.")).set(1),
  unknown: (registry, name) => registry.add(untyped(name, "Help.")).set(1),
  info: (registry, name) => registry.add(info(name, "Help.")).set(),
  stateset: (registry, name) => registry.add(stateSet(name, "Help.", [], { states: ["on"] })).set("on"),
  summary: (registry, name) => registry.add(summary(name, "Help.")).observe(1),
  histogram: (registry, name) => registry.add(histogram(name, "Help.")).observe(1),
  gaugehistogram: (registry, name) =>
    registry.add(gaugeHistogram(name, "Help.", [], { buckets: [] })).set({ buckets: [], count: 1, sum: 1 }),
};

type Family = readonly [type: string, name: string];

function written(snapshots: Snapshot[], createdSamples = true): string {
  return new TextDecoder().decode(encode(snapshots, OPEN_METRICS, { createdSamples }));
}

/** The names of all samples, and of all families with their types. */
function namesIn(text: string): { samples: string[]; families: Record<string, string> } {
  const lines = text.split("\n");
  return {
    samples: lines.filter((line) => /^[^#]/.test(line)).map((line) => line.split(/[{ ]/)[0]!),
    families: Object.fromEntries(
      lines.filter((line) => line.startsWith("# TYPE ")).map((line) => line.split(" ").slice(2) as [string, string]),
    ),
  };
}

describe("encode() of families whose OpenMetrics names meet", () => {
  const cases: [what: string, families: readonly Family[], expected: Record<string, string>][] = [
    ["a counter and an info", [["counter", "a_total"], ["info", "b_info"]], { a: "counter", b: "info" }],
    ["a gauge and a counter", [["gauge", "a"], ["counter", "a_total"]], { a: "gauge", a_total: "unknown" }],
    ["a gauge and an info", [["gauge", "a"], ["info", "a_info"]], { a: "gauge", a_info: "gauge" }],
    ["a counter and an info of one name", [["counter", "a_total"], ["info", "a_info"]], {
      a: "counter",
      a_info: "gauge",
    }],
    ["a counter and the created times of another", [["counter", "a_total"], ["counter", "a_created_total"]], {
      a_created: "counter",
      a_total: "unknown",
    }],
    ["a counter and its created times as a gauge", [["gauge", "a_created"], ["counter", "a_total"]], {
      a_created: "gauge",
      a_total: "unknown",
    }],
    ["a histogram's sum and a counter", [["histogram", "a"], ["counter", "a_sum_total"]], {
      a: "histogram",
      a_sum_total: "unknown",
    }],
    ["a summary's created times and a counter", [["summary", "a"], ["counter", "a_created_total"]], {
      a: "summary",
      a_created_total: "unknown",
    }],
    ["a counter that is an untyped one without its suffix", [["unknown", "a"], ["counter", "a_total"]], {
      a: "unknown",
      a_total: "unknown",
    }],
    ["a counter whose full name another one's is", [["counter", "a_total"], ["counter", "a_total_total"]], {
      a: "counter",
      a_total_total: "unknown",
    }],
  ];
  for (const [what, families, expected] of cases) {
    it(`gives each a name of its own: ${what}`, () => {
      const snapshots = registryOf(families).snapshots();
      for (const order of [snapshots, snapshots.toReversed()]) {
        const text = written(order);
        assert.deepEqual(namesIn(text).families, expected);
        assert.equal(written(parse(text, "openmetrics")), text);
      }
    });
  }

  it("counts families that have no series yet, so that a type does not change when they get some", () => {
    const registry = new Registry({ now: () => 1000 });
    registry.add(gauge("a", "Help.", ["b"]));
    registry.add(counter("a_total", "Help."));
    assert.deepEqual(namesIn(written(registry.snapshots())).families, { a_total: "unknown" });
  });

  it("leaves out a unit that no longer ends the name", () => {
    const registry = new Registry({ now: () => 1000 });
    registry.add(counter("a_seconds_total", "Help.", [], { unit: "seconds" }));
    assert.match(written(registry.snapshots()), /^# UNIT a_seconds seconds$/m);
    registry.add(gauge("a_seconds", "Help.", [], { unit: "seconds" }));
    assert.match(written(registry.snapshots()), /^# TYPE a_seconds_total unknown\n# HELP a_seconds_total /m);
  });

  it("makes a state set a gauge whose name cannot be that of its label", () => {
    const families = registryOf([["stateset", "a:b"], ["stateset", "c.d"]]).snapshots();
    assert.deepEqual(namesIn(written(families)).families, { "a:b": "stateset", '"c.d"': "stateset" });
    const escaped = negotiate("application/openmetrics-text;version=1.0.0;escaping=underscores");
    const text = new TextDecoder().decode(encode(families, escaped));
    assert.deepEqual(namesIn(text).families, { "a:b": "gauge", c_d: "stateset" });
    assert.match(text, /^a:b\{a_b="on"\} 1\.0$/m);
  });

  it("decides by the names that are written", () => {
    const families = registryOf([["gauge", "a_b"], ["counter", "a.b_total"]]).snapshots();
    const escaped = negotiate("application/openmetrics-text;version=1.0.0;escaping=underscores");
    const text = new TextDecoder().decode(encode(families, escaped));
    assert.deepEqual(namesIn(text).families, { a_b: "gauge", a_b_total: "unknown" });
  });

  it("writes no created times where a family is called like them", () => {
    const created: Family[] = [["gauge", "a_created"], ["gauge", "b_created"], ["gauge", "c_created"]];
    const counting: Family[] = [["counter", "a_total"], ["histogram", "b"], ["summary", "c"]];
    const { samples } = namesIn(written(registryOf([...created, ...counting]).snapshots()));
    assert.equal(samples.filter((name) => name.endsWith("_created")).length, 3);
  });

  it("never writes a name for two families, nor another one than text has", () => {
    const name = fc.stringMatching(/^a(_total|_info|_created|_sum|_count|_b){0,3}$/);
    const family = fc.tuple(fc.constantFrom(...Object.keys(MAKE)), name)
      .map(([type, name]): Family => [type, type === "info" ? `${name}_info` : name]);
    fc.assert(fc.property(fc.array(family, { maxLength: 6 }), fc.boolean(), (families, createdSamples) => {
      const registry = registryOf(families);
      const descriptions = registry.families().map(({ description }) => description);
      const text = written(registry.snapshots(), createdSamples);
      const series = text.split("\n").filter((line) => /^[^#]/.test(line)).map((line) => line.split(" ")[0]);
      assert.equal(new Set(series).size, series.length, text);
      assert.equal(Object.keys(namesIn(text).families).length, descriptions.length, text);
      if (canBeStrict(descriptions)) assert.equal(written(parse(text, "openmetrics"), createdSamples), text);
      const plain = new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
      assert.deepEqual(
        namesIn(written(registry.snapshots(), false)).samples.map((name) => name.replace(/_g(sum|count)$/, "_$1")),
        namesIn(plain).samples,
      );
    }));
  });
});

/** A registry with those of the families that it takes. */
function registryOf(families: readonly Family[]): Registry {
  const registry = new Registry({ now: () => 1000 });
  for (const [type, name] of families) {
    try {
      MAKE[type]!(registry, name);
    } catch (error) {
      assert.ok(error instanceof TypeError);
    }
  }
  return registry;
}

/** Nothing can be done where a histogram or summary is the one whose created times meet another family. */
function canBeStrict(descriptions: readonly Description[]): boolean {
  const names = new Set(descriptions.map(({ name }) => name));
  return descriptions.every(({ type, name }) =>
    (type !== "histogram" && type !== "summary") || !names.has(`${name}_created`)
  );
}
