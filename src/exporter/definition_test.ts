import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { histogram } from "../metrics/histogram.ts";
import { defineCollector, defineExporter } from "./definition.ts";

const valid = { name: "t", version: "1.0.0", port: 9999, collectors: {} };

describe("defineExporter()", () => {
  it("returns the definition as it is", () => {
    const definition = { ...valid, collectors: { c: { help: "C.", collect() {} } } };
    assert.equal(defineExporter(definition), definition);
  });

  const metric = gauge("x", "X.");
  const collect = () => {};
  const cases: [what: string, definition: unknown, error: { name: string; message: RegExp }][] = [
    ["a name with a blank", { ...valid, name: "a b" }, {
      name: "TypeError",
      message: /^Cannot define exporter "a b": its name must match/,
    }],
    ["a namespace that cannot begin a metric name", { ...valid, namespace: "9t" }, {
      name: "TypeError",
      message: /namespace "9t" cannot begin a metric name/,
    }],
    ["a name that needs a namespace", { ...valid, name: "my-thing" }, {
      name: "TypeError",
      message: /namespace "my-thing" cannot begin a metric name/,
    }],
    ["a port out of range", { ...valid, port: 70_000 }, {
      name: "RangeError",
      message: /port is 70000, expected a number from 0 to 65535/,
    }],
    ["a permission that is none", { ...valid, permissions: { read: ["data"] } }, {
      name: "TypeError",
      message: /^Cannot define exporter "t": of its permissions, read has "data", expected an absolute path/,
    }],
    ["a collector name with a blank", { ...valid, collectors: { "a b": { help: "C.", collect } } }, {
      name: "TypeError",
      message: /collector name "a b" must match/,
    }],
    ["a timeout that is no duration", { ...valid, collectors: { c: { help: "C.", timeout: "soon", collect } } }, {
      name: "SyntaxError",
      message: /Cannot read duration "soon"/,
    }],
    ["a budget that is no number", { ...valid, collectors: { c: { help: "C.", maxSeries: NaN, collect } } }, {
      name: "RangeError",
      message: /^Cannot define collector "c": maxSeries is NaN, expected a whole number, or Infinity for no limit$/,
    }],
    ["a budget below nothing", { ...valid, collectors: { c: { help: "C.", maxResponseBytes: -1, collect } } }, {
      name: "RangeError",
      message: /maxResponseBytes is -1/,
    }],
    ["two collectors with one metric", {
      ...valid,
      collectors: {
        a: { help: "A.", metrics: { metric }, collect },
        b: { help: "B.", metrics: { metric }, collect },
      },
    }, {
      name: "TypeError",
      message: /metric "x" of collector "b" belongs to collector "a": declared twice/,
    }],
    ["two collectors with samples of one name", {
      ...valid,
      collectors: {
        a: { help: "A.", metrics: { d: histogram("d", "D.") }, collect },
        b: { help: "B.", metrics: { c: counter("d_count", "C.") }, collect },
      },
    }, {
      name: "TypeError",
      message:
        /metric "d_count" of collector "b" belongs to collector "a": type is "counter", already declared as "histogram"/,
    }],
  ];
  for (const [what, definition, error] of cases) {
    it(`refuses ${what}`, () => {
      assert.throws(() => defineExporter(definition as never), error);
    });
  }

  it("infers labels, settings, resource and held metrics into collect", () => {
    const separate = defineCollector<{ city: string }, { pool: number }>()({
      help: "In a file of its own.",
      metrics: { t: gauge("t_separate", "T.", ["a"]) },
      collect({ metrics, settings, resource }) {
        metrics.t.set({ a: settings.city }, resource.pool);
        // @ts-expect-error The label is called "a".
        metrics.t.set({ b: "x" }, 1);
      },
    });
    const exporter = defineExporter({
      ...valid,
      settings: v.object({ city: v.optional(v.string(), "Berlin") }),
      metrics: { attempts: counter("t_attempts_total", "Attempts.", ["kind"]) },
      open: ({ settings }) => ({ pool: settings.city.length }),
      collectors: {
        separate,
        inline: {
          help: "Inline.",
          metrics: { t: gauge("t_inline", "T.", ["city"]), plain: counter("t_plain_total", "P.") },
          collect({ metrics, settings, resource, held }) {
            metrics.t.set({ city: settings.city }, resource.pool);
            metrics.plain.inc();
            held.attempts.inc({ kind: "x" });
            // @ts-expect-error A label is wrong.
            metrics.t.set({ town: "x" }, 1);
            // @ts-expect-error A label is missing.
            metrics.t.set({}, 1);
            // @ts-expect-error A label is too many.
            metrics.t.set({ city: "x", country: "y" }, 1);
            // @ts-expect-error There are no labels.
            metrics.plain.inc({ city: "x" });
            // @ts-expect-error There is no such setting.
            String(settings.town);
            // @ts-expect-error There is no such metric.
            held.successes;
          },
        },
      },
    });
    assert.deepEqual(Object.keys(exporter.collectors), ["separate", "inline"]);
  });
});
