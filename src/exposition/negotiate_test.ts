import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ContentCoding, negotiate, negotiateCoding } from "./negotiate.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8; escaping=";
const TEXT_1 = "text/plain; version=1.0.0; charset=utf-8; escaping=";
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=";
const OPEN_METRICS_0 = "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=";
/** The grammar of each media type. */
const SYNTAXES = new Map([
  ["text/plain", "text"],
  ["application/openmetrics-text", "openmetrics"],
  ["application/vnd.google.protobuf", "protobuf"],
]);
const DELIMITED =
  "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=";
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

const CASES: readonly [who: string, accept: string | null, contentType: string][] = [
  ["no header", null, `${TEXT}underscores`],
  ["an empty header", "", `${TEXT}underscores`],
  ["curl", "*/*", `${TEXT}underscores`],
  [
    "a browser",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    `${TEXT}underscores`,
  ],

  [
    "Prometheus 3.15 and later",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3",
    `${OPEN_METRICS}allow-utf-8`,
  ],
  [
    "Prometheus 3.15 and later, protobuf first",
    `${PROTOBUF};q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    `${DELIMITED}underscores`,
  ],
  [
    "Prometheus 3.15 and later, OpenMetrics 2.0 first",
    "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
    `${OPEN_METRICS}allow-utf-8`,
  ],
  ...["underscores", "dots", "values"].map((scheme): [string, string, string] => [
    `Prometheus 3.4 to 3.14 that wants names under ${scheme}`,
    `application/openmetrics-text;version=1.0.0;escaping=${scheme};q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=${scheme};q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    `${OPEN_METRICS}${scheme}`,
  ]),
  [
    "Prometheus 3.4 that wants OpenMetrics 0.0.1 only",
    "application/openmetrics-text;version=0.0.1;q=0.6,*/*;q=0.5",
    `${OPEN_METRICS_0}underscores`,
  ],
  [
    "Prometheus 3.4 to 3.14",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    `${OPEN_METRICS}allow-utf-8`,
  ],
  [
    "Prometheus 3.4 to 3.14, protobuf first",
    `${PROTOBUF};q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    `${DELIMITED}underscores`,
  ],
  ["Prometheus that wants text 0.0.4 only", "text/plain;version=0.0.4;q=0.6,*/*;q=0.5", `${TEXT}underscores`],
  [
    "Prometheus that wants text 1.0.0 only",
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5",
    `${TEXT_1}allow-utf-8`,
  ],
  ["Prometheus that wants protobuf only", `${PROTOBUF};q=0.6,*/*;q=0.5`, `${DELIMITED}underscores`],
  [
    "Prometheus 3.0 to 3.3",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
    `${OPEN_METRICS}allow-utf-8`,
  ],
  [
    "Prometheus 3.0 to 3.3, text 1.0.0 first, with a doubled parameter",
    "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.6,*/*;q=0.5",
    `${TEXT_1}allow-utf-8`,
  ],
  [
    "Prometheus 3.0 to 3.3, protobuf first",
    `${PROTOBUF};escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.2,*/*;q=0.1`,
    `${DELIMITED}allow-utf-8`,
  ],
  [
    "Prometheus 3.0 to 3.3 that wants text 0.0.4 only",
    "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.6,*/*;q=0.5",
    `${TEXT}allow-utf-8`,
  ],
  [
    "Prometheus 3.0 to 3.3 without UTF-8 names",
    "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "Prometheus 2.49 to 2.55",
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "Prometheus 2.49 to 2.55, protobuf first",
    `${PROTOBUF};q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    `${DELIMITED}underscores`,
  ],
  [
    "Prometheus 2.49.0, whose wildcard weighs most",
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "Prometheus 2.48",
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "Prometheus 2.40",
    "application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "Prometheus 2.40, protobuf first",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    `${DELIMITED}underscores`,
  ],

  ["OpenMetrics without a version", "application/openmetrics-text", `${OPEN_METRICS_0}underscores`],
  ["OpenMetrics 0.0.1", "application/openmetrics-text;version=0.0.1", `${OPEN_METRICS_0}underscores`],
  ["OpenMetrics 2.0.0", "application/openmetrics-text;version=2.0.0", `${TEXT}underscores`],
  ["OpenMetrics of text's version", "application/openmetrics-text;version=0.0.4", `${TEXT}underscores`],
  ["text without a version", "text/plain", `${TEXT}underscores`],
  ["text 1.0.0 with dots", "text/plain;version=1.0.0;escaping=dots", `${TEXT_1}dots`],
  ["text of an unknown version", "text/plain;version=2.0.0;escaping=values", `${TEXT}values`],
  ["a wildcard that weighs more than text", "*/*;q=1,text/plain;version=1.0.0;q=0.1", `${TEXT_1}underscores`],
  [
    "text/* before OpenMetrics",
    "text/*,application/openmetrics-text;version=1.0.0;q=0.1",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "weights against the order",
    "text/plain;q=0.1,application/openmetrics-text;version=1.0.0;q=0.9",
    `${OPEN_METRICS}underscores`,
  ],
  ["equal weights", "text/plain,application/openmetrics-text;version=1.0.0", `${TEXT}underscores`],
  [
    "weight zero, which excludes nothing",
    "application/openmetrics-text;version=1.0.0;q=0",
    `${OPEN_METRICS}underscores`,
  ],
  [
    "spaces around everything",
    "  application/openmetrics-text ; version=1.0.0 ; escaping=values ;q=0.5 , */* ",
    `${OPEN_METRICS}values`,
  ],
  [
    "a space before the weight, which makes it 0",
    "text/plain;q= 1,application/openmetrics-text;q=0.1",
    `${OPEN_METRICS_0}underscores`,
  ],

  ["an unknown escaping", "text/plain;version=1.0.0;escaping=rot13", `${TEXT_1}underscores`],
  ["an escaping in upper case", "text/plain;escaping=DOTS", `${TEXT}underscores`],
  [
    "an escaping that only a clause without a match names",
    "application/json;escaping=dots,text/plain;q=0.5",
    `${TEXT}dots`,
  ],
  [
    "the last of several escapings on the way",
    "a/a;escaping=dots,a/b;escaping=values,a/c;escaping=x,text/plain;q=0.1",
    `${TEXT}values`,
  ],
  [
    "an escaping behind the clause that matched",
    "text/plain,application/json;escaping=dots;q=0.1",
    `${TEXT}underscores`,
  ],
  ["an escaping on a wildcard", "*/*;escaping=allow-utf-8", `${TEXT}allow-utf-8`],

  [
    "protobuf without an encoding",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
    `${TEXT}underscores`,
  ],
  ["protobuf as text", PROTOBUF.replace("delimited", "text"), `${TEXT}underscores`],
  ["protobuf of another message", PROTOBUF.replace("MetricFamily", "Metric"), `${TEXT}underscores`],
  ["protobuf at weight zero", `${PROTOBUF};q=0`, `${DELIMITED}underscores`],
  ["protobuf behind a wildcard that weighs more", `*/*;q=1,${PROTOBUF};q=0.1`, `${DELIMITED}underscores`],

  ["commas alone", ",,,,", `${TEXT}underscores`],
  ["semicolons alone", ";;;;", `${TEXT}underscores`],
  ["an equals sign alone", "=", `${TEXT}underscores`],
  ["no slash", "text", `${TEXT}underscores`],
  ["no subtype, although with an escaping", "plain;escaping=dots", `${TEXT}underscores`],
  ["two slashes", "text/plain/x;escaping=dots", `${TEXT}underscores`],
  ["a parameter with two equals signs", "text/plain;version=1.0.0=1", `${TEXT}underscores`],
  ["a quoted version", 'text/plain;version="1.0.0"', `${TEXT}underscores`],
  ["a type in upper case", "APPLICATION/OPENMETRICS-TEXT;version=1.0.0", `${TEXT}underscores`],
  ["a nonsense weight", "application/openmetrics-text;q=lots,text/plain;q=0.01", `${TEXT}underscores`],
  ["a negative weight", "application/openmetrics-text;q=-1,text/plain;q=0", `${TEXT}underscores`],
  [
    "names of members of every object",
    "__proto__/constructor;__proto__=1;toString=2;q=constructor",
    `${TEXT}underscores`,
  ],
  ["a response split in a parameter", "text/plain;escaping=dots\r\nX-Evil: 1", `${TEXT}underscores`],
];

describe("negotiate()", () => {
  for (const [who, accept, contentType] of CASES) {
    it(`answers ${who} with ${contentType.replaceAll(/; charset=utf-8/g, "")}`, () => {
      const format = negotiate(accept);
      assert.equal(format.contentType, contentType);
      assert.equal(format.syntax, SYNTAXES.get(contentType.split(";")[0]!));
      assert.equal(format.version, /version=([^;]+)/.exec(contentType)?.[1]);
      assert.ok(contentType.endsWith(`escaping=${format.escaping}`));
    });
  }

  it("answers any header with one of its formats, and echoes nothing", () => {
    const known = new Set(
      ["allow-utf-8", "underscores", "dots", "values"].flatMap((word) =>
        [TEXT, TEXT_1, OPEN_METRICS, OPEN_METRICS_0, DELIMITED].map((format) => format + word)
      ),
    );
    const token = fc.constantFrom(
      ..."text/plain application/openmetrics-text */* text/* * / ; , = ;; ,, q=0.5 q=1e999 q=-0 version=1.0.0 version= escaping=dots escaping"
        .split(" "),
      PROTOBUF,
      " ",
      "\t",
      '"',
      "é",
      "\0",
    );
    const header = fc.oneof(fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join("")), fc.string());
    fc.assert(fc.property(header, (accept) => assert.ok(known.has(negotiate(accept).contentType))), { numRuns: 3000 });
  });

  for (
    const [what, accept] of [
      ["commas", ",".repeat(100_000)],
      ["semicolons", ";".repeat(100_000)],
      ["spaces", `text/plain${" ".repeat(100_000)};x`],
      ["digits", `text/plain;q=${"1".repeat(100_000)}x`],
      ["clauses", "a/b;q=0.5,".repeat(10_000)],
    ] as const
  ) {
    it(`answers a header of very many ${what}`, () => {
      assert.equal(negotiate(accept).contentType, `${TEXT}underscores`);
    });
  }
});

describe("negotiateCoding()", () => {
  // Under each header what is chosen where gzip is offered, and where gzip and zstd are.
  const cases: readonly [header: string | null, gzip: ContentCoding, both?: ContentCoding][] = [
    [null, "identity"],
    ["", "identity"],
    ["gzip", "gzip"],
    ["identity", "identity"],
    ["*", "identity"],
    ["gzip, zstd", "gzip"],
    ["zstd, gzip", "gzip"],
    ["zstd", "identity", "zstd"],
    ["zstd, br", "identity", "zstd"],
    ["br", "identity"],
    ["gzip, deflate, br, zstd", "gzip"],
    ["zstd;q=1, gzip;q=0.5", "gzip", "zstd"],
    ["gzip;q=0.5, zstd", "gzip", "zstd"],
    ["gzip;q=0.5, zstd;q=0.5", "gzip"],
    ["gzip;q=0.5, zstd;q=0.5001", "gzip", "zstd"],
    ["gzip;q=0, zstd", "identity", "zstd"],
    ["gzip;q=0, zstd;q=0", "identity"],
    ["zstd;q=0", "identity"],
    ["gzip;q=0", "identity"],
    ["gzip;q=0, *", "identity"],
    ["gzip;q=0.5", "gzip"],
    ["gzip;q=0.5, identity;q=0.5", "identity"],
    ["gzip;q=0.5, identity;q=0.4", "gzip"],
    ["gzip;q=0.4, identity;q=0.5", "identity"],
    ["zstd;q=0.5, identity;q=0.5", "identity"],
    ["zstd;q=0.5, identity;q=0.4", "identity", "zstd"],
    ["identity;q=0, gzip;q=0.001", "gzip"],
    ["identity;q=0, zstd;q=0.001", "identity", "zstd"],
    ["identity;q=0, *;q=0.5", "identity"],
    ["*;q=0.1, gzip", "gzip"],
    ["*;q=0.1, zstd", "identity", "zstd"],
    ["*;q=0", "identity"],
    ["*;q=0, zstd", "identity", "zstd"],
    ["*;q=0, gzip;q=0", "identity"],
    ["GZIP", "gzip"],
    ["ZStd;Q=0.5", "identity", "zstd"],
    ["x-gzip", "identity"],
    ["gzip;q=nonsense", "identity"],
    ["gzip;q=", "identity"],
    ["gzip;q=, zstd;q", "identity", "zstd"],
    ["gzip;level=9", "gzip"],
    [" gzip ; q=1 ", "gzip"],
    ["gzip;q=0.1, zstd;q=0.2, gzip;q=0.3", "gzip"],
    ["gzip, zstd;q=0.1, zstd;q=2", "gzip", "zstd"],
    ["zstd, zstd, zstd", "identity", "zstd"],
    ["gzip;q=0, gzip", "gzip"],
    ["gzip;q=-1, zstd;q=-2", "identity"],
    ["gzip;q=1e999, zstd;q=1e999", "gzip"],
    [",;,=;q", "identity"],
    ["gzipped, zstandard", "identity"],
    ["gzip\0, zstd\t", "identity"],
    ['"gzip", zstd"', "identity"],
    ["gzip zstd", "identity"],
    ["__proto__, constructor;q=toString", "identity"],
  ];
  for (const [header, gzip, both = gzip] of cases) {
    it(`answers ${JSON.stringify(header)} with ${gzip}, or ${both} where there is zstd`, () => {
      assert.equal(negotiateCoding(header), gzip);
      assert.equal(negotiateCoding(header, ["gzip", "zstd"]), both);
    });
  }

  it("answers with nothing but an offer, whatever the header", () => {
    const token = fc.constantFrom(
      ..."gzip zstd identity br * , ; = ;q= 0 0.5 1 1e9 -1".split(" "),
      " ",
      "\t",
      '"',
      "é",
    );
    const header = fc.oneof(fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join("")), fc.string());
    const offers = fc.constantFrom<ContentCoding[]>([], ["gzip"], ["zstd"], ["gzip", "zstd"]);
    fc.assert(
      fc.property(header, offers, (header, offers) => {
        const coding = negotiateCoding(header, offers);
        assert.ok(coding === "identity" || offers.includes(coding));
        assert.ok(coding === "identity" || header.toLowerCase().includes(coding) || header.includes("*"));
      }),
      { numRuns: 3000 },
    );
  });

  for (
    const [what, header, coding] of [
      ["clauses", `${"br;q=0.9,".repeat(10_000)}zstd;q=0.1`, "zstd"],
      ["commas", `${",".repeat(100_000)}zstd`, "zstd"],
      ["semicolons", `zstd${";".repeat(100_000)}`, "zstd"],
      ["spaces", `zstd${" ".repeat(100_000)};q=1`, "zstd"],
      ["digits", `zstd;q=${"1".repeat(100_000)}x`, "identity"],
      ["doublets", "gzip;q=0.1,zstd;q=0.2,".repeat(10_000), "zstd"],
    ] as const
  ) {
    it(`answers a header of very many ${what}`, () => {
      assert.equal(negotiateCoding(header, ["gzip", "zstd"]), coding);
    });
  }
});
