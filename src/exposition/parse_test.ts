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
import type { Description, HistogramDescription } from "../model/description.ts";
import type { Snapshot } from "../model/family.ts";
import { encode } from "./encode.ts";
import { negotiate } from "./negotiate.ts";
import { type ParsableSyntax, parse } from "./parse.ts";

const FORMATS = {
  text: negotiate("text/plain;version=1.0.0;escaping=allow-utf-8"),
  openmetrics: negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"),
};

/** What the encoder makes of what the parser read. */
function rewritten(text: string, syntax: ParsableSyntax): string {
  return new TextDecoder().decode(encode(parse(text, syntax), FORMATS[syntax], { createdSamples: true }));
}

function lines(...texts: string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

describe("parse", () => {
  it("parse() takes what negotiate() returns, and its syntax", () => {
    for (const format of [FORMATS.text, "text"] as const) {
      assert.deepEqual(parse("a 1\n", format).map(({ family }) => family.description.name), ["a"]);
    }
    assert.deepEqual(parse("# EOF\n", FORMATS.openmetrics), []);
  });

  it("parse() refuses other formats", () => {
    assert.throws(() => parse("", { syntax: "protobuf" }), {
      name: "TypeError",
      message: 'Cannot parse exposition: its syntax is "protobuf", expected "text" or "openmetrics"',
    });
  });

  it("parse() describes families by their full names, types, units and helps", () => {
    const text = lines(
      "# TYPE a_seconds counter",
      "# UNIT a_seconds seconds",
      "# HELP a_seconds Help.",
      'a_seconds_total{b="c"} 1',
      "# TYPE i info",
      'i_info{v="1"} 1',
      "# TYPE h histogram",
      'h_bucket{le="1"} 1',
      'h_bucket{le="+Inf"} 1',
      "h_count 1",
      "h_sum 1",
      "# TYPE s stateset",
      's{s="on"} 1',
      's{s="off"} 0',
      "# TYPE none counter",
      "u 1",
      "# EOF",
    );
    assert.deepEqual(parse(text, "openmetrics").map(({ family }) => family.description), [
      { type: "counter", name: "a_seconds_total", help: "Help.", labelNames: ["b"], unit: "seconds" },
      { type: "info", name: "i_info", help: "", labelNames: ["v"] },
      { type: "histogram", name: "h", help: "", labelNames: [], buckets: [1] },
      { type: "stateset", name: "s", help: "", labelNames: [], states: ["on", "off"] },
      { type: "counter", name: "none_total", help: "", labelNames: [] },
      { type: "unknown", name: "u", help: "", labelNames: [] },
    ]);
  });

  it("parse() knows when a counting began only where the text says so", () => {
    const text = lines(
      "# TYPE a counter",
      "a_total 1",
      "# TYPE b counter",
      "b_total 1",
      "b_created 1520430000.123",
      "# EOF",
    );
    assert.deepEqual(parse(text, "openmetrics").map(({ family }) => family.created(0)), [NaN, 1_520_430_000_123]);
  });

  it("parse() keeps timestamps and exemplars in milliseconds", () => {
    const text = lines("# TYPE a counter", 'a_total 1 1520879607.789 # {b="c"} 0.5 -0.001', "# EOF");
    const [{ column }] = parse(text, "openmetrics") as [Snapshot];
    assert.equal(column.timestamps?.[0], 1_520_879_607_789);
    assert.deepEqual([...column.exemplars!], [[0, { labels: { b: "c" }, value: 0.5, timestampMs: -1 }]]);
  });

  it("parse() makes a family per set of bounds, quantiles or states, next to each other", () => {
    const text = lines(
      "# TYPE h histogram",
      'h_bucket{a="1",le="1.0"} 1',
      'h_bucket{a="1",le="+Inf"} 1',
      'h_sum{a="1"} 1.0',
      'h_count{a="1"} 1',
      'h_bucket{a="2",le="2.0"} 1',
      'h_bucket{a="2",le="+Inf"} 1',
      'h_sum{a="2"} 1.0',
      'h_count{a="2"} 1',
      'h_bucket{a="3",le="1.0"} 1',
      'h_bucket{a="3",le="+Inf"} 1',
      'h_sum{a="3"} 1.0',
      'h_count{a="3"} 1',
      "# TYPE s stateset",
      's{a="1",s="x"} 1.0',
      's{a="1",s="y"} 0.0',
      's{a="2",s="y"} 0.0',
      's{a="2",s="x"} 1.0',
      's{a="3",s="x"} 1.0',
      "# TYPE q summary",
      'q{a="1",quantile="0.5"} 1.0',
      'q_sum{a="1"} 1.0',
      'q_count{a="1"} 1',
      'q_sum{a="2"} 1.0',
      'q_count{a="2"} 1',
      "# EOF",
    );
    const families = parse(text, "openmetrics");
    assert.deepEqual(families.map(({ family, column }) => [family.description.name, column.live]), [
      ["h", 2],
      ["h", 1],
      ["s", 2],
      ["s", 1],
      ["q", 1],
      ["q", 1],
    ]);
    const again = rewritten(text, "openmetrics");
    assert.equal(again.match(/# TYPE h /g)?.length, 1);
    assert.deepEqual(sampleLines(again).sort(), sampleLines(text).sort());
  });

  it("parse() leaves out the labels that a series lacks", () => {
    const text = lines('a{b="1",c="2"} 1', 'a{c="3"} 2', "a 3");
    assert.deepEqual(sampleLines(rewritten(text, "text")), sampleLines(text));
  });

  const kept: Record<ParsableSyntax, Record<string, string[]>> = {
    text: {
      "every type": [
        '# HELP a_total Help with \\\\ and \\n and "quotes".',
        "# TYPE a_total counter",
        'a_total{b="x\\\\\\n\\"é😀\t\r"} 1 1395066363000',
        "a_total 0.5",
        "# HELP g Help.",
        "# TYPE g gauge",
        "g NaN",
        "# HELP h Help.",
        "# TYPE h histogram",
        'h_bucket{le="0.05"} 1 1',
        'h_bucket{le="1"} 1e+06 1',
        'h_bucket{le="+Inf"} 2e+06 1',
        "h_sum -1.5 1",
        "h_count 2e+06 1",
        "# HELP s Help.",
        "# TYPE s summary",
        's{quantile="0.5"} NaN',
        's{quantile="0"} -1',
        "s_sum NaN",
        "s_count 0",
        "# HELP u Help.",
        "# TYPE u untyped",
        "u -Inf",
      ],
      "names beyond the old alphabet": [
        '# HELP "a.b c" Help.',
        '# TYPE "a.b c" histogram',
        '{"a.b c_bucket","x:y"="1",le="+Inf"} 1',
        '{"a.b c_sum","x:y"="1"} 1',
        '{"a.b c_count","x:y"="1"} 1',
      ],
    },
    openmetrics: {
      "every type": [
        "# TYPE a_seconds counter",
        "# UNIT a_seconds seconds",
        '# HELP a_seconds Help with \\\\ and \\n and \\"quotes\\".',
        'a_seconds_total{b="x\\\\\\n\\"é😀\t\r"} 1.0 1.520879607789e+09 # {trace_id="1"} 0.5 1.5',
        'a_seconds_created{b="x\\\\\\n\\"é😀\t\r"} 1.520430000123e+09',
        'a_seconds_total{b=""} 1.0 # {} 1.0',
        "# TYPE g gauge",
        "# HELP g Help.",
        "g NaN -1.5",
        "# TYPE h histogram",
        "# HELP h Help.",
        'h_bucket{le="0.05"} 1 # {a="b"} 0.05',
        'h_bucket{le="1.0"} 1000000',
        'h_bucket{le="+Inf"} 2000000 # {a="b"} +Inf 1.0',
        "h_sum 1.5",
        "h_count 2000000",
        "h_created 0.001",
        "# TYPE gh gaugehistogram",
        "# HELP gh Help.",
        'gh_bucket{le="-1.0"} 1 1.0',
        'gh_bucket{le="+Inf"} 2 1.0',
        "gh_gsum -1.5 1.0",
        "gh_gcount 2 1.0",
        "# TYPE s summary",
        "# HELP s Help.",
        's{quantile="0.5"} NaN',
        's{quantile="0.0"} 1.0',
        "s_sum 1.0",
        "s_count 0",
        "# TYPE st stateset",
        "# HELP st Help.",
        'st{a="1",st="on"} 1.0',
        'st{a="1",st="o,f\\"f"} 0.0',
        "# TYPE i info",
        "# HELP i Help.",
        'i_info{v="1"} 1.0',
        "# TYPE u unknown",
        "# HELP u Help.",
        "u -Inf",
        "# EOF",
      ],
      "names beyond the old alphabet": [
        '# TYPE "a.b c" histogram',
        '# HELP "a.b c" Help.',
        '{"a.b c_bucket","x:y"="1",le="+Inf"} 1',
        '{"a.b c_sum","x:y"="1"} 1.0',
        '{"a.b c_count","x:y"="1"} 1',
        '# TYPE "c" counter'.replaceAll('"', ""),
        "# HELP c Help.",
        "c_total 1.0",
        "# EOF",
      ],
    },
  };
  for (const syntax of ["text", "openmetrics"] as const) {
    for (const [what, texts] of Object.entries(kept[syntax])) {
      it(`parse() reads what encode() writes again as it was: ${what} in ${syntax}`, () => {
        assert.equal(rewritten(lines(...texts), syntax), lines(...texts));
      });
    }
  }

  const equal: Record<ParsableSyntax, [what: string, text: string, same: string][]> = {
    text: [
      ["blanks", ' \ta{ b = "c" , } \t1', 'a{b="c"} 1'],
      ["a name inside of braces", '{b="c","a"} 1', 'a{b="c"} 1'],
      ["spellings of numbers", "a +1e3\nb infinity\nc .5\nd -0", "a 1000\nb +Inf\nc 0.5\nd 0"],
      [
        "buckets in any order, without +Inf",
        '# TYPE a histogram\na_count 3\na_sum 1\na_bucket{le="2"} 2\na_bucket{le="1"} 1',
        'a_bucket{le="1"} 1\na_bucket{le="2"} 2\na_bucket{le="+Inf"} 3\na_sum 1\na_count 3',
      ],
      [
        "spellings of bounds",
        '# TYPE a histogram\na_bucket{le="1.0"} 1\na_bucket{le="inf"} 1\na_sum 1\na_count 1',
        'a_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1',
      ],
      ["a family in parts", 'a{b="1"} 1\nc 1\na{b="2"} 1', 'a{b="1"} 1\na{b="2"} 1\nc 1'],
      ["an empty label beside series without it", 'a{b=""} 1\na{b="c"} 1\na{d="e"} 1', 'a 1\na{b="c"} 1\na{d="e"} 1'],
      ["a counter without its suffix", "# TYPE a counter\na 1", "a 1"],
      [
        "samples that only look like those of a counter",
        "# TYPE a counter\na_created 1\na_total 2",
        "a_created 1\na_total 2",
      ],
    ],
    openmetrics: [
      ["metadata in any order", "# HELP a b\n# UNIT a \n# TYPE a gauge\na 1\n# EOF", "a 1.0"],
      ["empty braces", "a{} 1\n# EOF", "a 1.0"],
      ["no line feed at the end", "a 1\n# EOF", "a 1.0"],
      ["spellings of numbers", "a +1E3\nb iNfinity\nc .5\nd 5.\ne nan\n# EOF", "a 1000.0\nb +Inf\nc 0.5\nd 5.0\ne NaN"],
      ["a backslash before any letter", 'a{b="\\t\\\\t"} 1\n# EOF', 'a{b="\\\\t\\\\t"} 1.0'],
      ["NUL in a label", 'a{b="\0"} 1\n# EOF', 'a{b="\0"} 1.0'],
      ["quoted names that need no quotes", '{"a","b"="c"} 1\n# EOF', 'a{b="c"} 1.0'],
      ["a name inside of braces, behind a label", '{b="c","a"} 1\n# EOF', 'a{b="c"} 1.0'],
      [
        "sum, count and created time in any order",
        '# TYPE a histogram\na_created 1\na_sum 1\na_count 1\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1.0\n# EOF',
        'a_bucket{le="1.0"} 1\na_bucket{le="+Inf"} 1\na_sum 1.0\na_count 1\na_created 1.0',
      ],
      [
        "a created time without the timestamp of its series",
        "# TYPE a counter\na_created 1\na_total 1 5\n# EOF",
        "a_total 1.0 5.0\na_created 1.0",
      ],
      ["a family of unknown type that ends in _total", "a_total 1\n# EOF", "a_total 1.0"],
      [
        "128 characters in an exemplar",
        `# TYPE a counter\na_total 1 # {b="${"😀".repeat(127)}"} 1\n# EOF`,
        `a_total 1.0 # {b="${"😀".repeat(127)}"} 1.0`,
      ],
    ],
  };
  for (const syntax of ["text", "openmetrics"] as const) {
    for (const [what, text, same] of equal[syntax]) {
      it(`parse() accepts ${what} in ${syntax}`, () => {
        assert.deepEqual(sampleLines(rewritten(syntax === "text" ? `${text}\n` : text, syntax)), same.split("\n"));
      });
    }
  }

  const twoBuckets = '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 2\n';
  const refused: Record<ParsableSyntax, Record<string, string>> = {
    text: {
      "a 1\na 2\n": 'line 2, column 1: found "a 2", expected each series once',
      "a 1 1\na 2 2\n":
        'line 2, column 1: found "a 2 2", expected one point of each series, because several cannot be kept',
      'a{b=""} 1\na 1\n': 'line 2, column 1: found "a 1", expected each series once',
      'a{b="1",c="2"} 1\na{c="2",b="1"} 1\n':
        'line 2, column 1: found "a{c=\\"2\\",b=\\"1\\"} 1", expected each series once',
      [`${twoBuckets}a_count 2\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected "a_sum" of this series, because a histogram is not kept without',
      [`${twoBuckets}a_count 3\na_sum 1\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected a count equal to the bucket "+Inf" of this series, but they are 3 and 2',
      '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\n':
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected a bucket "+Inf" or a count of this series',
      '# TYPE a histogram\na_bucket{le="1"} 3\na_bucket{le="+Inf"} 2\na_sum 1\na_count 2\n':
        'line 3, column 1: found "a_bucket{le=\\"+Inf\\"} 2", expected buckets that do not fall, but 2 comes after 3',
      '# TYPE a histogram\na_bucket{le="1"} 0.2\na_bucket{le="+Inf"} 0.9\na_sum 1\na_count 0.9\n':
        'line 3, column 1: found "a_bucket{le=\\"+Inf\\"} 0.9", expected counts that can be kept: finite and whole',
      '# TYPE a histogram\na_bucket{le="+Inf"} Inf\na_sum 1\na_count Inf\n':
        'line 2, column 1: found "a_bucket{le=\\"+Inf\\"} Inf", expected counts that can be kept: finite and whole',
      '# TYPE a histogram\na_bucket{le="NaN"} 1\na_sum 1\na_count 1\n':
        'line 2, column 1: found "a_bucket{le=\\"NaN\\"} 1", expected bounds as labels "le"',
      '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="1.0"} 1\na_sum 1\na_count 1\n':
        'line 3, column 1: found "a_bucket{le=\\"1.0\\"} 1", expected each series once',
      '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum{le="+Inf"} 1\n':
        'line 3, column 1: found "a_sum{le=\\"+Inf\\"} 1", expected no label "le" on this sample',
      '# TYPE a histogram\na_bucket{le="+Inf"} 1 5\na_sum 1\na_count 1\n':
        'line 3, column 1: found "a_sum 1", expected a timestamp on all samples of a series or on none',
      '# TYPE a summary\na{quantile="0.5"} 1\n':
        'line 2, column 1: found "a{quantile=\\"0.5\\"} 1", expected "a_sum" and "a_count" of this series, because a summary is not kept without',
      "a 1\r\n": 'line 1, column 3: found "1\\r", expected a number',
      'a{b="\ud800"} 1\n': 'line 1, column 6: found "\\ud800\\"} 1", expected text that UTF-8 can write',
      "\ufeffa 1\n": 'line 1, column 1: found "\ufeffa 1", expected a metric name',
    },
    openmetrics: {
      // The grammar.
      "": "line 1, column 1: found the end of the text, expected # EOF",
      "a 1\n": "line 2, column 1: found the end of the text, expected # EOF",
      "a 1\n#EOF\n": 'line 2, column 1: found "#EOF", expected # TYPE, # UNIT, # HELP or # EOF',
      "a 1 # EOF\n": 'line 1, column 7: found "EOF", expected { and the labels of an exemplar',
      "# EOF\na 1\n": 'line 2, column 1: found "a 1", expected nothing after # EOF',
      "# EOF\n\n": "line 2, column 1: found a line feed, expected nothing after # EOF",
      "# EOF ": 'line 1, column 6: found " ", expected nothing after # EOF',
      "\n# EOF\n": "line 1, column 1: found a line feed, expected a metric name, # TYPE, # UNIT, # HELP or # EOF",
      "a 1\n\n# EOF\n": "line 2, column 1: found a line feed, expected a metric name, # TYPE, # UNIT, # HELP or # EOF",
      " a 1\n# EOF\n": 'line 1, column 1: found " a 1", expected a metric name, # TYPE, # UNIT, # HELP or # EOF',
      "# a comment\n# EOF\n": 'line 1, column 1: found "# a comment", expected # TYPE, # UNIT, # HELP or # EOF',
      "#  TYPE a gauge\n# EOF\n": 'line 1, column 1: found "#  TYPE a gauge", expected # TYPE, # UNIT, # HELP or # EOF',
      "# TYPE  a gauge\n# EOF\n": 'line 1, column 8: found " a gauge", expected a metric name',
      "# TYPE a  gauge\n# EOF\n":
        'line 1, column 10: found " gauge", expected one of counter, gauge, histogram, gaugehistogram, stateset, info, summary, unknown',
      "# TYPE a gauge \n# EOF\n": 'line 1, column 15: found " ", expected the end of the line',
      "# TYPE a untyped\n# EOF\n":
        'line 1, column 10: found "untyped", expected one of counter, gauge, histogram, gaugehistogram, stateset, info, summary, unknown',
      "# TYPE a Gauge\n# EOF\n":
        'line 1, column 10: found "Gauge", expected one of counter, gauge, histogram, gaugehistogram, stateset, info, summary, unknown',
      "# TYPE a\n# EOF\n": "line 1, column 9: found a line feed, expected one space after the metric name",
      "# HELP a\n# EOF\n": "line 1, column 9: found a line feed, expected one space after the metric name",
      "# UNIT a\n# EOF\n": "line 1, column 9: found a line feed, expected one space after the metric name",
      '# HELP a "b"\n# EOF\n': 'line 1, column 10: found "\\"b\\"", expected \\" in a help',
      "# HELP a b\\\n# EOF\n": "line 1, column 12: found a line feed, expected an escaped character",
      "# TYPE\ta gauge\n# EOF\n":
        'line 1, column 1: found "# TYPE\\ta gauge", expected # TYPE, # UNIT, # HELP or # EOF',
      "a  1\n# EOF\n": 'line 1, column 3: found " 1", expected a number',
      "a\t1\n# EOF\n": 'line 1, column 2: found "\\t1", expected one space and a number',
      "a 1 \n# EOF\n": "line 1, column 5: found a line feed, expected a number",
      "a 1\r\n# EOF\n": 'line 1, column 3: found "1\\r", expected a number',
      "a 1 NaN\n# EOF\n": 'line 1, column 5: found "NaN", expected a timestamp in seconds',
      "a 1 +Inf\n# EOF\n": 'line 1, column 5: found "+Inf", expected a timestamp in seconds',
      "a 1_0\n# EOF\n": 'line 1, column 3: found "1_0", expected a number',
      "a 0x1p3\n# EOF\n": 'line 1, column 3: found "0x1p3", expected a number',
      "a +NaN\n# EOF\n": 'line 1, column 3: found "+NaN", expected a number',
      "a\n# EOF\n": "line 1, column 2: found a line feed, expected one space and a number",
      "1a 1\n# EOF\n": 'line 1, column 1: found "1a 1", expected a metric name, # TYPE, # UNIT, # HELP or # EOF',
      'a {b="c"} 1\n# EOF\n': 'line 1, column 3: found "{b=\\"c\\"} 1", expected a number',
      'a{,b="c"} 1\n# EOF\n': 'line 1, column 3: found ",b=\\"c\\"} 1", expected a label name',
      'a{b="c",} 1\n# EOF\n': 'line 1, column 9: found "} 1", expected a label name',
      'a{b="c",,d="e"} 1\n# EOF\n': 'line 1, column 9: found ",d=\\"e\\"} 1", expected a label name',
      'a{b="c"d="e"} 1\n# EOF\n': 'line 1, column 8: found "d=\\"e\\"} 1", expected , or }',
      'a{b="c", d="e"} 1\n# EOF\n': 'line 1, column 9: found " d=\\"e\\"} 1", expected a label name',
      "a{b='c'} 1\n# EOF\n": 'line 1, column 5: found "\'c\'} 1", expected "',
      'a{b="c\n"} 1\n# EOF\n': 'line 1, column 7: found a line feed, expected "',
      'a{b="c"} 1\na{b="c': 'line 2, column 7: found the end of the text, expected "',
      'a{b="c",b="d"} 1\n# EOF\n': 'line 1, column 9: found "b=\\"d\\"} 1", expected label "b" once',
      'a{__name__="b"} 1\n# EOF\n':
        'line 1, column 3: found "__name__=\\"b\\"} 1", expected any other label than "__name__"',
      'a{"b"} 1\n# EOF\n': 'line 1, column 6: found "} 1", expected =',
      '{"a","b"} 1\n# EOF\n': 'line 1, column 6: found "\\"b\\"} 1", expected one metric name, this is the second',
      '{b="c"} 1\n# EOF\n':
        'line 1, column 1: found "{b=\\"c\\"} 1", expected a metric name, # TYPE, # UNIT, # HELP or # EOF',
      '{""} 1\n# EOF\n': 'line 1, column 2: found "\\"\\"} 1", expected a label name',
      'a{b:c="d"} 1\n# EOF\n': 'line 1, column 4: found ":c=\\"d\\"} 1", expected =',
      'a{b="\udc00"} 1\n# EOF\n': 'line 1, column 6: found "\\udc00\\"} 1", expected text that UTF-8 can write',
      "\ufeff# EOF\n": 'line 1, column 1: found "\ufeff# EOF", expected a metric name, # TYPE, # UNIT, # HELP or # EOF',
      // Metadata.
      "# TYPE a gauge\n# TYPE a gauge\n# EOF\n":
        'line 2, column 8: found "a gauge", expected one TYPE for metric "a", this is the second',
      "# HELP a b\n# HELP a b\n# EOF\n":
        'line 2, column 8: found "a b", expected one HELP for metric "a", this is the second',
      "# UNIT a \n# UNIT a \n# EOF\n":
        'line 2, column 8: found "a ", expected one UNIT for metric "a", this is the second',
      "a 1\n# TYPE a gauge\n# EOF\n":
        'line 2, column 8: found "a gauge", expected metadata of metric "a" before its samples',
      "a 1\nb 1\na 2\n# EOF\n":
        'line 3, column 1: found "a 2", expected all lines of metric "a" together, and nothing else called "a"',
      "# TYPE a gauge\n# TYPE b gauge\n# HELP a c\n# EOF\n":
        'line 3, column 8: found "a c", expected all lines of metric "a" together, and nothing else called "a"',
      "# TYPE a counter\na_total 1\nb 1\na_created 1\n# EOF\n":
        'line 4, column 1: found "a_created 1", expected all lines of metric "a" together, and nothing else called "a_created"',
      "# TYPE a_sum gauge\na_sum 1\n# TYPE a summary\n# EOF\n":
        'line 3, column 8: found "a summary", expected all lines of metric "a_sum" together, and nothing else called "a_sum"',
      "# TYPE a counter\n# TYPE a_created gauge\n# EOF\n":
        'line 2, column 8: found "a_created gauge", expected all lines of metric "a" together, and nothing else called "a_created"',
      "# TYPE a gauge\n# UNIT a bytes\n# EOF\n":
        'line 2, column 10: found "bytes", expected a unit that the name of metric "a" ends with, after an underscore',
      "# TYPE abytes gauge\n# UNIT abytes bytes\n# EOF\n":
        'line 2, column 15: found "bytes", expected a unit that the name of metric "abytes" ends with, after an underscore',
      "# UNIT a_é é\n# EOF\n": 'line 1, column 10: found "é é", expected one space after the metric name',
      "# TYPE a_x info\n# UNIT a_x x\n# EOF\n":
        'line 2, column 12: found "x", expected no unit, because metric "a_x" is of type info',
      "# UNIT a_x x\n# TYPE a_x stateset\n# EOF\n":
        'line 2, column 12: found "stateset", expected no unit, because metric "a_x" is of type stateset',
      // Suffixes and values.
      "# TYPE a counter\na 1\n# EOF\n":
        'line 2, column 1: found "a 1", expected a sample of the counter: a_total, a_created',
      "# TYPE a counter\na_created 1\n# EOF\n":
        'line 2, column 1: found "a_created 1", expected a sample "a_total" of this series',
      "# TYPE a counter\na_total -1\n# EOF\n": 'line 2, column 9: found "-1", expected a total of 0 or more',
      "# TYPE a counter\na_total NaN\n# EOF\n": 'line 2, column 9: found "NaN", expected a total of 0 or more',
      "# TYPE a counter\na_created NaN\n# EOF\n": 'line 2, column 11: found "NaN", expected a time in seconds',
      "# TYPE a gauge\na_total 1\na 1\n# EOF\n":
        'line 3, column 1: found "a 1", expected all lines of metric "a" together, and nothing else called "a"',
      "# TYPE a info\na 1\n# EOF\n": 'line 2, column 1: found "a 1", expected a sample of the info: a_info',
      "# TYPE a info\na_info 2\n# EOF\n": 'line 2, column 8: found "2", expected 1, the value of every info',
      '# TYPE a stateset\na{b="c"} 1\n# EOF\n':
        'line 2, column 1: found "a{b=\\"c\\"} 1", expected a label "a" on this sample',
      '# TYPE a stateset\na{a="c"} 2\n# EOF\n': 'line 2, column 10: found "2", expected 0 or 1',
      "# TYPE a summary\na 1\n# EOF\n": 'line 2, column 1: found "a 1", expected a label "quantile" on this sample',
      '# TYPE a summary\na{quantile="1.1"} 1\n# EOF\n':
        'line 2, column 1: found "a{quantile=\\"1.1\\"} 1", expected a number from 0 to 1 as label "quantile"',
      '# TYPE a summary\na{quantile="NaN"} 1\n# EOF\n':
        'line 2, column 1: found "a{quantile=\\"NaN\\"} 1", expected a number from 0 to 1 as label "quantile"',
      '# TYPE a summary\na{quantile="x"} 1\n# EOF\n':
        'line 2, column 1: found "a{quantile=\\"x\\"} 1", expected a number from 0 to 1 as label "quantile"',
      '# TYPE a summary\na{quantile="1"} -1\n# EOF\n':
        'line 2, column 17: found "-1", expected a quantile of 0 or more, or NaN',
      '# TYPE a summary\na_sum{quantile="1"} 1\n# EOF\n':
        'line 2, column 1: found "a_sum{quantile=\\"1\\"} 1", expected no label "quantile" on this sample',
      "# TYPE a summary\na_sum -1\n# EOF\n": 'line 2, column 7: found "-1", expected a sum of 0 or more',
      "# TYPE a summary\na_sum NaN\n# EOF\n": 'line 2, column 7: found "NaN", expected a sum of 0 or more',
      "# TYPE a summary\na_count 1.5\n# EOF\n":
        'line 2, column 9: found "1.5", expected a count: a whole number of 0 or more',
      "# TYPE a summary\na_sum 1\n# EOF\n":
        'line 2, column 1: found "a_sum 1", expected "a_sum" and "a_count" of this series, because a summary is not kept without',
      // Histograms.
      "# TYPE a histogram\na_bucket 1\n# EOF\n":
        'line 2, column 1: found "a_bucket 1", expected a label "le" on this sample',
      '# TYPE a histogram\na_bucket{le="x"} 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"x\\"} 1", expected a number as label "le"',
      '# TYPE a histogram\na_bucket{le="NaN"} 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"NaN\\"} 1", expected a number as label "le"',
      '# TYPE a histogram\na_bucket{le="Inf"} 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"Inf\\"} 1", expected "+Inf" as label "le" of the last bucket',
      '# TYPE a histogram\na_bucket{le="1"} -1\n# EOF\n':
        'line 2, column 18: found "-1", expected a count: a whole number of 0 or more',
      '# TYPE a histogram\na_bucket{le="1"} 0.5\n# EOF\n':
        'line 2, column 18: found "0.5", expected a count: a whole number of 0 or more',
      '# TYPE a histogram\na_bucket{le="1"} 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected a bucket "+Inf" of this series',
      '# TYPE a histogram\na_bucket{le="2"} 1\na_bucket{le="1"} 1\n# EOF\n':
        'line 3, column 1: found "a_bucket{le=\\"1\\"} 1", expected buckets in ascending order',
      '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="1.0"} 1\n# EOF\n':
        'line 3, column 1: found "a_bucket{le=\\"1.0\\"} 1", expected each series once',
      '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n':
        'line 3, column 1: found "a_bucket{le=\\"+Inf\\"} 1", expected buckets that do not fall, but 1 comes after 2',
      [`${twoBuckets}a_sum 1\n# EOF\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected both "a_sum" and "a_count" of this series or neither',
      [`${twoBuckets}a_count 2\n# EOF\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected both "a_sum" and "a_count" of this series or neither',
      [`${twoBuckets}a_count 3\na_sum 1\n# EOF\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected a count equal to the bucket "+Inf" of this series, but they are 3 and 2',
      [`${twoBuckets}# EOF\n`]:
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected "a_sum" of this series, because a histogram is not kept without',
      [`${twoBuckets}a_count{le="1"} 2\n# EOF\n`]:
        'line 4, column 1: found "a_count{le=\\"1\\"} 2", expected no label "le" on this sample',
      '# TYPE a histogram\na_bucket{le="-1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"-1\\"} 1", expected no "a_sum" of this series, because it has a negative bound',
      '# TYPE a gaugehistogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_gsum -1\na_gcount 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1", expected a sum of 0 or more, because no bound of this series is negative',
      '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"+Inf\\"} 1", expected "a_gsum" of this series, because a gaugehistogram is not kept without',
      '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_gsum NaN\na_gcount 1\n# EOF\n':
        'line 3, column 8: found "NaN", expected a sum',
      '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_gsum 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"+Inf\\"} 1", expected both "a_gsum" and "a_gcount" of this series or neither',
      // Order and time.
      "a 1\na 1\n# EOF\n": 'line 2, column 1: found "a 1", expected each series once',
      "a 1 2\na 1 2\n# EOF\n": 'line 2, column 1: found "a 1 2", expected each series once',
      "a 1 2\na 1 1\n# EOF\n": 'line 2, column 1: found "a 1 1", expected timestamps that grow',
      "a 1 2\na 1 3\n# EOF\n":
        'line 2, column 1: found "a 1 3", expected one point of each series, because several cannot be kept',
      "a 1 2\na 1\n# EOF\n":
        'line 2, column 1: found "a 1", expected a timestamp on all samples of a series or on none',
      '# TYPE a stateset\na{b="1",a="x"} 1\na{b="2",a="x"} 1\na{b="1",a="y"} 0\n# EOF\n':
        'line 4, column 1: found "a{b=\\"1\\",a=\\"y\\"} 0", expected all samples of one label set together',
      '# TYPE a counter\na_total{b="1"} 1\na_total{b="2"} 1\na_created{b="1"} 1\n# EOF\n':
        'line 4, column 1: found "a_created{b=\\"1\\"} 1", expected all samples of one label set together',
      // Exemplars.
      "a 1 # {} 1\n# EOF\n":
        'line 1, column 5: found "# {} 1", expected no exemplar: only buckets and the totals of counters have one',
      "# TYPE a counter\na_total 1\na_created 1 # {} 1\n# EOF\n":
        'line 3, column 13: found "# {} 1", expected no exemplar: only buckets and the totals of counters have one',
      "# TYPE a counter\na_total 1 # 1\n# EOF\n":
        'line 2, column 13: found "1", expected { and the labels of an exemplar',
      '# TYPE a counter\na_total 1 # {b="c"}\n# EOF\n':
        "line 2, column 20: found a line feed, expected one space and the value of the exemplar",
      "# TYPE a counter\na_total 1 # {} x\n# EOF\n": 'line 2, column 16: found "x", expected a number',
      "# TYPE a counter\na_total 1 # {} 1 NaN\n# EOF\n":
        'line 2, column 18: found "NaN", expected a timestamp in seconds',
      "# TYPE a counter\na_total 1 # {} 1 1 # {} 1\n# EOF\n":
        'line 2, column 19: found " # {} 1", expected the end of the line',
      '# TYPE a counter\na_total 1 # {"b"} 1\n# EOF\n': 'line 2, column 17: found "} 1", expected =',
      '# TYPE a counter\na_total 1 # {b="1",b="1"} 1\n# EOF\n':
        'line 2, column 20: found "b=\\"1\\"} 1", expected label "b" once',
      [`# TYPE a counter\na_total 1 # {b="${"😀".repeat(128)}"} 1\n# EOF\n`]: `line 2, column 11: found ${
        JSON.stringify(`# {b="${"😀".repeat(17)}`)
      }, expected an exemplar whose labels have 128 characters at most`,
      '# TYPE a histogram\na_bucket{le="1"} 1 # {} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n':
        'line 2, column 1: found "a_bucket{le=\\"1\\"} 1 # {} 2", expected an exemplar within its bucket, but 2 is not',
      '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1 # {} 1\na_sum 1\na_count 1\n# EOF\n':
        'line 3, column 1: found "a_bucket{le=\\"+Inf\\"} 1 # {} 1", expected an exemplar within its bucket, but 1 is not',
    },
  };
  for (const syntax of ["text", "openmetrics"] as const) {
    for (const [text, message] of Object.entries(refused[syntax])) {
      it(`parse() refuses ${JSON.stringify(text)} as ${syntax}`, () => {
        assert.throws(() => parse(text, syntax), {
          name: "SyntaxError",
          message: `Cannot parse exposition: ${message}`,
        });
      });
    }
  }

  for (const syntax of ["text", "openmetrics"] as const) {
    it(`parse() undoes encode() in ${syntax}, whatever the families hold`, () => {
      fc.assert(
        fc.property(fc.array(anyFamily, { maxLength: 5 }), fc.boolean(), (recipes, areTimed) => {
          const registry = registryOf(recipes, areTimed);
          const written = encode(registry.snapshots(), FORMATS[syntax], { createdSamples: true });
          const text = new TextDecoder().decode(written);
          const read = parse(text, syntax);
          const expected = registry.snapshots().map(contents);
          assert.equal(rewritten(text, syntax), text);
          if (syntax === "openmetrics") assert.deepEqual(read.map(contents), expected);
          else if (recipes.every(({ type }) => TEXT_KEEPS.has(type))) {
            assert.deepEqual(read.map(contents), expected.map(asText));
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it("parse() undoes encode() under every escaping scheme, but for the names that were escaped", () => {
    const escaping = fc.constantFrom("underscores", "dots", "values");
    const mediaType = fc.constantFrom("text/plain", "application/openmetrics-text");
    fc.assert(
      fc.property(fc.array(anyFamily, { maxLength: 5 }), mediaType, escaping, (recipes, mediaType, escaping) => {
        const format = negotiate(`${mediaType};version=1.0.0;escaping=${escaping}`);
        const { syntax } = format as { syntax: ParsableSyntax };
        const written = encode(registryOf(recipes, false).snapshots(), format, { createdSamples: true });
        const text = new TextDecoder().decode(written);
        assert.equal(rewritten(text, syntax), text);
      }),
    );
  });

  it("parse() answers any text with families or a SyntaxError", () => {
    const pieces = [
      "a",
      "b_sum",
      "_total",
      "{",
      "}",
      "=",
      '"',
      ",",
      " ",
      "\n",
      "\\",
      "# ",
      "HELP ",
      "TYPE ",
      "summary",
    ];
    const more = [
      "a_bucket",
      'le="+Inf"',
      "histogram",
      "counter",
      "1",
      "\0",
      "é",
      "# EOF\n",
      " # {} 1",
      "quantile",
      "UNIT ",
    ];
    const text = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 60 }).map((all) => all.join(""));
    fc.assert(fc.property(text, fc.constantFrom("text", "openmetrics"), (hostile, syntax) => {
      try {
        const again = rewritten(hostile, syntax);
        assert.equal(rewritten(again, syntax), again);
      } catch (error) {
        assert.ok(error instanceof SyntaxError, String(error));
        assert.match(error.message, /^Cannot parse exposition: line \d+, column \d+: found /);
      }
    }));
  });

  const many = 1_000_000;
  const few = 200_000;
  const hostile: Record<string, () => string> = {
    "a name of a megabyte": () => `${"a".repeat(many)}-`,
    "a quoted name of a megabyte": () => `{"${"é".repeat(many)}`,
    "a label value of escapes without an end": () => `a{b="${"\\\\".repeat(3 * many)}`,
    "a help of escapes without an end": () => `# HELP a ${"\\".repeat(2 * many + 1)}`,
    "a number of a megabyte": () => `a ${"1".repeat(many)}x\n`,
    "brackets": () => "{".repeat(many),
    "brackets in labels": () => "a{b={".repeat(many),
    "quotes": () => `a{${'"'.repeat(many)}`,
    "hashes": () => `a 1${" # {} 1".repeat(many)}\n`,
    "NUL bytes": () => "\0".repeat(many),
    "NUL bytes in a name": () => `a${"\0".repeat(many)} 1\n`,
    "a million labels in one series": () => `a{${numbered((i) => `l${i}="1",`).join("").slice(0, -1)}} 1\n# EOF\n`,
    "labels that no two series share": () => `${numbered((i) => `a{l${i}="1"} 1\n`, few).join("")}# EOF\n`,
    "label sets that grow": () => `${growing(1500).join("")}# EOF\n`,
    "more families than anybody has": () => `${numbered((i) => `a${i} 1\n`, few).join("")}# EOF\n`,
    "bounds that no two series share": () =>
      `# TYPE a summary\n${
        numbered((i) => `a{b="${i}",quantile="0.${i}"} 1\na_sum{b="${i}"} 1\na_count{b="${i}"} 1\n`, few).join("")
      }# EOF\n`,
    "a million line feeds before a fault": () => `${"\n".repeat(many)}!`,
    "many series before a fault": () => `${numbered((i) => `a{b="${i}"} 1\n`, few).join("")}!`,
    "a million series of one label set": () => `${'a{b="c"} 1\n'.repeat(many)}# EOF\n`,
    "a million metadata lines of one family": () => "# HELP a b\n".repeat(many),
  };
  for (const syntax of ["text", "openmetrics"] as const) {
    for (const [what, text] of Object.entries(hostile)) {
      it(`parse() gives up on ${what} in ${syntax} in good time`, { timeout: 30_000 }, () => {
        assert.throws(() => parse(text(), syntax), SyntaxError);
      });
    }
  }

  it("parse() reads what is only long", { timeout: 30_000 }, () => {
    const name = "n".repeat(many);
    const labels = numbered((i) => `l${i}="1"`, 5000);
    const buckets = numbered((i) => `h_bucket{le="${i}"} ${i}\n`, 20_000);
    const text = [
      `${name}{${name}="${name}"} 1\n`,
      `a{${labels.join(",")}} 1\n`,
      `# TYPE h histogram\n${buckets.join("")}h_bucket{le="+Inf"} 20000\nh_sum 1\nh_count 20000\n`,
      "# EOF\n",
    ].join("");
    const [first, second, third] = parse(text, "openmetrics") as [Snapshot, Snapshot, Snapshot];
    assert.deepEqual(first.family.index.value(0, 0)?.length, many);
    assert.equal(second.family.index.names.length, 5000);
    assert.equal(third.family.width, 20_002);
  });

  function numbered(text: (i: number) => string, count = many): string[] {
    return Array.from({ length: count }, (_, i) => text(i));
  }

  /** Each series has one label more than the one before, of another name than all before. */
  function growing(count: number): string[] {
    return Array.from(
      { length: count },
      (_, i) => `a{${Array.from({ length: 8 }, (_, j) => `l${8 * i + j}="1"`)}} 1\n`,
    );
  }
});

/** The lines that are samples. */
function sampleLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const anyText = fc.string({ unit: "binary", maxLength: 8 });
const anyName = fc.oneof(fc.stringMatching(/^[a-zA-Z0-9_:]{0,6}$/), anyText);
const anyLabelName = fc.oneof(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,4}$/), anyText.filter((text) => text !== ""))
  // Objects have keys that are whole numbers first, so that the order of such labels is lost.
  .filter((name) => !/^(?:__|le$|quantile$|[0-9]+$)/.test(name));
const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const anyTotal = anyNumber.map((value) => Number.isNaN(value) ? 0 : Math.abs(value));
const anyTimeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const anyLabels = fc.dictionary(anyLabelName, anyText, { maxKeys: 3, noNullPrototype: true });

/** All that a family of any type is made from. */
const anyFamily = fc.record({
  type: fc.constantFrom(
    "counter",
    "gauge",
    "unknown",
    "histogram",
    "gaugehistogram",
    "summary",
    "info",
    "stateset",
  ),
  name: anyName,
  help: anyText.filter((text) => text !== ""),
  hasUnit: fc.boolean(),
  labelNames: fc.uniqueArray(anyLabelName, { maxLength: 3 }),
  keys: fc.uniqueArray(fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }), { maxLength: 4 }),
  series: fc.array(
    fc.record({
      labels: fc.array(anyText, { minLength: 3, maxLength: 3 }),
      number: anyNumber,
      total: anyTotal,
      counts: fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 5, maxLength: 5 }),
      timestampMs: anyTimeMs,
      createdMs: anyTimeMs,
      exemplar: fc.option(
        fc.record({ labels: anyLabels, value: anyNumber, timestampMs: anyTimeMs }, {
          requiredKeys: ["labels", "value"],
        }),
        { nil: undefined },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

type Recipe = typeof anyFamily extends fc.Arbitrary<infer T> ? T : never;

function registryOf(recipes: readonly Recipe[], areTimed: boolean): Registry {
  const registry = new Registry({ now: () => 0 });
  recipes.forEach((recipe, i) => addFamily(registry, { ...recipe, name: `f${i}_${recipe.name}` }, areTimed));
  return registry;
}

function addFamily(registry: Registry, recipe: Recipe, areTimed: boolean): void {
  const { type, help, labelNames } = recipe;
  const unit = recipe.hasUnit ? "seconds" : undefined;
  const name = unit === undefined ? recipe.name : `${recipe.name}_seconds`;
  const keys = [...new Set(recipe.keys)].sort((a, b) => a - b);
  for (const { labels: texts, number, total, counts, timestampMs, createdMs, exemplar } of recipe.series) {
    const labels = Object.fromEntries(labelNames.map((label, i) => [label, texts[i]!]));
    const options = areTimed ? { timestampMs } : {};
    const args = labelNames.length === 0 ? [] : [labels];
    const set = <Rest extends unknown[]>(instrument: object, ...rest: Rest) =>
      (instrument as { set: (...all: unknown[]) => void }).set(...args, ...rest);
    let sum = 0;
    const cumulative = counts.slice(0, keys.length + 1).map((count) => sum += count);
    const exemplars = cumulative.map((_, i) => {
      const value = keys[i] ?? Infinity;
      return exemplar === undefined ? undefined : { ...exemplar, value };
    });
    const whole = { buckets: cumulative.slice(0, -1), count: cumulative.at(-1), sum: total, exemplars };
    switch (type) {
      case "counter":
        set(registry.add(counter(`${name}_total`, help, labelNames, { unit })), total, {
          ...options,
          createdMs,
          exemplar,
        });
        break;
      case "gauge":
        set(registry.add(gauge(name, help, labelNames, { unit })), number, options);
        break;
      case "unknown":
        set(registry.add(untyped(name, help, labelNames, { unit })), number, options);
        break;
      case "histogram":
        set(registry.add(histogram(name, help, labelNames, { unit, buckets: keys })), whole, { ...options, createdMs });
        break;
      case "gaugehistogram":
        set(registry.add(gaugeHistogram(name, help, labelNames, { unit, buckets: keys })), whole, options);
        break;
      case "summary": {
        const quantiles = [...new Set(keys.map((key) => key / (1 + key)))];
        const values = quantiles.map((_, i) => i === 0 ? NaN : total);
        set(registry.add(summary(name, help, labelNames, { unit, quantiles })), {
          quantiles: values,
          count: counts[0],
          sum: total,
        }, { ...options, createdMs });
        break;
      }
      case "info":
        set(registry.add(info(`${name}_info`, help, labelNames)));
        break;
      case "stateset": {
        const states = ["", ...keys.map(String)];
        set(registry.add(stateSet(name, help, labelNames, { states })), states.at(-1));
      }
    }
  }
}

/** The types that text can tell. */
const TEXT_KEEPS: ReadonlySet<string> = new Set(["counter", "gauge", "unknown", "histogram", "summary"]);

interface Contents {
  readonly description: Partial<Description>;
  readonly series: readonly object[];
}

/** What text tells of it. */
function asText({ description: { unit: _, ...description }, series }: Contents): Contents {
  return { description, series: series.map((one) => ({ ...one, createdMs: NaN, exemplars: [] })) };
}

/** Everything that a snapshot says, as plain data. */
function contents({ family, column }: Snapshot): Contents {
  const { index, width } = family;
  // What a description can do is no part of what it says.
  const { ofKind: _, ...description } = family.description as HistogramDescription;
  const slots = Array.from({ length: index.size }, (_, slot) => slot).filter((slot) => column.has(slot));
  return {
    description,
    series: slots.map((slot) => ({
      labels: index.values(slot),
      // A zero has no sign on the wire.
      values: [...column.values.subarray(slot * width, (slot + 1) * width)].map((value) => value + 0),
      timestampMs: column.timestamps?.[slot] ?? NaN,
      createdMs: family.created(slot),
      exemplars: Array.from({ length: width }, (_, i) => [i, column.exemplars?.get(slot * width + i)] as const)
        .filter(([, exemplar]) => exemplar !== undefined)
        .map(([i, exemplar]) => [i, { ...exemplar!, value: exemplar!.value + 0 }]),
    })),
  };
}
