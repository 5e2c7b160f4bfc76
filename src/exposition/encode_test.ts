import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Description, LabelValue } from "../model/description.ts";
import { CollectedFamily } from "../model/collected_family.ts";
import type { Family, FamilyOptions, Snapshot } from "../model/family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { encode, encodeChunks, type EncodeOptions } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const TEXT = negotiate(null);
const OPEN_METRICS = negotiate("application/openmetrics-text;version=1.0.0");

type Row = readonly [labels: Readonly<Record<string, LabelValue>>, ...numbers: number[]];

/** A family whose series hold these numbers, as `columnWidth` lays them out. */
function familyOf(description: Description, rows: readonly Row[], options: FamilyOptions = {}): HeldFamily {
  const family = new HeldFamily(description, { now: () => 1_520_430_000_123, ...options });
  for (const [labels, ...numbers] of rows) {
    const slot = family.writer.slot(labels);
    family.writer.values.set(numbers, slot * family.width);
  }
  return family;
}

function textOf(families: readonly Family[], format = TEXT, options: EncodeOptions = {}): string {
  return new TextDecoder().decode(encode(families.map((family) => family.pin()), format, options));
}

const labelled = { help: "Help.", labelNames: ["a", "b"] } as const;
const bare = { help: "Help.", labelNames: [] } as const;

const everyType = () => [
  familyOf({ type: "counter", name: "requests_total", help: "Requests.", labelNames: ["code", "method"] }, [
    [{ code: 200, method: "post" }, 1027],
    [{ code: 400, method: "post" }, 3],
  ]),
  familyOf({ type: "counter", name: "odd_counter", ...bare }, [[{}, 1_000_000]]),
  familyOf({ type: "counter", name: "cpu_seconds_total", ...bare, unit: "seconds" }, [[{}, 0.25]]),
  familyOf({ type: "gauge", name: "size_bytes", ...bare, unit: "bytes" }, [[{}, 1_048_576]]),
  familyOf({ type: "unknown", name: "thing", ...bare }, [[{}, NaN]]),
  familyOf({ type: "info", name: "build_info", help: "Build.", labelNames: ["version"] }, [[{ version: "1.2.3" }, 1]]),
  familyOf({ type: "stateset", name: "door", help: "Door.", labelNames: ["room"], states: ["open", "shut"] }, [
    [{ room: "attic" }, 0, 1],
  ]),
  familyOf({ type: "stateset", name: "mode", ...bare, states: ["a", 'b"\\\n'] }, [[{}, 1, 0]]),
  familyOf({
    type: "histogram",
    name: "rpc_seconds",
    help: "RPC.",
    labelNames: ["path"],
    buckets: [0.05, 1],
    unit: "seconds",
  }, [
    [{ path: "/" }, 24054, 109934, 10332, 53423],
  ]),
  familyOf({ type: "histogram", name: "big", ...bare, buckets: [1e6] }, [[{}, 1_000_000, 234_567, -0.5]]),
  familyOf({ type: "histogram", name: "single", ...bare, buckets: [] }, [[{}, 2, 3]]),
  familyOf({ type: "summary", name: "gc_seconds", help: "GC.", labelNames: ["gen"], quantiles: [0, 0.5, 1] }, [
    [{ gen: 1 }, 0.001, NaN, 2, 17.5, 1_000_000],
  ]),
  familyOf({ type: "summary", name: "plain_seconds", ...bare, quantiles: [] }, [[{}, 8, 3]]),
];

const EVERY_TYPE_TEXT = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",method="post"} 1027
requests_total{code="400",method="post"} 3
# HELP odd_counter Help.
# TYPE odd_counter counter
odd_counter 1e+06
# HELP cpu_seconds_total Help.
# TYPE cpu_seconds_total counter
cpu_seconds_total 0.25
# HELP size_bytes Help.
# TYPE size_bytes gauge
size_bytes 1.048576e+06
# HELP thing Help.
# TYPE thing untyped
thing NaN
# HELP build_info Build.
# TYPE build_info gauge
build_info{version="1.2.3"} 1
# HELP door Door.
# TYPE door gauge
door{room="attic",door="open"} 0
door{room="attic",door="shut"} 1
# HELP mode Help.
# TYPE mode gauge
mode{mode="a"} 1
mode{mode="b\\"\\\\\\n"} 0
# HELP rpc_seconds RPC.
# TYPE rpc_seconds histogram
rpc_seconds_bucket{path="/",le="0.05"} 24054
rpc_seconds_bucket{path="/",le="1"} 133988
rpc_seconds_bucket{path="/",le="+Inf"} 144320
rpc_seconds_sum{path="/"} 53423
rpc_seconds_count{path="/"} 144320
# HELP big Help.
# TYPE big histogram
big_bucket{le="1e+06"} 1e+06
big_bucket{le="+Inf"} 1.234567e+06
big_sum -0.5
big_count 1.234567e+06
# HELP single Help.
# TYPE single histogram
single_bucket{le="+Inf"} 2
single_sum 3
single_count 2
# HELP gc_seconds GC.
# TYPE gc_seconds summary
gc_seconds{gen="1",quantile="0"} 0.001
gc_seconds{gen="1",quantile="0.5"} NaN
gc_seconds{gen="1",quantile="1"} 2
gc_seconds_sum{gen="1"} 17.5
gc_seconds_count{gen="1"} 1e+06
# HELP plain_seconds Help.
# TYPE plain_seconds summary
plain_seconds_sum 8
plain_seconds_count 3
`;

const EVERY_TYPE_OPEN_METRICS = `# TYPE requests counter
# HELP requests Requests.
requests_total{code="200",method="post"} 1027.0
requests_total{code="400",method="post"} 3.0
# TYPE odd_counter unknown
# HELP odd_counter Help.
odd_counter 1e+06
# TYPE cpu_seconds counter
# UNIT cpu_seconds seconds
# HELP cpu_seconds Help.
cpu_seconds_total 0.25
# TYPE size_bytes gauge
# UNIT size_bytes bytes
# HELP size_bytes Help.
size_bytes 1.048576e+06
# TYPE thing unknown
# HELP thing Help.
thing NaN
# TYPE build info
# HELP build Build.
build_info{version="1.2.3"} 1.0
# TYPE door stateset
# HELP door Door.
door{room="attic",door="open"} 0.0
door{room="attic",door="shut"} 1.0
# TYPE mode stateset
# HELP mode Help.
mode{mode="a"} 1.0
mode{mode="b\\"\\\\\\n"} 0.0
# TYPE rpc_seconds histogram
# UNIT rpc_seconds seconds
# HELP rpc_seconds RPC.
rpc_seconds_bucket{path="/",le="0.05"} 24054
rpc_seconds_bucket{path="/",le="1.0"} 133988
rpc_seconds_bucket{path="/",le="+Inf"} 144320
rpc_seconds_sum{path="/"} 53423.0
rpc_seconds_count{path="/"} 144320
# TYPE big histogram
# HELP big Help.
big_bucket{le="1e+06"} 1000000
big_bucket{le="+Inf"} 1234567
big_sum -0.5
big_count 1234567
# TYPE single histogram
# HELP single Help.
single_bucket{le="+Inf"} 2
single_sum 3.0
single_count 2
# TYPE gc_seconds summary
# HELP gc_seconds GC.
gc_seconds{gen="1",quantile="0.0"} 0.001
gc_seconds{gen="1",quantile="0.5"} NaN
gc_seconds{gen="1",quantile="1.0"} 2.0
gc_seconds_sum{gen="1"} 17.5
gc_seconds_count{gen="1"} 1000000
# TYPE plain_seconds summary
# HELP plain_seconds Help.
plain_seconds_sum 8.0
plain_seconds_count 3
# EOF
`;

describe("encode()", () => {
  it("writes every type as text", () => assert.equal(textOf(everyType()), EVERY_TYPE_TEXT));

  it("writes every type as OpenMetrics", () =>
    assert.equal(textOf(everyType(), OPEN_METRICS), EVERY_TYPE_OPEN_METRICS));

  it("writes the same bytes again in the next scrape, in whatever order the formats are asked for", () => {
    const families = everyType();
    for (const format of [TEXT, OPEN_METRICS, OPEN_METRICS, TEXT]) {
      assert.equal(textOf(families, format), format === TEXT ? EVERY_TYPE_TEXT : EVERY_TYPE_OPEN_METRICS);
    }
  });

  it("writes the same body for both versions of a format", () => {
    assert.equal(textOf(everyType(), negotiate("text/plain;version=1.0.0")), EVERY_TYPE_TEXT);
    assert.equal(textOf(everyType(), negotiate("application/openmetrics-text;version=0.0.1")), EVERY_TYPE_OPEN_METRICS);
  });

  it("writes nothing but the end where there is nothing", () => {
    const empty = familyOf({ type: "gauge", name: "empty", ...bare }, []);
    assert.equal(textOf([]), "");
    assert.equal(textOf([empty]), "");
    assert.equal(textOf([], OPEN_METRICS), "# EOF\n");
    assert.equal(textOf([empty], OPEN_METRICS), "# EOF\n");
  });

  it("escapes backslashes and line feeds in help, double quotes in OpenMetrics only", () => {
    const families = [familyOf({ type: "gauge", name: "x", help: '\\ "a"\n\t\\n', labelNames: [] }, [[{}, 1]])];
    assert.equal(textOf(families), '# HELP x \\\\ "a"\\n\t\\\\n\n# TYPE x gauge\nx 1\n');
    assert.equal(textOf(families, OPEN_METRICS), '# TYPE x gauge\n# HELP x \\\\ \\"a\\"\\n\t\\\\n\nx 1.0\n# EOF\n');
  });

  it("escapes backslashes, line feeds and double quotes in label values, and nothing else", () => {
    const family = familyOf({ type: "gauge", name: "x", ...labelled }, [
      [{ a: '\\"\n', b: "\t\r\0é日😀\u2028" }, 1],
      [{ a: "\\n", b: "\ud800" }, 2],
      [{ a: "", b: "{}=," }, 3],
    ]);
    const lines = 'x{a="\\\\\\"\\n",b="\t\r\0é日😀\u2028"} 1\nx{a="\\\\n",b="\ufffd"} 2\nx{a="",b="{}=,"} 3\n';
    assert.equal(textOf([family]), `# HELP x Help.\n# TYPE x gauge\n${lines}`);
  });

  it("never writes invalid UTF-8 or a byte order mark, whatever help and labels are", () => {
    const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\ud800", "a\udc00b", "\ufeff"));
    fc.assert(fc.property(anyText, anyText, (help, value) => {
      const family = familyOf({ type: "gauge", name: "x", help, labelNames: ["a"] }, [[{ a: value }, 1]]);
      for (const format of [TEXT, OPEN_METRICS]) {
        const bytes = encode([family.pin()], format);
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
        assert.ok(text.startsWith("#"));
        assert.equal(text.split("\n").length, format === TEXT ? 4 : 5);
      }
    }));
  });

  it("leaves out the labels that a series lacks", () => {
    const row: Row[] = [[{ a: 1, b: 2 }, 1], [{ a: 1 }, 2], [{ b: 2 }, 3], [{}, 4], [{ a: "", b: "x" }, 5]];
    const gauge = familyOf({ type: "gauge", name: "x", ...labelled }, row, { sparse: true });
    const summary = familyOf(
      { type: "summary", name: "s", ...labelled, quantiles: [0.5] },
      [[{ b: 2 }, 1, 2, 3], [{}, 4, 5, 6]],
      { sparse: true },
    );
    assert.equal(
      textOf([gauge, summary]),
      `# HELP x Help.
# TYPE x gauge
x{a="1",b="2"} 1
x{a="1"} 2
x{b="2"} 3
x 4
x{b="x"} 5
# HELP s Help.
# TYPE s summary
s{b="2",quantile="0.5"} 1
s_sum{b="2"} 2
s_count{b="2"} 3
s{quantile="0.5"} 4
s_sum 5
s_count 6
`,
    );
  });

  it("names a counter in full when nothing would be left of its name", () => {
    const family = familyOf({ type: "counter", name: "_total", ...bare }, [[{}, 1]]);
    assert.equal(textOf([family], OPEN_METRICS), "# TYPE _total unknown\n# HELP _total Help.\n_total 1.0\n# EOF\n");
  });

  it("skips slots that are unset and follows slots that change hands", () => {
    const family = familyOf({ type: "gauge", name: "x", help: "Help.", labelNames: ["a"] }, [
      [{ a: "1" }, 1],
      [{ a: "2" }, 2],
      [{ a: "3" }, 3],
    ]);
    const head = "# HELP x Help.\n# TYPE x gauge\n";
    assert.equal(textOf([family]), `${head}x{a="1"} 1\nx{a="2"} 2\nx{a="3"} 3\n`);
    family.writer.remove({ a: "2" });
    assert.equal(textOf([family]), `${head}x{a="1"} 1\nx{a="3"} 3\n`);
    family.writer.values[family.writer.slot({ a: "another" })] = 4;
    assert.equal(textOf([family]), `${head}x{a="1"} 1\nx{a="another"} 4\nx{a="3"} 3\n`);
  });

  it("writes the right labels for every series while they come and go", () => {
    const family = new CollectedFamily({ type: "gauge", name: "x", help: "Help.", labelNames: ["a"] });
    for (let commit = 0; commit < 40; commit++) {
      const staging = family.stage();
      const count = commit === 10 ? 5000 : 1 + commit % 5;
      const expected: string[] = [];
      for (let i = 0; i < count; i++) {
        const name = `${"long".repeat(commit % 4)}-${commit}-${i}`;
        staging.values[staging.slot({ a: name })] = i;
        // Read after slot(): the column may have grown.
        staging.values[staging.slot({ a: name })] = i;
        expected.push(`x{a="${name}"} ${i}`);
      }
      staging.commit();
      const lines = textOf([family]).split("\n").filter((line) => line.startsWith("x"));
      assert.deepEqual(lines.sort(), expected.sort());
    }
  });

  it("writes cumulative buckets whose last one is the count, whatever was observed", () => {
    const counts = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(counts, fc.double({ noNaN: true }), (buckets, sum) => {
      const bounds = buckets.slice(1).map((_, i) => i + 0.5);
      const family = familyOf({ type: "histogram", name: "h", ...bare, buckets: bounds }, [[{}, ...buckets, sum]]);
      const lines = textOf([family], OPEN_METRICS).split("\n");
      const shown = lines.filter((line) => line.startsWith("h_bucket")).map((line) => Number(line.split(" ")[1]));
      assert.equal(shown.length, buckets.length);
      shown.forEach((count, i) => assert.equal(count, buckets.slice(0, i + 1).reduce((a, b) => a + b, 0)));
      assert.ok(lines.includes(`h_count ${shown.at(-1)}`));
    }));
  });

  it("releases every snapshot", () => {
    const family = familyOf({ type: "gauge", name: "x", ...bare }, [[{}, 1]]);
    textOf([family, family]);
    assert.equal(family.exposed.pins, 0);
  });
});

describe("encode() with createdSamples", () => {
  const options = { createdSamples: true };

  it("adds one sample per series that counts, in OpenMetrics", () => {
    const families = [
      familyOf({ type: "counter", name: "c_total", help: "C.", labelNames: ["a"] }, [[{ a: 'x"' }, 1], [
        { a: "y" },
        2,
      ]]),
      familyOf({ type: "counter", name: "odd", ...bare }, [[{}, 1]]),
      familyOf({ type: "gauge", name: "g", ...bare }, [[{}, 1]]),
      familyOf({ type: "histogram", name: "h", ...bare, buckets: [] }, [[{}, 1, 2]]),
      familyOf({ type: "summary", name: "s", ...labelled, quantiles: [] }, [[{ a: 1, b: 2 }, 1, 2]]),
    ];
    assert.equal(
      textOf(families, OPEN_METRICS, options),
      `# TYPE c counter
# HELP c C.
c_total{a="x\\""} 1.0
c_created{a="x\\""} 1.520430000123e+09
c_total{a="y"} 2.0
c_created{a="y"} 1.520430000123e+09
# TYPE odd unknown
# HELP odd Help.
odd 1.0
# TYPE g gauge
# HELP g Help.
g 1.0
# TYPE h histogram
# HELP h Help.
h_bucket{le="+Inf"} 1
h_sum 2.0
h_count 1
h_created 1.520430000123e+09
# TYPE s summary
# HELP s Help.
s_sum{a="1",b="2"} 1.0
s_count{a="1",b="2"} 2
s_created{a="1",b="2"} 1.520430000123e+09
# EOF
`,
    );
  });

  it("adds none to text, and none where the beginning is unknown", () => {
    const description: Description = { type: "counter", name: "c_total", ...bare };
    assert.doesNotMatch(textOf([familyOf(description, [[{}, 1]])], TEXT, options), /_created/);
    const collected = new CollectedFamily(description);
    const staging = collected.stage();
    staging.slot({});
    staging.commit();
    assert.doesNotMatch(textOf([collected], OPEN_METRICS, options), /_created/);
  });
});

describe("encodeChunks()", () => {
  function manySeries(count: number): HeldFamily {
    const rows = Array.from({ length: count }, (_, i): Row => [{ a: i, b: "x".repeat(i % 50) }, i]);
    return familyOf({ type: "gauge", name: "x", ...labelled }, rows);
  }

  it("yields the bytes of encode() in pieces of about 64 KiB", () => {
    const family = manySeries(10_000);
    for (const format of [TEXT, OPEN_METRICS]) {
      const chunks = [...encodeChunks([family.pin()], format)];
      const whole = textOf([family], format);
      assert.ok(chunks.length > 5);
      assert.ok(chunks.slice(0, -1).every((chunk) => chunk.length >= 65_536 && chunk.length < 2 * 65_536));
      assert.equal(chunks.map((chunk) => new TextDecoder().decode(chunk)).join(""), whole);
    }
  });

  it("yields the lines of many families without labels in pieces too", () => {
    const families = Array.from(
      { length: 5000 },
      (_, i) => familyOf({ type: "gauge", name: `x${i}`, help: "Help.", labelNames: [] }, [[{}, i]]),
    );
    const chunks = [...encodeChunks(families.map((family) => family.pin()), TEXT)].filter(({ length }) => length > 0);
    assert.ok(chunks.length > 2);
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.length >= 65_536 && chunk.length < 66_000));
    assert.equal(chunks.map((chunk) => new TextDecoder().decode(chunk)).join(""), textOf(families, TEXT));
  });

  it("yields chunks that stay as they are when the next one is made", () => {
    const chunks = encodeChunks([manySeries(10_000).pin()], TEXT);
    const first = chunks.next().value as Uint8Array;
    const copy = first.slice();
    chunks.next();
    assert.deepEqual(first, copy);
    chunks.return();
  });

  it("shows one commit, although others come in between", () => {
    const family = new CollectedFamily({ type: "gauge", name: "x", ...labelled });
    const run = (value: number) => {
      const staging = family.stage();
      for (let i = 0; i < 10_000; i++) {
        const slot = staging.slot({ a: i, b: "" });
        staging.values[slot] = value;
      }
      staging.commit();
    };
    run(1);
    const before = textOf([family]);
    let text = "";
    for (const chunk of encodeChunks([family.pin()], TEXT)) {
      text += new TextDecoder().decode(chunk);
      run(2);
    }
    assert.equal(text, before);
    assert.notEqual(textOf([family]), before);
  });

  it("shows when a counting began beside what was counted, although it begins anew in between", () => {
    const family = new CollectedFamily({ type: "counter", name: "x_total", ...labelled }, { now: () => 9000 });
    const run = (total: number, createdMs?: number) => {
      const staging = family.stage();
      for (let i = 0; i < 5000; i++) {
        const slot = staging.slot({ a: i, b: "" });
        staging.values[slot] = total;
        if (createdMs !== undefined) staging.setCreated(slot, createdMs);
      }
      staging.commit();
    };
    run(100, 1000);
    let text = "";
    for (const chunk of encodeChunks([family.pin()], OPEN_METRICS, { createdSamples: true })) {
      text += new TextDecoder().decode(chunk);
      run(5);
    }
    const created = new Set(text.match(/(?<=^x_created\{.*\} ).*/gm));
    assert.deepEqual([...created], ["1.0"]);
  });

  it("shows a held series once, although it is removed and comes back in between", () => {
    const family = manySeries(10_000);
    let text = "";
    for (const chunk of encodeChunks([family.pin()], TEXT)) {
      text += new TextDecoder().decode(chunk);
      for (let i = 0; i < 100; i++) family.writer.remove({ a: i, b: "x".repeat(i % 50) });
      for (let i = 99; i >= 0; i--) family.writer.slot({ a: i, b: "x".repeat(i % 50) });
    }
    const series = text.split("\n").filter((line) => line.startsWith("x{")).map((line) => line.split(" ")[0]);
    assert.equal(new Set(series).size, series.length);
    assert.equal(series.length, 10_000);
  });

  it("releases its snapshots when it is done, given up, or fails", () => {
    const family = manySeries(10_000);
    const pinned = (): Snapshot[] => [family.pin(), family.pin()];
    assert.ok([...encodeChunks(pinned(), TEXT)].length > 1);
    assert.equal(family.exposed.pins, 0);

    const chunks = encodeChunks(pinned(), TEXT);
    chunks.next();
    assert.equal(family.exposed.pins, 2);
    chunks.return();
    assert.equal(family.exposed.pins, 0);

    const broken = { ...family.pin(), column: undefined as never };
    assert.throws(() => [...encodeChunks([family.pin(), broken], TEXT)], TypeError);
    assert.equal(family.exposed.pins, 0);
  });
});
