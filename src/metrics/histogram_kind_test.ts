import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { CollectedFamily } from "../model/collected_family.ts";
import type { BucketDescription, HistogramKind } from "../model/description.ts";
import { bind } from "./bind.ts";
import { gaugeHistogram } from "./gauge_histogram.ts";
import { type Histogram, histogram, type HistogramValue } from "./histogram.ts";
import { withHistogramKind } from "./histogram_kind.ts";
import { DEFAULT_BUCKETS } from "./histogram_options.ts";
import { defineNative } from "./native_options.ts";
import { Registry } from "./registry.ts";

const COARSE = { factor: 4 };
const CLASSIC = histogram("h", "Help.", [], { buckets: [1] });
const NATIVE = histogram("h", "Help.", [], { native: COARSE });
const BOTH = histogram("h", "Help.", [], { buckets: [1], native: COARSE });
const DEFINED = { classic: CLASSIC, native: NATIVE, both: BOTH };

describe("withHistogramKind()", () => {
  it("changes nothing where the kind is as defined", () => {
    for (const [kind, description] of Object.entries(DEFINED)) {
      assert.equal(withHistogramKind(description, kind as HistogramKind), description);
    }
  });

  it("keeps the buckets that are defined, and adds those of the defaults", () => {
    const added = defineNative("h");
    const chosen: [BucketDescription, HistogramKind, Partial<BucketDescription>][] = [
      [CLASSIC, "native", { buckets: [1], native: added }],
      [CLASSIC, "both", { buckets: [1], native: added }],
      [NATIVE, "classic", { buckets: DEFAULT_BUCKETS, native: NATIVE.native }],
      [NATIVE, "both", { buckets: DEFAULT_BUCKETS, native: NATIVE.native }],
      [BOTH, "classic", { buckets: [1], native: undefined }],
      [BOTH, "native", { buckets: [1], native: NATIVE.native }],
    ];
    for (const [description, kind, { buckets, native }] of chosen) {
      const made = withHistogramKind(description, kind);
      assert.deepEqual([made.name, made.help, made.labelNames], ["h", "Help.", []]);
      assert.deepEqual([made.buckets, made.native], [buckets, native]);
    }
  });

  it("can be undone", () => {
    for (const [kind, description] of Object.entries(DEFINED)) {
      const { buckets, native } = withHistogramKind(withHistogramKind(description, "both"), kind as HistogramKind);
      assert.deepEqual({ buckets, native }, { buckets: description.buckets, native: description.native });
    }
  });

  it("is what descriptions bring along, those of gauge histograms too", () => {
    const ages = gaugeHistogram("g", "Help.", [], { buckets: [1] });
    for (const description of [CLASSIC, ages]) {
      assert.deepEqual(description.ofKind!("both"), withHistogramKind(description, "both"));
    }
  });

  it("refuses other words", () => {
    const message = 'Cannot define metric "h": kind is "native-only", expected classic, native or both';
    assert.throws(() => withHistogramKind(BOTH, "native-only" as HistogramKind), { name: "TypeError", message });
  });
});

type Write = (h: Histogram) => void;
const TOTALS = { count: 10, sum: 31.5 };
const UPSTREAM = { buckets: [7], native: { schema: 0, positive: { indices: [0, 3], counts: [7, 3] } } };
const set = (value: Partial<HistogramValue>): Write => (h) => h.set({ ...TOTALS, ...value });

const WRITES = {
  observed: (h) => h.observe(0.5),
  "with classic buckets only": set({ buckets: UPSTREAM.buckets }),
  "with native buckets only": set({ native: UPSTREAM.native }),
  "with both": set(UPSTREAM),
} satisfies Record<string, Write>;

/** Per definition and write, what is shown under each kind. */
const SHOWN: Record<keyof typeof DEFINED, Partial<Record<keyof typeof WRITES, Record<HistogramKind, string>>>> = {
  classic: {
    observed: { classic: "1 of 1", native: "native", both: "1 of 1, native" },
    "with classic buckets only": { classic: "7 of 10", native: "7 of 10", both: "7 of 10" },
    "with both": { classic: "7 of 10", native: "native", both: "7 of 10, native" },
  },
  native: {
    observed: { classic: "0 of 1", native: "native", both: "0 of 1, native" },
    "with native buckets only": { classic: "native", native: "native", both: "native" },
    "with both": { classic: "native", native: "native", both: "native" },
  },
  both: {
    observed: { classic: "1 of 1", native: "native", both: "1 of 1, native" },
    "with classic buckets only": { classic: "7 of 10", native: "7 of 10", both: "7 of 10" },
    "with both": { classic: "7 of 10", native: "native", both: "7 of 10, native" },
  },
};

/** What the last write to a family shows: its first finite bucket and its count, and whether it has native buckets. */
function shown(registry: Registry): string {
  const snapshots = registry.snapshots();
  const native = snapshots[0]!.column.natives?.[0];
  const text = new TextDecoder().decode(encode(snapshots, negotiate(null)));
  const [, count] = /^h_count (\d+)$/m.exec(text)!;
  const [, ...bounds] = [...text.matchAll(/^h_bucket{le="([^"]+)"} (\d+)$/gm)].map(([, , cumulative]) => cumulative)
    .reverse();
  const parts = bounds.length > 0 ? [`${bounds.at(-1)} of ${count}`] : [];
  return [...parts, ...(native === undefined ? [] : ["native"])].join(", ");
}

describe("a histogram whose kind was chosen", () => {
  for (const [defined, writes] of Object.entries(SHOWN) as [keyof typeof DEFINED, typeof SHOWN.both][]) {
    for (const [how, kinds] of Object.entries(writes) as [keyof typeof WRITES, Record<HistogramKind, string>][]) {
      it(`shows what it can of one defined as ${defined} that is ${how === "observed" ? how : `set ${how}`}`, () => {
        for (const [kind, expected] of Object.entries(kinds) as [HistogramKind, string][]) {
          const registry = new Registry();
          WRITES[how](registry.add(withHistogramKind(DEFINED[defined], kind)));
          assert.equal(shown(registry), expected, `chosen: ${kind}`);
        }
      });
    }
  }

  it("refuses a whole histogram that the definition refuses", () => {
    const message = 'Cannot set histogram "h": got no buckets, expected 1 cumulative counts, one per declared bound';
    for (const kind of ["classic", "native", "both"] as const) {
      for (const description of [CLASSIC, BOTH]) {
        const h = new Registry().add(withHistogramKind(description, kind));
        assert.throws(() => WRITES["with native buckets only"](h), { name: "RangeError", message });
      }
    }
  });

  it("goes on from what was set, in the buckets that it has", () => {
    for (
      const [kind, write, description, expected] of [
        ["native", "with classic buckets only", CLASSIC, "8 of 11"],
        ["classic", "with native buckets only", NATIVE, "native"],
        ["native", "with both", BOTH, "native"],
      ] as const
    ) {
      const registry = new Registry();
      const h = registry.add(withHistogramKind(description, kind));
      WRITES[write](h);
      h.observe(0.5);
      assert.equal(shown(registry), expected);
      assert.match(textOf(registry), /^h_sum 32\nh_count 11$/m);
    }
  });

  it("shows no exemplars of buckets that it leaves out, and those of +Inf", () => {
    const registry = new Registry();
    const h = registry.add(withHistogramKind(BOTH, "native"));
    h.set({ ...TOTALS, ...UPSTREAM, exemplars: [{ labels: { a: "set" }, value: 0.5 }] });
    assert.doesNotMatch(textOf(registry, "application/openmetrics-text"), /# \{/);
    h.observe(0.5, { exemplar: { a: "observed" } });
    assert.match(
      textOf(registry, "application/openmetrics-text"),
      /^h_bucket\{le="\+Inf"\} 11 # \{a="observed"\} 0.5 /m,
    );
  });

  it("begins anew as it began when there are too many native buckets", () => {
    let now = 1000;
    const defined = histogram("h", "Help.", [], { buckets: [1], native: { maxBuckets: 1, minResetDurationMs: 500 } });
    const registry = new Registry({ now: () => now });
    const h = registry.add(withHistogramKind(defined, "native"));
    h.observe(0.5);
    now = 1500;
    h.observe(2);
    assert.equal(shown(registry), "native");
    assert.match(textOf(registry), /^h_sum 2\nh_count 1$/m);
  });

  it("sees that the upstream began anew, whatever buckets it has", () => {
    const family = new CollectedFamily(withHistogramKind(BOTH, "native"), { now: () => 7 });
    const created: number[] = [];
    for (const [write, count] of [["native", 20], ["native", 30], ["classic", 40], ["native", 10], ["classic", 8]]) {
      const staging = family.stage();
      const counts = { buckets: [0], count: count as number, sum: 1 };
      const native = { schema: 0, positive: { indices: [0], counts: [count as number] } };
      bind<typeof BOTH>(staging).set(write === "native" ? { ...counts, native } : counts);
      staging.commit();
      created.push(family.created(0));
    }
    assert.deepEqual(created, [NaN, NaN, NaN, 7, 7]);
  });

  it("is written anew when a series changes its form, in a family of thousands too", () => {
    const registry = new Registry();
    const description = histogram("h", "Help.", ["a"], { buckets: [1] });
    const h = registry.add(withHistogramKind(description, "native"));
    const all = Array.from({ length: 3000 }, (_, a) => a);
    for (const isNative of [false, true, true, false, false, true]) {
      for (const a of all) h.set({ a }, { ...TOTALS, ...UPSTREAM, ...(isNative ? {} : { native: undefined }) });
      const finite = textOf(registry).split("\n").filter((line) => line.includes('le="1"'));
      assert.equal(finite.length, isNative ? 0 : all.length);
    }
  });

  it("keeps series of either form beside each other", () => {
    const registry = new Registry();
    const description = histogram("h", "Help.", ["a"], { buckets: [1] });
    const h = registry.add(withHistogramKind(description, "native"));
    h.set({ a: "x" }, { ...TOTALS, buckets: [7] });
    h.set({ a: "y" }, { ...TOTALS, ...UPSTREAM });
    h.observe({ a: "z" }, 3);
    assert.deepEqual(textOf(registry).split("\n").filter((line) => line.startsWith("h_bucket")), [
      'h_bucket{a="x",le="1"} 7',
      'h_bucket{a="x",le="+Inf"} 10',
      'h_bucket{a="y",le="+Inf"} 10',
      'h_bucket{a="z",le="+Inf"} 1',
    ]);
    h.set({ a: "x" }, { ...TOTALS, ...UPSTREAM });
    h.set({ a: "y" }, { ...TOTALS, buckets: [7] });
    assert.deepEqual(textOf(registry).split("\n").filter((line) => /^h_bucket.*[xy]/.test(line)), [
      'h_bucket{a="x",le="+Inf"} 10',
      'h_bucket{a="y",le="1"} 7',
      'h_bucket{a="y",le="+Inf"} 10',
    ]);
  });
});

function textOf(registry: Registry, accept = "text/plain"): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept)));
}
