import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { encode, type Escaping } from "@exporterkit/core/exposition";
import { annotatedRegistry, annotatedSamples } from "./_annotated.ts";
import { type Corpus, METADATA, namesCorpus, oddCorpus, tidyCorpus } from "./_corpus.ts";
import { registryOf, samplesOf as samplesOfFamilies } from "./_families.ts";
import { canonical, flatten, namesOf, renamed, sorted, stored } from "./_flatten.ts";
import { ESCAPINGS, type FormatName, formatOf, FORMATS } from "./_formats.ts";
import { judgeDecompress, judgeEscape, judgeFamilies, judgeLint, judgeScrape, needsJudge } from "./_judge.ts";
import { annotatedOf, familiesOf, samplesOf } from "./_judgement.ts";
import { familyOfJson } from "./_protobuf.ts";
import { type NameKind, randomFamilies } from "./_random_families.ts";

const go = needsJudge();

/** Each run starts the judge for every format, so there are few of them, with several families each. */
const RUNS = 25;

/** Names to make up, and the escapings under which they are judged. */
const NAMES: Record<NameKind, readonly Escaping[]> = { legacy: ["underscores", "allow-utf-8"], "utf-8": ESCAPINGS };

const CORPORA = {
  "one of every type": tidyCorpus,
  "odd labels and numbers": oddCorpus,
  "names of every alphabet": namesCorpus,
};

describe("Prometheus' scrape loop", go, () => {
  for (const name of FORMATS) {
    const format = formatOf(name);
    for (const [what, corpusOf] of Object.entries(CORPORA)) {
      for (const escaping of ESCAPINGS) {
        it(`stores ${what} from ${name} under ${escaping}`, async () => {
          const corpus = corpusOf();
          const escaped = await judgeEscape(namesOf(corpus), escaping);
          const expected = stored(canonical(renamed(corpus, (name) => escaped.get(name)!)));
          const format = formatOf(name, escaping);
          const body = encode(corpus.registry.snapshots(), format);
          const legacyNames = escaping !== "allow-utf-8";
          const samples = samplesOf(await judgeScrape(body, format.contentType, { legacyNames }));
          if (format.syntax === "protobuf") assert.deepEqual(sorted(samples), sorted(expected));
          else assert.deepEqual(samples, expected);
        });
      }
    }

    it(`stores timestamps, exemplars and created times from ${name}`, async () => {
      const body = encode(annotatedRegistry().snapshots(), format, { createdSamples: true });
      const judgement = await judgeScrape(body, format.contentType, { skipCreated: true });
      assert.deepEqual(sorted(annotatedOf(judgement)), sorted(annotatedSamples(format.syntax)));
    });

    it(`stores names, types, units and helps from ${name}`, async () => {
      const judgement = await judgeScrape(encode(tidyCorpus().registry.snapshots(), format), format.contentType);
      assert.deepEqual(familiesOf(judgement), METADATA[format.syntax]);
    });
  }

  const broken = {
    "a label set that comes twice": ["text/plain", 'x{a="1"} 1\nx{a="1"} 2\n', /same timestamp num_dropped=1/],
    "a label name that comes twice": ["text/plain", 'x{a="1",a="2"} 1\n', /label name "a" comes twice/],
    "a name that is no legacy name": ["text/plain", '{"a.b"} 1\n', /invalid metric name/],
    "an unknown type": ["text/plain", "# TYPE x info\nx 1\n", /invalid metric type/],
    "no end": ["application/openmetrics-text", "x 1.0\n", /does not end with # EOF/],
    "a unit that is no suffix": [
      "application/openmetrics-text",
      "# TYPE x gauge\n# UNIT x bytes\nx 1\n# EOF\n",
      /unit/,
    ],
    "an unknown media type": ["text/html", "x 1\n", /unsupported Content-Type/],
  } as const;
  for (const [what, [contentType, text, error]] of Object.entries(broken)) {
    it(`would find ${what}`, async () => {
      const { errors } = await judgeScrape(text, contentType, { legacyNames: true });
      assert.match(errors.join("\n"), error);
    });
  }
});

/**
 * What promtool, the Pushgateway and promlint read with: stricter than Prometheus. It checks OpenMetrics against the
 * grammar itself, which takes exponential time on some texts, and knows neither infos nor state sets: so it gets the tidy
 * corpus only, without those.
 */
describe("expfmt", go, () => {
  for (const name of FORMATS) {
    const format = formatOf(name);
    for (const [what, corpusOf] of Object.entries(CORPORA)) {
      if (format.syntax === "openmetrics" && corpusOf === oddCorpus) continue;
      it(`reads ${what} back from ${name}`, async () => {
        const corpus = corpusOf();
        const dropped = format.syntax === "openmetrics" ? familiesOfTypes(corpus, ["info", "stateset"]) : [];
        dropped.forEach((name) => corpus.registry.remove(name));
        const { families, errors } = await judgeFamilies(
          encode(corpus.registry.snapshots(), format),
          format.contentType,
        );
        assert.deepEqual(errors, []);
        const expected = canonical(corpus).filter(({ name }) => !dropped.includes(name));
        assert.deepEqual(sorted(flatten(families.map(familyOfJson))), sorted(expected));
      });
    }
  }

  it("would find a help that comes twice", async () => {
    const { errors } = await judgeFamilies("# HELP x a\n# HELP x b\nx 1\n", formatOf("text 0.0.4").contentType);
    assert.match(errors.join("\n"), /second HELP line/);
  });
});

describe("promlint", go, () => {
  for (const name of ["text 0.0.4", "text 1.0.0", "protobuf"] as const) {
    it(`has nothing to say about one of every type in ${name}`, async () => {
      const format = formatOf(name);
      const exposition = encode(tidyCorpus().registry.snapshots(), format);
      assert.deepEqual(await judgeLint(exposition, format.contentType), { problems: [], errors: [] });
    });
  }

  it("would find a counter without its suffix", async () => {
    const { problems } = await judgeLint("# HELP x X.\n# TYPE x counter\nx 1\n", formatOf("text 0.0.4").contentType);
    assert.deepEqual(problems, [{ metric: "x", text: 'counter metrics should have "_total" suffix' }]);
  });
});

describe("any families", go, () => {
  for (const [kind, escapings] of Object.entries(NAMES) as [NameKind, readonly Escaping[]][]) {
    for (const escaping of escapings) {
      for (const name of FORMATS) {
        it(`with ${kind} names under ${escaping} are read back from ${name}`, () => judgeAny(kind, escaping, name));
      }
    }
  }
});

function familiesOfTypes({ registry }: Corpus, types: readonly string[]): string[] {
  return registry.families().map(({ description }) => description)
    .filter(({ type }) => types.includes(type)).map(({ name }) => name);
}

/** The readers see what was set, its names escaped as Prometheus' own functions do. */
async function judgeAny(kind: NameKind, escaping: Escaping, name: FormatName): Promise<void> {
  const format = formatOf(name, escaping);
  await fc.assert(
    fc.asyncProperty(randomFamilies(kind), async (families) => {
      const names = [...new Set(families.flatMap(({ name, labelNames }) => [name, ...labelNames]))];
      const escaped = await judgeEscape(names, escaping);
      const expected = samplesOfFamilies(families, (name) => escaped.get(name)!);
      const body = encode(registryOf(families).snapshots(), format);
      const legacyNames = escaping !== "allow-utf-8";
      const scraped = await judgeScrape(body, format.contentType, { legacyNames });
      assert.deepEqual(sorted(samplesOf(scraped)), sorted(stored(expected)));
      if (format.syntax === "openmetrics") return;
      const read = await judgeFamilies(body, format.contentType);
      assert.deepEqual(read.errors, []);
      assert.deepEqual(sorted(flatten(read.families.map(familyOfJson))), sorted(expected));
    }),
    { numRuns: RUNS },
  );
}

describe("the judge's decompressors", go, () => {
  const text = new TextEncoder().encode("x 1\n".repeat(1000));

  for (const reader of ["gzip", "go-gzip"] as const) {
    it(`read what CompressionStream writes with ${reader}`, async () => {
      assert.deepEqual(await judgeDecompress(await gzip(text), reader, { single: true }), text);
    });

    it(`find a second member, an altered byte and a missing end with ${reader}`, async () => {
      const zipped = await gzip(text);
      const twice = new Uint8Array([...zipped, ...zipped]);
      assert.equal((await judgeDecompress(twice, reader)).length, 2 * text.length);
      await assert.rejects(judgeDecompress(twice, reader, { single: true }), /follows the first gzip member/);
      await assert.rejects(judgeDecompress(zipped.with(-5, zipped.at(-5)! ^ 1), reader), /checksum|invalid/);
      await assert.rejects(judgeDecompress(zipped.subarray(0, -1), reader), /EOF/);
    });
  }

  it("read what zlib writes with zstd, and find a missing end and foreign bytes", async () => {
    const frame = zstdCompressSync(text);
    assert.deepEqual(await judgeDecompress(frame, "zstd"), text);
    await assert.rejects(judgeDecompress(frame.subarray(0, -1), "zstd"), /EOF/);
    await assert.rejects(judgeDecompress(new Uint8Array([...frame, 1, 2, 3, 4]), "zstd"), /magic/);
    await assert.rejects(judgeDecompress(await gzip(text), "zstd"), /magic/);
  });
});

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}
