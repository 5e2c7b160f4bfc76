import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ParsedFamily, type ParsedSample, parseText } from "./parse_text.ts";

describe("parseText", () => {
  it("parseText() reads families with help, type, samples and timestamps", () => {
    const text = [
      "# HELP http_requests_total The total number of HTTP requests.",
      "# TYPE http_requests_total counter",
      'http_requests_total{code="200",method="post"} 1027 1395066363000',
      'http_requests_total{code="400",method="post"}    3',
      "# TYPE rpc_seconds histogram",
      'rpc_seconds_bucket{le="0.05"} 24054',
      'rpc_seconds_bucket{le="+Inf"} 144320',
      "rpc_seconds_sum 53423",
      "rpc_seconds_count 144320",
      "rpc_seconds_max 3",
      "",
    ];
    assert.deepEqual(parseText(text.join("\n")), [
      {
        name: "http_requests_total",
        type: "counter",
        help: "The total number of HTTP requests.",
        samples: [
          {
            name: "http_requests_total",
            labels: { code: "200", method: "post" },
            value: 1027,
            timestampMs: 1395066363000,
          },
          { name: "http_requests_total", labels: { code: "400", method: "post" }, value: 3 },
        ],
      },
      {
        name: "rpc_seconds",
        type: "histogram",
        samples: [
          { name: "rpc_seconds_bucket", labels: { le: "0.05" }, value: 24054 },
          { name: "rpc_seconds_bucket", labels: { le: "+Inf" }, value: 144320 },
          { name: "rpc_seconds_sum", labels: {}, value: 53423 },
          { name: "rpc_seconds_count", labels: {}, value: 144320 },
        ],
      },
      { name: "rpc_seconds_max", type: "untyped", samples: [{ name: "rpc_seconds_max", labels: {}, value: 3 }] },
    ]);
  });

  it("parseText() finds nothing in an empty text, empty lines and comments", () => {
    for (const text of ["", "\n\n", " \t\n", "# just a comment\n", "#HELP a b\n", "# EOF\n", "# UNIT a b\n", "#\n"]) {
      assert.deepEqual(parseText(text), [], JSON.stringify(text));
    }
  });

  it("parseText() keeps a family without samples, and one that comes in parts", () => {
    assert.deepEqual(parseText("# TYPE a gauge\n"), [{ name: "a", type: "gauge", samples: [] }]);
    assert.deepEqual(parseText('a 1\nb 2\na{x="1"} 3\n').map(({ samples }) => samples.length), [2, 1]);
  });

  const accepted: [line: string, labels: Record<string, string>, value: number][] = [
    ["a 1", {}, 1],
    [" \ta \t1", {}, 1],
    ["a{} 1", {}, 1],
    ["a { } 1", {}, 1],
    ['a{b="c",} 1', { b: "c" }, 1],
    ['a{ b = "c" , d="" } 1', { b: "c", d: "" }, 1],
    ['a{b="}\\" \\n\\\\"} 1', { b: '}" \n\\' }, 1],
    ['a{b="\r\0é"} 1', { b: "\r\0é" }, 1],
    ['a{b="c"}1', { b: "c" }, 1],
    ['a{"b.c"="d"} 1', { "b.c": "d" }, 1],
    ['{"a"} 1', {}, 1],
    ['{"a",b="c"} 1', { b: "c" }, 1],
    ['{b="c","a"} 1', { b: "c" }, 1],
    ['a{__proto__="x"} 1', JSON.parse('{ "__proto__": "x" }'), 1],
    ["a -0", {}, -0],
    ["a +1.5e-3", {}, 0.0015],
    ["a .5", {}, 0.5],
    ["a 5.", {}, 5],
    ["a 1E3", {}, 1000],
    ["a nan", {}, NaN],
    ["a +Inf", {}, Infinity],
    ["a -infinity", {}, -Infinity],
  ];
  for (const [line, labels, value] of accepted) {
    it(`parseText() accepts ${JSON.stringify(line)}`, () => {
      assert.deepEqual(parseText(`${line}\n`), [{
        name: "a",
        type: "untyped",
        samples: [{ name: "a", labels, value }],
      }]);
    });
  }

  it("parseText() accepts every kind of help", () => {
    const helps = { "": "", " ": "", "  two": " two", '\ta\\\\b\\nc "d"': 'a\\b\nc "d"', " é # ": "é # " };
    for (const [text, help] of Object.entries(helps)) assert.equal(parseText(`# HELP a${text}\n`)[0]!.help, help);
  });

  it("parseText() accepts timestamps in the range of 64 bits", () => {
    for (const timestamp of [0, 1395066363000]) {
      assert.equal(parseText(`a 1 \t${timestamp}\n`)[0]!.samples[0]!.timestampMs, timestamp);
    }
    assert.throws(
      () => parseText("a 1 9223372036854775808\n"),
      /line 1, column 5: found "9223372036854775808", expected a timestamp/,
    );
  });

  const rejected: Record<string, string> = {
    "a 1": "line 1, column 4: found the end of the text, expected the end of the line",
    "a 1\r\n": 'line 1, column 3: found "1\\r", expected a number',
    "a\n": "line 1, column 2: found a line feed, expected a number",
    "1a 1\n": 'line 1, column 1: found "1a 1", expected a metric name',
    "a-b 1\n": 'line 1, column 2: found "-b 1", expected a number',
    "a 0x1p3\n": 'line 1, column 3: found "0x1p3", expected a number',
    "a 1_000\n": 'line 1, column 3: found "1_000", expected a number',
    "a +nan\n": 'line 1, column 3: found "+nan", expected a number',
    "a 1e999\n": 'line 1, column 3: found "1e999", expected a number',
    "a .\n": 'line 1, column 3: found ".", expected a number',
    "a 1 \n": "line 1, column 5: found a line feed, expected a timestamp in whole milliseconds",
    "a 1 2\t\n": 'line 1, column 6: found "\\t", expected the end of the line',
    "a 1 -2\n": 'line 1, column 5: found "-2", expected a timestamp in whole milliseconds',
    "a 1 2.5\n": 'line 1, column 5: found "2.5", expected a timestamp in whole milliseconds',
    "a 1 2 3\n": 'line 1, column 6: found " 3", expected the end of the line',
    'a 1 # {b="c"} 1\n': 'line 1, column 5: found "# {b=\\"c\\"} 1", expected a timestamp in whole milliseconds',
    'a{b="c" 1\n': 'line 1, column 9: found "1", expected , or }',
    'a{b="c" d="e"} 1\n': 'line 1, column 9: found "d=\\"e\\"} 1", expected , or }',
    "a{,} 1\n": 'line 1, column 3: found ",} 1", expected a label name or }',
    'a{b"c"} 1\n': 'line 1, column 4: found "\\"c\\"} 1", expected =',
    "a{b=c} 1\n": 'line 1, column 5: found "c} 1", expected "',
    'a{b="c\n"} 1\n': 'line 1, column 7: found a line feed, expected "',
    'a{b="\\t"} 1\n': 'line 1, column 6: found "\\\\t\\"} 1", expected one of \\\\ \\n \\"',
    'a{b="c",b="d"} 1\n': 'line 1, column 9: found "b=\\"d\\"} 1", expected label "b" once',
    'a{__name__="b"} 1\n': 'line 1, column 3: found "__name__=\\"b\\"} 1", expected any other label than "__name__"',
    'a{"b"} 1\n': 'line 1, column 6: found "} 1", expected =',
    '{b="c"} 1\n': 'line 1, column 1: found "{b=\\"c\\"} 1", expected a metric name',
    '{"a","b"} 1\n': 'line 1, column 6: found "\\"b\\"} 1", expected one metric name, this is the second',
    '# TYPE a histogram\na_sum{le="x"} 1\n':
      'line 2, column 1: found "a_sum{le=\\"x\\"} 1", expected a number as label "le"',
    "# HELP\n# HELP \n": "line 2, column 8: found a line feed, expected a metric name",
    "# HELP a b\n\n# HELP a b\n": 'line 3, column 8: found "a b", expected one HELP for metric "a", this is the second',
    "# HELP a \\t\n": 'line 1, column 10: found "\\\\t", expected one of \\\\ \\n',
    "# TYPE a\n": "line 1, column 9: found a line feed, expected a blank and a type",
    "# TYPE a  counter\n":
      'line 1, column 10: found " counter", expected counter, gauge, histogram, summary or untyped',
    "# TYPE a COUNTER\n": 'line 1, column 10: found "COUNTER", expected counter, gauge, histogram, summary or untyped',
    "# TYPE a info\n": 'line 1, column 10: found "info", expected counter, gauge, histogram, summary or untyped',
    "# TYPE a gauge gauge\n": 'line 1, column 15: found " gauge", expected the end of the line',
    "# TYPE a gauge\n# TYPE a gauge\n":
      'line 2, column 8: found "a gauge", expected one TYPE for metric "a", this is the second',
    'a{b="\ud800"} 1\n': 'line 1, column 6: found "\\ud800\\"} 1", expected text that UTF-8 can write',
    "a 1\n# TYPE a gauge\n": 'line 2, column 8: found "a gauge", expected TYPE of metric "a" before its samples',
    "# TYPE a histogram\n# HELP a_sum b\n":
      'line 2, column 8: found "a_sum b", expected another name, because it is a sample of metric "a"',
    "# TYPE a histogram\na 1\n": 'line 2, column 1: found "a 1", expected a_bucket, a_sum or a_count of the histogram',
    "# TYPE a histogram\na_bucket 1\n": 'line 2, column 1: found "a_bucket 1", expected a label "le" on this sample',
    '# TYPE a histogram\na_bucket{le="x"} 1\n':
      'line 2, column 1: found "a_bucket{le=\\"x\\"} 1", expected a number as label "le"',
    '# TYPE a histogram\na_bucket{le="1"} -1\n': 'line 2, column 18: found "-1", expected a count of 0 or more',
    "# TYPE a summary\na 1\n": 'line 2, column 1: found "a 1", expected a label "quantile" on this sample',
    "# TYPE a summary\na_count -1\n": 'line 2, column 9: found "-1", expected a count of 0 or more',
  };
  for (const [text, message] of Object.entries(rejected)) {
    it(`parseText() rejects ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseText(text), { name: "SyntaxError", message: `Cannot parse exposition: ${message}` });
    });
  }

  it("parseText() gives back what was written, whatever labels and values hold", () => {
    const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,5}$/);
    const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}$/).filter((text) => text !== "__name__");
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(Infinity, -Infinity));
    const sample = fc.record({
      labels: fc.dictionary(label, fc.string({ unit: "binary" }), { noNullPrototype: true }),
      value,
    });
    const family = fc.record({
      name,
      help: fc.string({ unit: "binary" }),
      samples: fc.array(sample, { minLength: 1 }),
    });
    fc.assert(fc.property(fc.uniqueArray(family, { selector: ({ name }) => name }), (families) => {
      const expected: ParsedFamily[] = families.map(({ name, help, samples }) => ({
        name,
        type: "gauge",
        help,
        samples: samples.map((sample): ParsedSample => ({ name, ...sample })),
      }));
      assert.deepEqual(parseText(expected.map(write).join("")), expected);
    }));
  });

  it("parseText() answers any text with families or a SyntaxError", () => {
    const piece = fc.constantFrom(
      "a",
      "b_sum",
      "{",
      "}",
      "=",
      '"',
      ",",
      " ",
      "\n",
      "\\",
      "#",
      " HELP ",
      " TYPE ",
      "summary",
      "1",
      "é",
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(text, (hostile) => {
      try {
        parseText(hostile);
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
        assert.match(error.message, /^Cannot parse exposition: line \d+, column \d+: found /);
      }
    }));
  });

  const long = 300_000;
  const hostile: Record<string, string> = {
    "digits that end in a letter": `a ${"1".repeat(long)}x\n`,
    "a label value without an end": `a{b="${"\\\\".repeat(10 * long)}`,
    "blanks without an end": `# HELP ${" ".repeat(long)}`,
    "opening brackets": "{".repeat(long),
    "empty lines before a fault": `${"\n".repeat(long)}!`,
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`parseText() gives up on ${what} at once`, { timeout: 20_000 }, () => {
      assert.throws(() => parseText(text), SyntaxError);
    });
  }
});

function write({ name, type, help, samples }: ParsedFamily): string {
  const escaped = help!.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n${samples.map(writeSample).join("")}`;
}

function writeSample({ name, labels, value }: ParsedSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => {
    return `${label}="${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
  });
  return `${name}{${pairs.join(",")}} ${Object.is(value, -0) ? "-0" : String(value)}\n`;
}
