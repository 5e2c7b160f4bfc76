/**
 * Scrapes that are encoded piece by piece while what they read goes on changing: whatever the order, no histogram may
 * say of itself what cannot be.
 *
 * Every observation is a power of 8 that both a bound and a native bucket end with, so that the buckets of a series say
 * what its sum must be. It never shrinks, so that a scrape must lie between what was true at its start and at its end.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { constants, crc32, deflateRawSync, gunzipSync } from "node:zlib";
import { defineExporter, gaugeHistogram, histogram } from "@exporterkit/core";
import { createGzip, encodeChunks } from "@exporterkit/core/exposition";
import { RunningExporter } from "@exporterkit/core/http";
import fc from "fast-check";
import { type FormatName, formatOf } from "./_formats.ts";
import { decodeProtobuf } from "./_protobuf.ts";

/** So many that a scrape takes a dozen pieces, and that the text formats keep blocks of a family. */
const SERIES = 420;
const VALUES = [1, 8, 64, 512];
const BUCKETS = VALUES.slice(0, -1);
/** A native bucket for each power of two: the index of each value is its logarithm. */
const NATIVE = { factor: 2 };

const DEFINED = {
  classic: histogram("classic", "Classic buckets.", ["i"], { buckets: BUCKETS }),
  native: histogram("native", "Native buckets.", ["i"], { native: NATIVE }),
  both: histogram("both", "Both.", ["i"], { buckets: BUCKETS, native: NATIVE }),
};
const AGES = gaugeHistogram("ages", "Now and then.", ["i"], { buckets: BUCKETS, native: NATIVE });
type Kind = keyof typeof DEFINED | "ages";
const KINDS: readonly Kind[] = ["classic", "native", "both", "ages"];

/** How often each value was observed, per series. */
type Counts = readonly number[][];

function startCounts(): number[][] {
  return Array.from({ length: SERIES }, (_, i) => VALUES.map((_, v) => (i + v) % 3));
}

/** A whole histogram of what was observed. */
function wholeOf(counts: readonly number[]) {
  const cumulative = counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b));
  const populated = VALUES.map((value, i) => ({ index: Math.log2(value), count: counts[i]! })).filter(({ count }) =>
    count
  );
  return {
    buckets: cumulative.slice(0, -1),
    count: cumulative.at(-1)!,
    sum: counts.reduce((sum, count, i) => sum + count * VALUES[i]!, 0),
    native: {
      schema: 0,
      positive: { indices: populated.map(({ index }) => index), counts: populated.map(({ count }) => count) },
    },
  };
}

/** A running exporter whose held histograms, and those that its collector relays, are changed at will. */
function subject() {
  const held = { ...DEFINED, ages: AGES };
  const collected = Object.fromEntries(
    Object.entries(held).map(([kind, description]) => [kind, { ...description, name: `collected_${kind}` }]),
  ) as typeof held;
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, startCounts()])) as Record<Kind, number[][]>;
  const upstream = startCounts();
  let instruments: { [kind in Kind]: { set(labels: { i: number }, value: object): void } } | undefined;
  let observe: (kind: Exclude<Kind, "ages">, i: number, value: number) => void = () => {};
  const exporter = new RunningExporter(defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    metrics: held,
    collectors: {
      upstream: {
        help: "Relays.",
        metrics: collected,
        collect({ metrics, held }) {
          instruments ??= held;
          observe = (kind, i, value) => held[kind].observe({ i }, value);
          upstream.forEach((counts, i) => {
            for (const kind of KINDS) {
              // One half is relayed whole, the other counted in the run.
              if (kind === "ages" || i % 2 === 0) metrics[kind].set({ i }, wholeOf(counts));
              else {counts.forEach((count, v) => {
                  for (let n = 0; n < count; n++) metrics[kind].observe({ i }, VALUES[v]!);
                });}
            }
          });
        },
      },
    },
  }));
  return {
    exporter,
    counts,
    upstream,
    set(kind: Kind, i: number) {
      instruments![kind].set({ i }, wholeOf(counts[kind][i]!));
    },
    observe(kind: Kind, i: number, v: number) {
      counts[kind][i]![v]!++;
      if (kind === "ages") this.set(kind, i);
      else observe(kind, i, VALUES[v]!);
    },
  };
}

type Subject = ReturnType<typeof subject>;

/** A scrape on its way. */
interface Scrape {
  readonly format: FormatName;
  readonly zipped: boolean;
  readonly chunks: Iterator<Uint8Array>;
  readonly pieces: Uint8Array[];
  /** What was true when it began. */
  readonly before: Record<Kind, Counts>;
  readonly relayed: Counts;
}

const compressor = {
  deflate: (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH })),
  crc32: (bytes: Uint8Array) => crc32(bytes),
};

async function begin(tested: Subject, format: FormatName, zipped: boolean): Promise<Scrape> {
  const { snapshots, reports } = await tested.exporter.gather();
  assert.equal(reports.get("upstream")!.outcome, "ok");
  const chunks = encodeChunks(snapshots, formatOf(format), zipped ? { gzip: createGzip(compressor) } : {});
  return {
    format,
    zipped,
    chunks,
    pieces: [],
    before: structuredClone(tested.counts),
    relayed: structuredClone(tested.upstream),
  };
}

/** Makes the next piece. Returns whether there was one. */
function advance({ chunks, pieces }: Scrape): boolean {
  const { done, value } = chunks.next();
  if (!done) pieces.push(value);
  return !done;
}

/** What a body says of one series, its buckets each for itself. */
interface Shown {
  readonly count: number;
  readonly sum: number;
  /** Counts by value, where they are told. */
  classic?: number[];
  native?: number[];
}

function shownIn({ format, zipped, pieces }: Scrape): Map<string, Shown> {
  const body = Buffer.concat(pieces);
  const plain = zipped ? gunzipSync(body) : body;
  return formatOf(format).syntax === "protobuf" ? shownInProtobuf(plain) : shownInText(new TextDecoder().decode(plain));
}

function shownInText(text: string): Map<string, Shown> {
  const samples = new Map<string, { buckets: [number, number][]; count?: number; sum?: number }>();
  const line = /^(\w+)_(bucket|g?sum|g?count)\{i="(\d+)"(?:,le="([^"]+)")?\} (\S+)$/gm;
  for (const [, name, suffix, i, le, value] of text.matchAll(line)) {
    const key = `${name} ${i}`;
    const known = samples.get(key) ?? { buckets: [] };
    samples.set(key, known);
    if (suffix === "bucket") known.buckets.push([Number(le!.replace("+Inf", "Infinity")), Number(value)]);
    else {
      const total = suffix!.endsWith("sum") ? "sum" : "count";
      assert.equal(known[total], undefined, `${key} comes twice`);
      known[total] = Number(value);
    }
  }
  return new Map(Array.from(samples, ([key, { buckets, count, sum }]) => {
    const bounds = buckets.map(([bound]) => bound);
    const isClassic = bounds.length > 1;
    assert.deepEqual(bounds, isClassic ? [...BUCKETS, Infinity] : [Infinity], key);
    assert.equal(buckets.at(-1)![1], count, key);
    const own = buckets.map(([, cumulative], i) => cumulative - (buckets[i - 1]?.[1] ?? 0));
    return [key, { count: count!, sum: sum!, ...(isClassic ? { classic: own } : {}) }];
  }));
}

function shownInProtobuf(body: Uint8Array): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const { name, metric = [] } of decodeProtobuf(body)) {
    for (const { label, histogram } of metric) {
      if (histogram === undefined) continue;
      const key = `${name} ${label![0]!.value}`;
      assert.ok(!shown.has(key), `${key} comes twice`);
      const { sampleCount: count = 0, sampleSum: sum = 0, bucket, schema, positiveSpan = [], positiveDelta = [] } =
        histogram;
      const cumulative = [...bucket?.map(({ cumulativeCount = 0 }) => cumulativeCount) ?? [], count];
      const classic = cumulative.map((upTo, i) => upTo - (cumulative[i - 1] ?? 0));
      const native = VALUES.map(() => 0);
      let [index, own, at] = [0, 0, 0];
      for (const { offset = 0, length = 0 } of positiveSpan) {
        index += offset;
        for (let i = 0; i < length; i++, index++) {
          own += positiveDelta[at++]!;
          if (own > 0) native[VALUES.indexOf(2 ** index)]! += own;
        }
      }
      shown.set(key, {
        count,
        sum,
        ...(bucket === undefined ? {} : { classic }),
        ...(schema === undefined ? {} : { native }),
      });
    }
  }
  return shown;
}

function assertTrue(scrape: Scrape, after: Record<Kind, Counts>): void {
  const shown = shownIn(scrape);
  const isProtobuf = scrape.format === "protobuf";
  assert.equal(shown.size, 2 * KINDS.length * SERIES);
  for (const kind of KINDS) {
    for (
      const [prefix, lowest, highest] of [
        ["", scrape.before[kind], after[kind]],
        ["collected_", scrape.relayed, scrape.relayed],
      ] as const
    ) {
      for (let i = 0; i < SERIES; i++) {
        const key = `${prefix}${kind} ${i}`;
        const { count, sum, classic, native } = shown.get(key)!;
        assert.equal(classic !== undefined, kind !== "native", key);
        assert.equal(native !== undefined, isProtobuf && kind !== "classic", key);
        for (const counts of [classic, native]) {
          if (counts === undefined) continue;
          const { count: total, sum: all } = wholeOf(counts);
          assert.deepEqual([count, sum], [total, all], key);
          counts.forEach((own, v) => assert.ok(own >= lowest[i]![v]! && own <= highest[i]![v]!, key));
        }
      }
    }
  }
}

const series = fc.nat(SERIES - 1);
const kind = fc.constantFrom(...KINDS);
const STEP = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant("advance" as const), scrape: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("observe" as const),
      kind,
      all: fc.array(fc.tuple(series, fc.nat(VALUES.length - 1)), { minLength: 1, maxLength: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("set" as const), kind, from: series }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("count" as const), from: series, v: fc.nat(VALUES.length - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("begin" as const),
      format: fc.constantFrom<FormatName>("text 0.0.4", "OpenMetrics 1.0.0", "protobuf"),
      zipped: fc.boolean(),
    }),
  },
);

describe("scrapes among updates and other scrapes", () => {
  it("show no histogram whose buckets, count and sum disagree", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 20, maxLength: 80 }), async (steps) => {
        const tested = subject();
        await tested.exporter.gather().then(({ snapshots }) => snapshots.forEach((snapshot) => snapshot.release()));
        for (const kind of KINDS) tested.counts[kind].forEach((_, i) => tested.set(kind, i));
        const start = async () => [
          await begin(tested, "text 0.0.4", false),
          await begin(tested, "OpenMetrics 1.0.0", true),
          await begin(tested, "protobuf", false),
        ];
        // What says the same in two scrapes is kept for the next ones.
        for (const scrape of [...await start(), ...await start()]) while (advance(scrape));
        const scrapes = await start();
        for (const step of steps) {
          if (step.act === "advance") advance(scrapes[step.scrape % scrapes.length]!);
          else if (step.act === "observe") step.all.forEach(([i, v]) => tested.observe(step.kind, i, v));
          else if (step.act === "set") {
            for (let i = step.from; i < SERIES; i += 7) {
              tested.counts[step.kind][i]![0]!++;
              tested.set(step.kind, i);
            }
          } else if (step.act === "count") tested.upstream.slice(step.from).forEach((counts) => counts[step.v]!++);
          else if (scrapes.length < 6) scrapes.push(await begin(tested, step.format, step.zipped));
        }
        for (const scrape of scrapes) {
          while (advance(scrape));
          assertTrue(scrape, tested.counts);
        }
        await tested.exporter.close();
      }),
      { numRuns: 8 },
    );
  });
});
