import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { negotiate, parse } from "@exporterkit/core/exposition";
import fc from "fast-check";
import { needsProgram } from "../_programs.ts";
import { promtoolProblems } from "../_promtool.ts";
import { ACCEPT, expositionOf, tidyCorpus } from "./_corpus.ts";
import { needsClient, python } from "./_prometheus_client.ts";

const client = needsClient();
const promtool = needsProgram("promtool", "apt-get install -y prometheus");

/** Reads JSON documents line by line; prints what is wrong with each, or an empty line. */
const SCRIPT = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for line in sys.stdin.readlines():
    try:
        list(text_string_to_metric_families(json.loads(line)))
        print(json.dumps(""))
    except Exception as error:
        print(json.dumps(repr(error)))
`;

/** Lines that a corpus of ours does not have. */
const EXTRA = [
  "# TYPE x gaugehistogram",
  'x_bucket{le="-1.0"} 1 1.0',
  'x_bucket{le="+Inf"} 2 1.0 # {a="b"} 5.0 1.0',
  "x_gsum -1.5 1.0",
  "x_gcount 2 1.0",
  "# TYPE y counter",
  'y_total{a="\\\\\\n\\""} 1.0 1.0 # {a="b"} 0.5 1.5',
  'y_created{a="\\\\\\n\\""} 1.0 1.0',
];

describe("parse()", () => {
  it("accepts nothing in OpenMetrics that Python's strict parser refuses", client, () => {
    const whole = new TextDecoder().decode(expositionOf(tidyCorpus(), "openmetrics"));
    const documents = damaged(whole.replace("# EOF\n", `${EXTRA.join("\n")}\n# EOF\n`), 3000);
    const { stdout, status, stderr } = spawnSync(python!, ["-c", SCRIPT], {
      input: documents.map((document) => `${JSON.stringify(document)}\n`).join(""),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    assert.equal(status, 0, stderr);
    const answers: string[] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const accepted = documents.map((document) => accepts(document, "openmetrics"));
    assert.deepEqual(documents.filter((_, i) => accepted[i] && answers[i] !== ""), []);
    assert.ok(accepted[0] && accepted.filter(Boolean).length > 100, "most documents are of no use");
  });

  it("accepts nothing in text that promtool refuses", promtool, async () => {
    const whole = new TextDecoder().decode(expositionOf(tidyCorpus(), "text"));
    const documents = damaged(whole, 600).filter((document) => accepts(document, "text"));
    assert.ok(documents.length > 50, "most documents are of no use");
    for (const document of documents) {
      const problems = await promtoolProblems(document);
      assert.deepEqual(problems.filter((problem) => problem.includes("error while linting")), [], document);
    }
  });
});

function accepts(text: string, format: keyof typeof ACCEPT): boolean {
  try {
    parse(text, negotiate(ACCEPT[format])).forEach((snapshot) => snapshot.release());
    return true;
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return false;
  }
}

/** The text itself, then copies of it with a fault or two, most of them in places where it matters. */
function damaged(text: string, count: number): string[] {
  const damages = fc.array(fc.tuple(fc.constantFrom(...DAMAGES), fc.nat(), fc.nat()), { minLength: 1, maxLength: 2 });
  const copies = fc.sample(damages, { numRuns: count, seed: 5 }).map((all) =>
    all.reduce((copy, [damage, a, b]) => damage(copy, a, b), text)
  );
  return [text, ...copies];
}

const PIECES = [...' \t\n{}",=#\\_.+-10aeN', "NaN", "+Inf", "-1", "le", "_total", "_sum", "gauge", "histogram"];

const DAMAGES: readonly ((text: string, a: number, b: number) => string)[] = [
  (text, a) => onLines(text, (lines) => lines.toSpliced(a % lines.length, 1)),
  (text, a, b) => onLines(text, (lines) => lines.toSpliced(b % lines.length, 0, lines[a % lines.length]!)),
  (text, a, b) => onLines(text, (lines) => lines.with(a % lines.length, lines[b % lines.length]!)),
  (text, a) => text.slice(0, a % text.length) + text.slice(a % text.length + 1),
  (text, a, b) => text.slice(0, a % text.length) + PIECES[b % PIECES.length] + text.slice(a % text.length),
  (text, a, b) => text.slice(0, a % text.length) + PIECES[b % PIECES.length] + text.slice(a % text.length + 1),
  (text, a, b) =>
    onLines(text, (lines) => {
      const words = lines[a % lines.length]!.split(" ");
      return lines.with(a % lines.length, words.with(-1, PIECES[b % PIECES.length]!).join(" "));
    }),
];

function onLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split("\n")).join("\n");
}
