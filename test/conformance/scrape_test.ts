/** Whole scrapes: today's Prometheus asks our HTTP handler, and stores what was set. */
import { defineExporter } from "@exporterkit/core";
import type { Escaping } from "@exporterkit/core/exposition";
import { createHandler, RunningExporter } from "@exporterkit/core/http";
import { histogram, Registry } from "@exporterkit/core/metrics";
import { platform } from "#runtime";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { annotatedRegistry, annotatedSamples } from "./_annotated.ts";
import { METADATA, namesCorpus, oddCorpus, tidyCorpus } from "./_corpus.ts";
import { registryOf, samplesOf as samplesOfFamilies } from "./_families.ts";
import { canonical, namesOf, renamed, sorted, stored } from "./_flatten.ts";
import { ESCAPINGS, type FormatName, formatOf } from "./_formats.ts";
import { judgeEscape, type Judgement, judgeTarget, needsJudge, type ScrapeSettings } from "./_judge.ts";
import { annotatedOf, familiesOf, samplesOf } from "./_judgement.ts";
import { randomFamilies } from "./_random_families.ts";

interface Scrape {
  readonly judgement: Judgement;
  /** The headers that Prometheus sent, and those that it got. */
  readonly asked: Headers;
  readonly answered: Headers;
}

/** Prometheus' names of the formats, and whether it says which names it takes when it asks for nothing else. */
const PROTOCOLS: Record<FormatName, { readonly name: string; readonly escapes: boolean }> = {
  "text 0.0.4": { name: "PrometheusText0.0.4", escapes: false },
  "text 1.0.0": { name: "PrometheusText1.0.0", escapes: true },
  "OpenMetrics 0.0.1": { name: "OpenMetricsText0.0.1", escapes: false },
  "OpenMetrics 1.0.0": { name: "OpenMetricsText1.0.0", escapes: true },
  protobuf: { name: "PrometheusProto", escapes: false },
};

/** What it asks for unless told otherwise: when that changes, `negotiate_test.ts` lacks a row. */
const ACCEPT =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3";

const CORPORA = {
  "one of every type": tidyCorpus,
  "odd labels and numbers": oddCorpus,
  "names of every alphabet": namesCorpus,
};

/** Serves a registry as any exporter serves its own metrics, and has it scraped once. */
async function scrape(
  registry: Registry,
  settings: ScrapeSettings & { acceptEncoding?: string } = {},
): Promise<Scrape> {
  const exporter = defineExporter({ name: "served", version: "1.0.0", port: 9999, collectors: {} });
  const running = new RunningExporter(exporter, { about: { registry } });
  const { pause, gzip, zstd } = platform;
  const { acceptEncoding } = settings;
  const handle = createHandler(running, {
    pause,
    gzip,
    zstd,
    ...(acceptEncoding === undefined ? {} : { acceptEncoding: () => acceptEncoding }),
  });
  const seen: { asked: Headers; answered: Headers }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const answer = await handle(request);
    seen.push({ asked: request.headers, answered: answer.headers });
    return answer;
  });
  try {
    const judgement = await judgeTarget(`http://127.0.0.1:${server.addr.port}/metrics`, settings);
    assert.equal(seen.length, 1);
    return { judgement, ...seen[0]! };
  } finally {
    await server.shutdown();
    await running.close();
  }
}

describe("a scrape by Prometheus", needsJudge(), () => {
  it("asks as negotiate_test.ts has it", async () => {
    const { asked } = await scrape(new Registry());
    assert.deepEqual([asked.get("Accept"), asked.get("Accept-Encoding")], [ACCEPT, "gzip"]);
    assert.equal(asked.get("X-Prometheus-Scrape-Timeout-Seconds"), "10");
  });

  for (const [format, protocol] of Object.entries(PROTOCOLS) as [FormatName, typeof PROTOCOLS[FormatName]][]) {
    const protocols = [protocol.name];

    for (const [what, corpusOf] of Object.entries(CORPORA)) {
      it(`stores ${what} from ${format}`, async () => {
        const corpus = corpusOf();
        for (const scheme of corpusOf === namesCorpus ? ESCAPINGS : [undefined]) {
          const applied: Escaping = protocol.escapes ? scheme ?? "allow-utf-8" : "underscores";
          const { judgement, answered } = await scrape(corpus.registry, { protocols, scheme });
          assert.equal(answered.get("Content-Type"), formatOf(format, applied).contentType);
          assert.equal(answered.get("Content-Encoding"), "gzip");
          const escaped = await judgeEscape(namesOf(corpus), applied);
          const expected = stored(canonical(renamed(corpus, (name) => escaped.get(name)!)));
          assert.deepEqual(sorted(samplesOf(judgement)), sorted(expected));
        }
      });
    }

    it(`stores timestamps, exemplars and created times from ${format}`, async () => {
      const { judgement } = await scrape(annotatedRegistry(), { protocols, skipCreated: true });
      const { syntax } = formatOf(format);
      // OpenMetrics says them as series of their own, which nobody gets unasked.
      const expected = annotatedSamples(syntax).map(({ created, ...sample }) =>
        syntax === "protobuf" && created !== undefined ? { ...sample, created } : sample
      );
      assert.deepEqual(sorted(annotatedOf(judgement)), sorted(expected));
    });

    it(`stores names, types, units and helps from ${format}`, async () => {
      const { judgement } = await scrape(tidyCorpus().registry, { protocols });
      assert.deepEqual(familiesOf(judgement), METADATA[formatOf(format).syntax]);
    });
  }

  for (const [format, { name }] of Object.entries(PROTOCOLS)) {
    it(`makes classic histograms from ${format} to native ones with the same buckets`, async () => {
      const { judgement: { series, errors } } = await scrape(tidyCorpus().registry, { protocols: [name], nhcb: true });
      assert.deepEqual(errors, []);
      assert.deepEqual(series.filter(({ labels }) => "le" in labels), []);
      const [requests, sizes] = series.flatMap(({ histogram }) => histogram ?? []);
      assert.deepEqual([requests?.schema, requests?.customValues, requests?.count, requests?.sum], [
        -53,
        [0.05, 1, 1e6],
        14_432_000,
        "53423.5",
      ]);
      assert.deepEqual(requests?.positiveBuckets, [24_054, 109_934, 866_012, 13_432_000]);
      assert.deepEqual([sizes?.schema, sizes?.customValues, sizes?.positiveBuckets], [-53, undefined, [1]]);
    });
  }

  it("stores any families, whichever format it asks for first", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomFamilies("utf-8"),
        fc.constantFrom(...ESCAPINGS),
        fc.boolean(),
        async (families, scheme, native) => {
          // With native histograms Prometheus asks for protobuf first, where it does not say which names it takes.
          const applied = native ? "underscores" : scheme;
          const { judgement, answered } = await scrape(registryOf(families), { scheme, native });
          assert.equal(
            answered.get("Content-Type"),
            formatOf(native ? "protobuf" : "OpenMetrics 1.0.0", applied).contentType,
          );
          const names = [...new Set(families.flatMap(({ name, labelNames }) => [name, ...labelNames]))];
          const escaped = await judgeEscape(names, applied);
          const expected = stored(samplesOfFamilies(families, (name) => escaped.get(name)!));
          assert.deepEqual(sorted(samplesOf(judgement)), sorted(expected));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("stores a native histogram with its exemplars, and the classic one beside it if asked", async () => {
    const registry = new Registry({ now: () => 1_700_000_000_000 });
    const size = registry.add(histogram("size", "Sizes.", [], { native: { factor: 2 }, buckets: [1, 10] }));
    for (const value of [0, 1.5, 3, 3.5, 100]) size.observe(value);
    size.observe(3, { exemplar: { trace_id: "a" } });
    const { judgement: { series, errors } } = await scrape(registry, { native: true, skipCreated: true });
    assert.deepEqual(errors, []);
    assert.deepEqual(series, [{
      labels: { __name__: "size" },
      created: 1_700_000_000_000,
      exemplars: [{ labels: { trace_id: "a" }, value: "3", timestamp: 1_700_000_000_000 }],
      histogram: {
        float: false,
        schema: 0,
        zeroThreshold: "2.938735877055719e-39",
        zeroCount: 1,
        count: 6,
        sum: "111",
        positiveSpans: [{ offset: 1, length: 2 }, { offset: 4, length: 1 }],
        positiveBuckets: [1, 3, 1],
        negativeSpans: [],
        negativeBuckets: [],
      },
      family: { name: "size", type: "histogram", help: "Sizes.", unit: "" },
    }]);
    const both = await scrape(registry, { native: true, classic: true });
    assert.deepEqual(both.judgement.errors, []);
    assert.deepEqual(both.judgement.series.map(({ labels: { __name__, le }, value }) => [__name__, le, value]), [
      ["size", undefined, undefined],
      ["size_count", undefined, "6"],
      ["size_sum", undefined, "111"],
      ["size_bucket", "1.0", "1"],
      ["size_bucket", "10.0", "5"],
      ["size_bucket", "+Inf", "6"],
    ]);
  });

  it("reads zstd where that is on, although a client that takes both alike gets gzip", async () => {
    const corpus = oddCorpus();
    const alike = await scrape(corpus.registry, { zstd: true });
    assert.equal(alike.asked.get("Accept-Encoding"), "zstd,gzip");
    assert.equal(alike.answered.get("Content-Encoding"), "gzip");
    const preferred = await scrape(corpus.registry, { zstd: true, acceptEncoding: "zstd, gzip;q=0.5" });
    assert.equal(preferred.answered.get("Content-Encoding"), "zstd");
    for (const { judgement } of [alike, preferred]) {
      assert.deepEqual(samplesOf(judgement), stored(canonical(corpus)));
    }
  });

  const broken: Record<string, { answer: () => Response; error: RegExp }> = {
    "a status other than 200": { answer: () => new Response("x 1\n", { status: 503 }), error: /503/ },
    "a coding that is not what the header says": {
      answer: () =>
        new Response("x 1\n".repeat(10), { headers: { "Content-Type": "text/plain", "Content-Encoding": "gzip" } }),
      error: /gzip/,
    },
    "zstd where nobody asked for it": {
      answer: () => new Response("x 1\n", { headers: { "Content-Type": "text/plain", "Content-Encoding": "zstd" } }),
      error: /zstd/,
    },
    "a line that is none": { answer: () => new Response("x 1\ny\n"), error: /expected/ },
  };
  for (const [what, { answer, error }] of Object.entries(broken)) {
    it(`would find ${what}`, async () => {
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
      try {
        const { series, report, errors } = await judgeTarget(`http://127.0.0.1:${server.addr.port}/`);
        assert.deepEqual({ series, up: report.up }, { series: [], up: 0 });
        assert.match(errors.join("\n"), error);
      } finally {
        await server.shutdown();
      }
    });
  }
});
