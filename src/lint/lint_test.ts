import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { parse } from "../exposition/parse.ts";
import { parseText } from "../exposition/parse_text.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import { info } from "../metrics/info.ts";
import { Registry } from "../metrics/registry.ts";
import { stateSet } from "../metrics/state_set.ts";
import { lint } from "./lint.ts";
import type { LintRule } from "./rules.ts";

/** What is said of a text, as rule and text. */
function problems(text: string): string[] {
  return lint(parseText(text)).map(({ rule, text }) => `${rule}: ${text}`);
}

/** A family of one sample with a help. */
function family(name: string, type: string, labels = ""): string {
  const suffix = type === "histogram" ? "_count" : type === "summary" ? "_sum" : "";
  return `# HELP ${name} Help.\n# TYPE ${name} ${type}\n${name}${suffix}${labels} 1\n`;
}

describe("lint", () => {
  const cases: Record<LintRule, [text: string, expected: string[]][]> = {
    "help": [
      ["a 1\n", ["no help text"]],
      ["# HELP a\na 1\n", ["no help text"]],
      ["# HELP a \na 1\n", ["no help text"]],
      ["# HELP a  \t\na 1\n", ["no help text"]],
      ["# HELP a .\na 1\n", []],
    ],
    "base-unit": [
      [family("a_seconds", "gauge"), []],
      [family("a_milliseconds", "gauge"), ['use base unit "seconds" instead of "milliseconds"']],
      [family("a_minutes_total", "counter"), ['use base unit "seconds" instead of "minutes"']],
      [family("kilobits_milliseconds", "gauge"), ['use base unit "bytes" instead of "kilobits"']],
      [family("a_seconds_days", "gauge"), []],
      [family("a_megafahrenheit", "untyped"), ['use base unit "celsius" instead of "megafahrenheit"']],
      [family("a_kibibytes", "gauge"), ['use base unit "bytes" instead of "kibibytes"']],
      [family("a_mibibytes", "gauge"), ['use base unit "bytes" instead of "mibibytes"']],
      [family("a_mebibytes", "gauge"), ['use base unit "bytes" instead of "mebibytes"']],
      [family("a_Milliseconds", "gauge"), []],
      [family("a_kilo_bytes", "gauge"), []],
      [family("a_kilokilobytes", "gauge"), []],
      [family("a_kelvin", "gauge"), []],
      [family("a_kelvins", "gauge"), ['use base unit "kelvin" instead of "kelvins"']],
      [family("a_metres", "gauge"), []],
      [family("a_kilometres", "gauge"), ['use base unit "metres" instead of "kilometres"']],
      [family("a_kilometers", "gauge"), ['use base unit "meters" instead of "kilometers"']],
    ],
    "counter-without-total": [
      [family("a", "counter"), ['counter metrics should have "_total" suffix']],
      [family("a_totals", "counter"), ['counter metrics should have "_total" suffix']],
      [family("a_total", "counter"), []],
      [family("a", "untyped"), []],
    ],
    "total-without-counter": [
      [family("a_total", "gauge"), ['non-counter metrics should not have "_total" suffix']],
      [family("a_total", "histogram"), ['non-counter metrics should not have "_total" suffix']],
      [family("a_total", "summary"), ['non-counter metrics should not have "_total" suffix']],
      [family("a_total", "untyped"), []],
    ],
    "reserved-bucket": [
      [family("a_bucket", "gauge"), ['non-histogram metrics should not have "_bucket" suffix']],
      [family("a_bucket", "summary"), ['non-histogram metrics should not have "_bucket" suffix']],
      [family("a_bucket", "histogram"), []],
      [family("a_bucket", "untyped"), []],
    ],
    "reserved-count": [
      [family("a_count", "gauge"), ['non-histogram and non-summary metrics should not have "_count" suffix']],
      [family("a_count", "summary"), []],
      [family("a_count", "histogram"), []],
      [family("a_count", "untyped"), []],
    ],
    "reserved-sum": [
      [family("a_sum", "gauge"), ['non-histogram and non-summary metrics should not have "_sum" suffix']],
      [family("a_sum", "summary"), []],
      [family("a_sum", "histogram"), []],
      [family("a_sum", "untyped"), []],
    ],
    "reserved-le": [
      [family("a", "gauge", '{le="1"}'), ['non-histogram metrics should not have "le" label']],
      [family("a", "summary", '{le="1"}'), ['non-histogram metrics should not have "le" label']],
      [
        `${family("a", "gauge", '{le="1"}')}a{le="2"} 1\n`,
        ['non-histogram metrics should not have "le" label', 'non-histogram metrics should not have "le" label'],
      ],
      [family("a", "histogram", '{le="1"}'), []],
      [family("a", "untyped", '{le="1"}'), []],
    ],
    "reserved-quantile": [
      [family("a", "gauge", '{quantile="1"}'), ['non-summary metrics should not have "quantile" label']],
      [family("a", "histogram", '{quantile="1"}'), ['non-summary metrics should not have "quantile" label']],
      [family("a", "summary", '{quantile="1"}'), []],
      [family("a", "untyped", '{quantile="1"}'), []],
    ],
    "type-in-name": [
      [family("a_gauge", "gauge"), ["metric name should not include type 'gauge'"]],
      [family("a_Gauge_b", "gauge"), ["metric name should not include type 'gauge'"]],
      [family("a_counter_total", "counter"), ["metric name should not include type 'counter'"]],
      [family("a_histogram", "histogram"), ["metric name should not include type 'histogram'"]],
      [family("a_summary", "summary"), ["metric name should not include type 'summary'"]],
      [family("a_untyped", "untyped"), []],
      [family("a_summary", "gauge"), []],
      [family("gauge_a", "gauge"), []],
      [family("a_gauges", "gauge"), []],
    ],
    "colon": [
      [family("a:b", "gauge"), ["metric names should not contain ':'"]],
      [family("a:b:c", "gauge"), ["metric names should not contain ':'"]],
    ],
    "camel-case-name": [
      [family("aB", "gauge"), ["metric names should be written in 'snake_case' not 'camelCase'"]],
      [family("aBcD", "gauge"), ["metric names should be written in 'snake_case' not 'camelCase'"]],
      [family("AB_Cd", "gauge"), []],
      [family("a_B", "gauge"), []],
    ],
    "camel-case-label": [
      [
        `${family("a", "gauge", '{aB="1",c="1",dEF="1"}')}a{aB="2"} 1\n`,
        new Array(3).fill("label names should be written in 'snake_case' not 'camelCase'"),
      ],
      [
        '# HELP a b\n# TYPE a summary\na{aB="1",quantile="0.5"} 1\na_sum{aB="1"} 1\na_count{aB="1"} 1\n',
        ["label names should be written in 'snake_case' not 'camelCase'"],
      ],
      [family("a", "gauge", '{AB="1",a_B="1"}'), []],
    ],
    "abbreviated-unit": [
      [family("a_s", "gauge"), ["metric names should not contain abbreviated units"]],
      [family("a_MS_b", "gauge"), new Array(2).fill("metric names should not contain abbreviated units")],
      [family("a_s_s_kb", "gauge"), new Array(2).fill("metric names should not contain abbreviated units")],
      [family("s_a", "gauge"), []],
      [family("s", "gauge"), []],
      [family("a_ss", "gauge"), []],
    ],
    "duplicate": [
      [`${family("a", "gauge")}a 2\n`, ["metric not unique"]],
      [
        `${family("a", "gauge", '{x="1"}')}a{x="2"} 2\na{x="1"} 2\na{x="1"} 2\n`,
        new Array(2).fill("metric not unique"),
      ],
      [`${family("a", "gauge", '{x="1",y="2"}')}a{y="2",x="1"} 2\n`, []],
      [`${family("a", "gauge", '{x="1|2",y="3"}')}a{x="1",y="2|3"} 2\n`, []],
      [
        '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\na_count 1\n',
        [],
      ],
    ],
  };
  for (const [rule, texts] of Object.entries(cases)) {
    for (const [text, expected] of texts) {
      it(`lint() as to ${rule} says of ${JSON.stringify(text)}: ${expected.join(", ") || "nothing"}`, () => {
        const found = problems(text).filter((problem) => problem.startsWith(`${rule}: `));
        assert.deepEqual(found, expected.map((problem) => `${rule}: ${problem}`));
      });
    }
  }

  it("lint() sorts by metric, then by text", () => {
    assert.deepEqual(lint(parseText("b:c 1\na_ms 1\n")), [
      { metric: "a_ms", rule: "abbreviated-unit", text: "metric names should not contain abbreviated units" },
      { metric: "a_ms", rule: "help", text: "no help text" },
      { metric: "b:c", rule: "colon", text: "metric names should not contain ':'" },
      { metric: "b:c", rule: "help", text: "no help text" },
    ]);
  });

  it("lint() passes over families without series", () => {
    assert.deepEqual(problems("# TYPE aB counter\n"), []);
    const registry = new Registry();
    registry.add(counter("aB", "Help.", ["cD"]));
    assert.deepEqual(lint(registry.snapshots()), []);
  });

  it("lint() reads what a registry gathered", () => {
    const registry = new Registry();
    registry.add(counter("jobs", "Help.", ["queueName"])).inc({ queueName: "a" });
    registry.add(gauge("a_ms_gauge", "Help.", ["le"])).set({ le: "1" }, 1);
    registry.add(histogram("b_histogram", "Help.")).observe(1);
    registry.add(gaugeHistogram("c_gauge_histogram", "Help.")).set({
      buckets: new Array(11).fill(1),
      count: 1,
      sum: 1,
    });
    registry.add(info("dGauge_info", "Help.", ["version"])).set({ version: "1" });
    registry.add(stateSet("doorState", "Help.", [], { states: ["open", "shut"] })).set("open");
    assert.deepEqual(lint(registry.snapshots()).map(({ metric, rule }) => `${metric}: ${rule}`), [
      "a_ms_gauge: type-in-name",
      "a_ms_gauge: abbreviated-unit",
      "a_ms_gauge: reserved-le",
      "b_histogram: type-in-name",
      "c_gauge_histogram: type-in-name",
      "dGauge_info: camel-case-name",
      "doorState: camel-case-label",
      "doorState: camel-case-label",
      "doorState: camel-case-name",
      "jobs: counter-without-total",
      "jobs: camel-case-label",
    ]);
  });

  it("lint() says the same of a text and of the families made of it", () => {
    for (const text of Object.values(cases).flat().map(([text]) => text)) {
      if (!isWhole(text)) continue;
      assert.deepEqual(lint(parse(text, "text")), lint(parseText(text)), text);
    }
  });

  it("lint() releases snapshots", () => {
    const registry = new Registry();
    const labelled = registry.add(gauge("a", "Help.", ["b"]));
    labelled.set({ b: 1 }, 1);
    lint(registry.snapshots());
    labelled.remove({ b: 1 });
    assert.equal(registry.families()[0]?.index.live, 0);
  });
});

/** Whether a text can be made into families, which are whole. */
function isWhole(text: string): boolean {
  try {
    parse(text, "text").forEach((snapshot) => snapshot.release());
    return true;
  } catch {
    return false;
  }
}
