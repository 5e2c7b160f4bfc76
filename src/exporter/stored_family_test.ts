import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import { gaugeHistogram } from "../metrics/gauge_histogram.ts";
import { histogram } from "../metrics/histogram.ts";
import { withHistogramKind } from "../metrics/histogram_kind.ts";
import { info } from "../metrics/info.ts";
import type { NativeValue } from "../metrics/native_value.ts";
import { stateSet } from "../metrics/state_set.ts";
import { summary } from "../metrics/summary.ts";
import { untyped } from "../metrics/untyped.ts";
import type { Description } from "../model/description.ts";
import { FamilySet, NameOwners, type StagedSet } from "./family_set.ts";
import { type StoredFamily, storedFamily, toJson } from "./stored_family.ts";

const FORMATS = {
  text: "text/plain;version=1.0.0;escaping=allow-utf-8",
  OpenMetrics: "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
  protobuf: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
};
const NOW = 1_700_000_000_000;
const TIMES = { createdMs: NOW - 5000.5, timestampMs: NOW - 1 };

/** The families of one collector. */
function setOf(...declared: Description[]): FamilySet {
  return new FamilySet("c", declared, new NameOwners(), { now: () => NOW });
}

/** Lets a run that succeeds write. */
function commit(set: FamilySet, write: (staged: StagedSet) => void): void {
  const staged = set.stage({});
  write(staged);
  staged.commit();
}

/** What other isolates get: the families as text and back. */
function carried(set: FamilySet): StoredFamily[] {
  return JSON.parse(toJson(set.families().map(storedFamily)));
}

function shown(set: FamilySet, format: string): string {
  return new TextDecoder("latin1").decode(encode(set.families().map((family) => family.pin()), negotiate(format)));
}

function assertAlike(actual: FamilySet, expected: FamilySet): void {
  for (const [name, format] of Object.entries(FORMATS)) {
    assert.equal(shown(actual, format), shown(expected, format), name);
  }
}

const exemplar = { labels: { trace_id: "ü😀" }, value: -Infinity, timestampMs: NOW - 3 };
const BUCKETS = { indices: [-3, 0, 7], counts: [1, 2, 4] };
const native: NativeValue = {
  schema: 3,
  zeroThreshold: 1e-9,
  zeroCount: 2,
  positive: BUCKETS,
  negative: { indices: [2], counts: [5] },
  exemplars: [{ labels: { a: "1" }, value: 1, timestampMs: NOW }, { labels: {}, value: 2, timestampMs: NOW - 9 }],
};

const requests = counter("requests_total", "Requests.", ["code", "path"]);
const level = gauge("level_seconds", 'Level, "\\\n\ud800.', ["a"], { unit: "seconds" });
const value = untyped("value", "Value.");
const facts = info("facts_info", "Facts.", ["version"]);
const door = stateSet("door", "Door.", ["n"], { states: ["open", "closed"] });
const latency = histogram("latency", "Latency.", ["p"], { buckets: [-0, 0.1, 1] });
const sizes = histogram("sizes", "Sizes.", [], { native: { factor: 1.2, minResetDurationMs: 1000 } });
const both = histogram("both", "Both.", ["p"], { buckets: [1], native: true });
const chosen = withHistogramKind(histogram("chosen", "As settings want it.", ["p"], { buckets: [1] }), "native");
const unchosen = withHistogramKind(histogram("unchosen", "As it is.", [], { native: true }), "classic");
const ages = gaugeHistogram("ages", "Ages.", [], { buckets: [10] });
const pause = summary("pause", "Pause.", [], { quantiles: [0, 0.5] });
const wait = summary("wait", "Wait.", [], { quantiles: [0.5, 0.99], window: { maxAgeSeconds: Infinity } });

const ALL = [requests, level, value, facts, door, latency, sizes, both, chosen, unchosen, ages, pause, wait];

/** Writes all that can be said in each of them. */
function writeAll({ instrument }: { instrument: StagedSet["instrument"] }): void {
  instrument(requests).set({ code: "200", path: "" }, 17, { ...TIMES, exemplar });
  instrument(requests).set({ code: "500", path: "\u2028null" }, Infinity);
  instrument(level).set({ a: "1" }, -0, { timestampMs: TIMES.timestampMs });
  instrument(level).set({ a: "NaN" }, NaN);
  instrument(level).set({ a: "2" }, 5e-324);
  instrument(value).set(-Infinity);
  instrument(facts).set({ version: "1.0" });
  instrument(door).set({ n: "1" }, "closed");
  instrument(latency).set(
    { p: "/" },
    { buckets: [0, 1, 3], count: 4, sum: NaN, exemplars: [undefined, exemplar] },
    TIMES,
  );
  instrument(latency).observe({ p: "/other" }, 0.5);
  instrument(sizes).set({ buckets: [], count: 14, sum: -5, native }, TIMES);
  instrument(both).set({ p: "both" }, { buckets: [3], count: 14, sum: 5, native });
  instrument(chosen).set({ p: "both" }, { buckets: [3], count: 14, sum: 5, native });
  instrument(chosen).set({ p: "classic" }, { buckets: [3], count: 14, sum: 5 });
  instrument(chosen).observe({ p: "observed" }, 2);
  instrument(unchosen).set({ buckets: [], count: 14, sum: 5, native });
  instrument(both).set({ p: "classic" }, { buckets: [3], count: 14, sum: 5 });
  instrument(ages).set({ buckets: [2], count: 5, sum: 70, exemplars: [exemplar] }, { timestampMs: NOW });
  instrument(pause).set({ quantiles: [NaN, 0.25], count: 2, sum: 0.5 }, TIMES);
  for (const seconds of [1, 2, 3]) instrument(wait).observe(seconds);
}
describe("a stored family", () => {
  it("shows where it is declared what it showed where it was collected", () => {
    const there = setOf(...ALL);
    commit(there, (staged) => writeAll({ instrument: (description) => staged.instrument(description) }));
    const here = setOf(...ALL);
    here.restore(carried(there));
    assertAlike(here, there);
    assert.match(shown(here, FORMATS.text), /^wait\{quantile="0.99"\} 3$/m);
  });

  it("shows as one that a run has found what it showed where it was collected", () => {
    const there = setOf();
    commit(there, (staged) => writeAll({ instrument: (description) => staged.find(description) }));
    const here = setOf();
    here.restore(carried(there));
    assertAlike(here, there);
  });

  it("shows it also after it was carried again", () => {
    const there = setOf(...ALL);
    commit(there, (staged) => writeAll({ instrument: (description) => staged.instrument(description) }));
    const between = setOf(...ALL);
    between.restore(carried(there));
    const here = setOf(...ALL);
    here.restore(carried(between));
    assertAlike(here, there);
  });

  it("keeps labels that a series lacks away from those that it has", () => {
    const there = setOf();
    const sparse = gauge("sparse", "Some labels.", ["a", "b", "c"]);
    commit(there, (staged) => {
      const instrument = staged.find(sparse);
      instrument.set({ b: "null" } as never, 1);
      instrument.set({ a: "1", c: "2" } as never, 2);
      instrument.set({} as never, 3);
    });
    const here = setOf();
    here.restore(carried(there));
    assertAlike(here, there);
    assert.match(shown(here, FORMATS.text), /^sparse\{b="null"\} 1$/m);
  });

  it("replaces everything that was there", () => {
    const there = setOf(level);
    commit(there, (staged) => staged.instrument(level).set({ a: "new" }, 1));
    const here = setOf(level);
    commit(here, (staged) => {
      staged.instrument(level).set({ a: "old" }, 1);
      staged.find(value).set(1);
    });
    here.restore(carried(there));
    assertAlike(here, there);
  });

  it("lets a run go on where it was collected before, and see that a total has begun anew", () => {
    const there = setOf(requests);
    commit(there, (staged) => {
      staged.instrument(requests).set({ code: "200", path: "/" }, 100);
      staged.find(counter("found_total", "Found.")).set(100);
    });
    const here = setOf(requests);
    here.restore(carried(there));
    commit(here, (staged) => {
      staged.instrument(requests).set({ code: "200", path: "/" }, 5);
      staged.find(counter("found_total", "Found.")).set(5);
    });
    for (const family of here.families()) assert.equal(family.created(0), NOW, family.description.name);
  });

  it("lets a run find it again and observe", () => {
    const [there, here] = [setOf(), setOf()];
    commit(there, (staged) => {
      staged.find(sizes).observe(3);
      staged.find(wait).observe(3);
    });
    here.restore(carried(there));
    for (const set of [there, here]) {
      commit(set, (staged) => {
        staged.find(sizes).observe(5);
        staged.find(wait).observe(5);
      });
    }
    assertAlike(here, there);
  });

  const others: [what: string, description: Description][] = [
    ["help", gauge("requests_total", "Requests, once.", ["code", "path"])],
    ["labels", counter("requests_total", "Requests.", ["code"])],
  ];
  for (const [what, other] of others) {
    it(`is refused where it is declared with other ${what}, and leaves what is there`, () => {
      const there = setOf(level, requests);
      commit(there, (staged) => staged.instrument(level).set({ a: "there" }, 1));
      const here = setOf(level, other);
      commit(here, (staged) => staged.instrument(level).set({ a: "here" }, 1));
      const before = shown(here, FORMATS.text);
      assert.throws(() => here.restore(carried(there)), /^TypeError: Cannot show metric "requests_total": /);
      assert.equal(shown(here, FORMATS.text), before);
    });
  }

  it("is refused where its buckets are made otherwise", () => {
    const there = setOf(sizes);
    const here = setOf(histogram("sizes", "Sizes.", [], { native: { factor: 1.1 } }));
    assert.throws(() => here.restore(carried(there)), /native settings are/);
  });

  it("is refused where the name belongs to another collector, which keeps it", () => {
    const there = setOf();
    commit(there, (staged) => staged.find(value).set(1));
    const owners = new NameOwners();
    owners.claim("other", value);
    const here = new FamilySet("c", [], owners, { now: () => NOW });
    assert.throws(() => here.restore(carried(there)), /belongs to collector "other"/);
    assert.throws(() => owners.claim("c", value), /belongs to collector "other"/);
  });
});
