import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { parseText } from "@exporterkit/core/exposition";
import { lint, type LintProblem } from "@exporterkit/core/lint";
import fc from "fast-check";
import { needsProgram } from "../_programs.ts";
import { promtoolProblems } from "../_promtool.ts";

const promtool = needsProgram("promtool", "apt-get install -y prometheus");

/** What one rule or another has to say about. */
const BAD = [
  "no_help 1",
  "# HELP empty_help\nempty_help 1",
  "# HELP blank_help  \nblank_help 1",
  family("no_suffix", "counter"),
  family("a_total", "gauge"),
  family("b_total", "histogram"),
  family("c_total", "summary"),
  family("a_bucket", "gauge"),
  family("b_bucket", "summary"),
  family("c_bucket", "histogram"),
  family("a_count", "gauge"),
  family("b_count", "counter"),
  family("c_count", "untyped"),
  family("a_sum", "gauge"),
  family("labels", "gauge", '{le="1",quantile="0.5",aB="1"}'),
  family("labels_of_histogram", "histogram", '{quantile="0.5",aB="1"}'),
  family("labels_of_summary", "summary", '{le="1",aB="1"}'),
  family("labels_of_untyped", "untyped", '{le="1",quantile="0.5",aB="1"}'),
  `${family("many", "gauge", '{aB="1",cD="1"}')}\nmany{aB="2"} 1`,
  "# HELP h Help.\n# TYPE h histogram\n" +
  'h_bucket{aB="1",le="1"} 1\nh_bucket{aB="1",le="+Inf"} 1\nh_sum{aB="1"} 1\nh_count{aB="1"} 1',
  family("with:colon:s", "gauge"),
  family("camelCase", "gauge"),
  family("camelCaseNames", "counter"),
  family("_leading_s", "gauge"),
  family("Upper_MS_Case_Kb", "gauge"),
];

const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const UNITS = ["amperes", "bytes", "celsius", "grams", "joules", "meters", "metres", "seconds", "volts", "minutes"];
const MORE_UNITS = ["hours", "days", "weeks", "fahrenheit", "rankine", "inches", "yards", "miles", "bits", "calories"];
const PREFIXES = ["pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "giga"];
const MORE_PREFIXES = ["gibi", "tera", "tebi", "peta", "pebi"];
const ABBREVIATIONS = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

/**
 * Names from words that rules know and some that they do not, told apart by a number in front. What promtool 2.42 does not
 * do as newer ones is left out: several units in a name (it takes any of them, they the first), types in names (it minds
 * any type, they the metric's own), duplicates, `kelvin` and `mebi`.
 */
const anyFamily = fc.record({
  before: fc.array(anyWord(), { maxLength: 2 }),
  unit: fc.tuple(
    fc.constantFrom("", "", ...PREFIXES, ...MORE_PREFIXES),
    fc.constantFrom(...UNITS, ...MORE_UNITS, "pounds", "ounces", "jobs"),
  ).map((both) => both.join("")),
  after: fc.array(anyWord(), { maxLength: 2 }),
  type: fc.constantFrom(...TYPES),
  labels: fc.constantFrom("", '{aB="1"}', '{le="1"}', '{quantile="1"}', '{le="1",quantile="1",b="1"}'),
});

function anyWord(): fc.Arbitrary<string> {
  return fc.constantFrom(...ABBREVIATIONS, "S", "Kb", "jobs", "aB", "AB", "x:y", "", "total", "bucket", "count", "sum");
}

describe("lint() and promtool check metrics", () => {
  it("say the same of bad metrics", promtool, async () => {
    const text = `${BAD.join("\n")}\n`;
    assert.deepEqual(ours(text), await promtoolProblems(text));
  });

  it("say the same of random names", promtool, async () => {
    const families = fc.sample(anyFamily, { numRuns: 5000, seed: 1 });
    const text = families.map(({ before, unit, after, type, labels }, i) =>
      `${family([`x${i}`, ...before, unit, ...after].join("_"), type, labels)}\n`
    );
    assert.deepEqual(ours(text.join("")), await promtoolProblems(text.join("")));
  });
});

function ours(text: string): string[] {
  return lint(parseText(text)).map(({ metric, text }: LintProblem) => `${metric} ${text}`);
}

/** A family with a help and one sample. */
function family(name: string, type: string, labels = ""): string {
  const suffix = type === "histogram" ? "_count" : type === "summary" ? "_sum" : "";
  return `# HELP ${name} Help.\n# TYPE ${name} ${type}\n${name}${suffix}${labels} 1`;
}
