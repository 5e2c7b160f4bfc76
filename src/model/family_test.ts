import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Description } from "./description.ts";
import { CollectedFamily } from "./collected_family.ts";
import { DigestWindow } from "./digest_window.ts";
import { columnWidth, type Family, isCumulative, type Snapshot } from "./family.ts";
import { HeldFamily } from "./held_family.ts";
import { NativeSeries } from "./native_series.ts";
import type { Writer } from "./writer.ts";

const gauge: Description = { type: "gauge", name: "g", help: "G.", labelNames: ["a"] };
const counter: Description = { type: "counter", name: "c_total", help: "C.", labelNames: ["a"] };
const histogram: Description = { type: "histogram", name: "h", help: "H.", labelNames: ["a"], buckets: [1, 2] };
const summary: Description = { type: "summary", name: "s", help: "S.", labelNames: ["a"], quantiles: [0.5] };
/** A summary that shows the highest of what was observed within the last second. */
const windowed: Description = {
  ...summary,
  quantiles: [1],
  window: {
    quantiles: [1],
    maxAgeSeconds: 1,
    ageBuckets: 1,
    emptyValue: NaN,
    make(now) {
      return new DigestWindow(this, now);
    },
  },
};

/** Writes the first number of a series. */
function put(writer: Writer, a: string | number, value: number): void {
  const slot = writer.slot({ a });
  writer.values[slot * writer.family.width] = value;
}

/** The first number of each series in a snapshot, by label value; duplicates would show as an error. */
function read(snapshot: Snapshot): Record<string, number> {
  const { family, column } = snapshot;
  const rows: Record<string, number> = {};
  for (let slot = 0; slot < family.index.size; slot++) {
    if (!column.has(slot)) continue;
    const [a = "(absent)"] = family.index.values(slot);
    assert.ok(!(a in rows), `series ${a} is there twice`);
    rows[a] = column.values[slot * family.width]!;
  }
  return rows;
}

function shown(family: Family): Record<string, number> {
  const snapshot = family.pin();
  try {
    return read(snapshot);
  } finally {
    snapshot.release();
  }
}

/** One whole successful run. */
function run(family: CollectedFamily, rows: Readonly<Record<string, number>>): void {
  const staging = family.stage();
  for (const [a, value] of Object.entries(rows)) put(staging, a, value);
  staging.commit();
}

describe("columnWidth()", () => {
  it("has room for all numbers of a series", () => {
    const stateset: Description = { ...gauge, type: "stateset", states: ["x", "y", "z"] };
    const widths = [gauge, counter, { ...gauge, type: "info" } as const, histogram, summary, stateset].map(columnWidth);
    assert.deepEqual(widths, [1, 1, 1, 4, 3, 3]);
  });
});

describe("isCumulative()", () => {
  it("is true for what counts from a beginning", () => {
    assert.deepEqual([counter, histogram, summary, gauge].map(isCumulative), [true, true, true, false]);
  });
});

describe("CollectedFamily.stage()", () => {
  it("shows nothing before the first commit, and nothing staged before its own", () => {
    const family = new CollectedFamily(gauge);
    assert.deepEqual(shown(family), {});
    const staging = family.stage();
    put(staging, "x", 1);
    assert.equal(staging.live, 1);
    assert.deepEqual(shown(family), {});
    staging.commit();
    assert.deepEqual(shown(family), { x: 1 });
  });

  it("starts every series of a run at zero", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 5 });
    run(family, { x: 6 });
    const staging = family.stage();
    const slot = staging.slot({ a: "x" });
    assert.equal(staging.values[slot], 0);
    staging.discard();
  });

  it("forgets what a successful run did not set again", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1, y: 2 });
    run(family, { y: 3, z: 4 });
    assert.deepEqual(shown(family), { y: 3, z: 4 });
    run(family, {});
    assert.deepEqual(shown(family), {});
  });

  it("keeps the last commit when a run is discarded", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1 });
    const staging = family.stage();
    put(staging, "x", 2);
    put(staging, "y", 3);
    staging.discard();
    assert.deepEqual(shown(family), { x: 1 });
  });

  it("keeps runs that are open at once apart", () => {
    const family = new CollectedFamily(gauge);
    const first = family.stage();
    const second = family.stage();
    put(first, "x", 1);
    put(second, "x", 2);
    put(second, "y", 2);
    put(first, "z", 1);
    second.commit();
    assert.deepEqual(shown(family), { x: 2, y: 2 });
    first.commit();
    assert.deepEqual(shown(family), { x: 1, z: 1 });
  });

  it("frees no slot of a run that is still open, however many others end", () => {
    const family = new CollectedFamily(gauge);
    const slow = family.stage();
    put(slow, "slow", 1);
    for (let i = 0; i < 10; i++) run(family, { [`fast-${i}`]: i });
    assert.deepEqual(shown(family), { "fast-9": 9 });
    slow.commit();
    assert.deepEqual(shown(family), { slow: 1 });
  });

  it("takes only the first of commit and discard", () => {
    const family = new CollectedFamily(gauge);
    const staging = family.stage();
    put(staging, "x", 1);
    staging.commit();
    staging.discard();
    staging.commit();
    run(family, { x: 2 });
    assert.deepEqual(shown(family), { x: 2 });
  });

  it("agrees with a map over any order of runs, and pins", () => {
    const label = fc.constantFrom("p", "q", "r", "s", "t");
    const step = fc.oneof(
      fc.record({ act: fc.constant("put" as const), run: fc.nat(2), a: label, value: fc.integer() }),
      fc.record({ act: fc.constant("remove" as const), run: fc.nat(2), a: label }),
      fc.record({ act: fc.constantFrom("open", "commit", "commit", "discard"), run: fc.nat(2) }),
      fc.record({ act: fc.constantFrom("pin", "release") }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const family = new CollectedFamily(gauge);
        const runs: ({ staging: ReturnType<CollectedFamily["stage"]>; rows: Map<string, number> } | undefined)[] = [];
        const pins: { snapshot: Snapshot; rows: Record<string, number> }[] = [];
        let committed = new Map<string, number>();
        for (const step of steps) {
          const open = "run" in step ? runs[step.run] : undefined;
          if (step.act === "pin") pins.push({ snapshot: family.pin(), rows: Object.fromEntries(committed) });
          else if (step.act === "release") pins.shift()?.snapshot.release();
          else if (step.act === "open" && "run" in step) {
            runs[step.run] ??= { staging: family.stage(), rows: new Map() };
          } else if (open === undefined || !("run" in step)) continue;
          else if (step.act === "put" && "value" in step) {
            put(open.staging, step.a, step.value);
            open.rows.set(step.a, step.value);
          } else if (step.act === "remove" && "a" in step) {
            assert.equal(open.staging.remove({ a: step.a }), open.rows.delete(step.a));
          } else {
            assert.equal(open.staging.live, open.rows.size);
            if (step.act === "commit") committed = open.rows;
            if (step.act === "commit") open.staging.commit();
            else open.staging.discard();
            runs[step.run] = undefined;
          }
          assert.deepEqual({ ...shown(family) }, Object.fromEntries(committed));
          for (const { snapshot, rows } of pins) assert.deepEqual({ ...read(snapshot) }, rows);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("CollectedFamily.pin()", () => {
  it("keeps a column as it was through commits and discards", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1, y: 2 });
    const snapshot = family.pin();
    for (let i = 0; i < 10; i++) run(family, { x: 10 + i, [`new-${i}`]: i });
    family.stage().discard();
    assert.deepEqual(read(snapshot), { x: 1, y: 2 });
    snapshot.release();
    assert.deepEqual(shown(family), { x: 19, "new-9": 9 });
  });

  it("frees no slot while somebody reads, and some afterwards", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1 });
    const snapshot = family.pin();
    for (let i = 0; i < 10; i++) run(family, { y: 1 });
    assert.deepEqual(read(snapshot), { x: 1 });
    assert.equal(family.index.live, 2);
    snapshot.release();
    for (let i = 0; i < 10; i++) run(family, { y: 1 });
    assert.equal(family.index.live, 1);
  });

  it("may be released more than once without harm to other readers", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1 });
    const first = family.pin();
    const second = family.pin();
    first.release();
    first.release();
    run(family, { x: 2 });
    run(family, { x: 3 });
    run(family, { x: 4 });
    assert.deepEqual(read(second), { x: 1 });
    second.release();
  });
});

describe("Staging", () => {
  it("refuses every write after its end, and leaves what is exposed alone", () => {
    for (const end of ["commit", "discard"] as const) {
      const family: CollectedFamily = new CollectedFamily(gauge);
      const staging = family.stage();
      put(staging, "x", 1);
      staging[end]();
      const message = 'Cannot write metric "g": its run has ended';
      for (
        const write of [
          () => staging.slot({ a: "x" }),
          () => staging.slot({ a: "new" }),
          () => staging.slotOfValues(["x"]),
          () => staging.remove({ a: "x" }),
          () => staging.clear(),
        ]
      ) assert.throws(write, { message });
      assert.deepEqual(shown(family), end === "commit" ? { x: 1 } : {});
      assert.equal(family.index.find({ a: "new" }), -1);
    }
  });

  it("refuses with the error that its run asked for", () => {
    const staging = new CollectedFamily(gauge).stage({ refusal: (metric) => new RangeError(`late: ${metric}`) });
    staging.commit();
    assert.throws(() => staging.slot({ a: "x" }), { name: "RangeError", message: "late: g" });
  });

  it("asks its budget once per series, before the series counts", () => {
    const family = new CollectedFamily(gauge);
    const asked: (string | undefined)[] = [];
    const staging = family.stage({
      budget: {
        series(asking, slot): void {
          assert.equal(asking, family);
          asked.push(family.index.value(slot, 0));
          if (asked.length > 2) throw new RangeError("over budget");
        },
      },
    });
    put(staging, "x", 1);
    put(staging, "y", 1);
    put(staging, "x", 2);
    assert.throws(() => put(staging, "z", 1), /over budget/);
    assert.deepEqual(asked, ["x", "y", "z"]);
    assert.equal(staging.live, 2);
    staging.discard();
  });

  it("costs no more memory once it is over its budget, even if the error is swallowed", () => {
    const family = new CollectedFamily(gauge);
    const staging = family.stage({
      budget: {
        series() {
          if (staging.live >= 10) throw new RangeError("over budget");
        },
      },
    });
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      try {
        put(staging, i, 1);
      } catch (error) {
        assert.equal((error as Error).message, "over budget");
        refused++;
      }
    }
    assert.deepEqual([refused, staging.live], [990, 10]);
    assert.ok(family.index.size <= 11, `${family.index.size} slots`);
    staging.discard();
    assert.throws(() => put(staging, "late", 1), /its run has ended/);
  });

  it("takes series out again", () => {
    const family = new CollectedFamily(gauge);
    const staging = family.stage();
    put(staging, "x", 1);
    put(staging, "y", 1);
    assert.equal(staging.remove({ a: "x" }), true);
    assert.equal(staging.remove({ a: "x" }), false);
    assert.equal(staging.remove({ a: "unknown" }), false);
    assert.equal(staging.live, 1);
    staging.clear();
    put(staging, "z", 3);
    staging.commit();
    assert.deepEqual(shown(family), { z: 3 });
  });
});

describe("CollectedFamily memory", () => {
  it("stays that of a thousand series while a million come and go", () => {
    const family = new CollectedFamily(gauge);
    for (let commit = 0; commit < 1000; commit++) {
      const staging = family.stage();
      for (let i = 0; i < 1000; i++) put(staging, commit * 1000 + i, i);
      staging.commit();
    }
    const { index } = family;
    assert.ok(index.size <= 5000, `${index.size} slots`);
    assert.ok(index.keptValues[0]! <= 5000, `${index.keptValues} values`);
    assert.ok(family.exposed.stamps.length <= 10_000, `a column of ${family.exposed.stamps.length} slots`);
    assert.equal(Object.keys(shown(family)).length, 1000);
  });

  for (const end of ["commit", "discard"] as const) {
    it(`is given back some commits after a flood that ended in ${end}`, () => {
      const family = new CollectedFamily(gauge);
      run(family, { x: 1 });
      const flood = family.stage();
      for (let i = 0; i < 50_000; i++) put(flood, i, i);
      flood[end]();
      for (let i = 0; i < 10; i++) run(family, { x: i });
      const { index } = family;
      assert.deepEqual([index.live, index.size, ...index.keptValues], [1, 1, 1]);
      assert.ok(index.versions.length <= 16, `room for ${index.versions.length} slots`);
      assert.ok(family.exposed.stamps.length <= 16, `a column of ${family.exposed.stamps.length} slots`);
      assert.deepEqual(shown(family), { x: 9 });
    });
  }

  it("is given back after a flood even if every later run fails", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1 });
    for (let i = 0; i < 5; i++) {
      const failing = family.stage();
      if (i === 0) { for (let j = 0; j < 5000; j++) put(failing, j, j); }
      failing.discard();
    }
    assert.deepEqual([family.index.live, family.index.size], [1, 1]);
    assert.deepEqual(shown(family), { x: 1 });
  });

  it("keeps the slot of a series that is missing for one commit", () => {
    const family = new CollectedFamily(gauge);
    run(family, { x: 1, y: 1 });
    const slot = family.index.find({ a: "y" });
    run(family, { x: 1 });
    run(family, { x: 1, y: 2 });
    assert.equal(family.index.find({ a: "y" }), slot);
    assert.deepEqual(shown(family), { x: 1, y: 2 });
  });

  it("never shows one series' number under the name of another when slots are used again", () => {
    const family = new CollectedFamily(gauge);
    for (let commit = 0; commit < 60; commit++) {
      const rows = Object.fromEntries(Array.from({ length: commit % 7 }, (_, i) => [`s${commit * 3 + i}`, commit + i]));
      run(family, rows);
      assert.deepEqual({ ...shown(family) }, rows);
    }
  });
});

describe("CollectedFamily.created()", () => {
  let clock = 1000;
  const now = () => clock;

  /** A run that sets one series of each kind to a count. */
  function count(family: CollectedFamily, total: number, createdMs?: number): number {
    const staging = family.stage();
    const slot = staging.slot({ a: "x" });
    const { width } = family;
    if (family.description.type === "histogram") staging.values[slot * width + 1] = total;
    else staging.values[slot * width + width - 1] = total;
    if (createdMs !== undefined) staging.setCreated(slot, createdMs);
    staging.commit();
    return family.created(slot);
  }

  for (const description of [counter, histogram, summary]) {
    it(`moves to the time at which a lower ${description.type} was noticed`, () => {
      const family = new CollectedFamily(description, { now });
      clock = 1000;
      assert.equal(count(family, 10), NaN);
      clock = 2000;
      assert.equal(count(family, 10), NaN);
      assert.equal(count(family, 12), NaN);
      clock = 3000;
      assert.equal(count(family, 3), 3000);
      clock = 4000;
      assert.equal(count(family, 5), 3000);
      clock = 5000;
      assert.equal(count(family, 0), 5000);
    });

    it(`is what the source of a ${description.type} says, restart or not`, () => {
      const family = new CollectedFamily(description, { now });
      clock = 1000;
      assert.equal(count(family, 10, 500), 500);
      assert.equal(count(family, 11), 500);
      clock = 9000;
      assert.equal(count(family, 2, 700), 700);
      assert.equal(count(family, 1), 9000);
      assert.equal(count(family, 5, 800), 800);
    });
  }

  it("stays with the total that it belongs to while that is read", () => {
    const family = new CollectedFamily(counter, { now });
    clock = 2000;
    const first = family.pin();
    count(family, 10, 500);
    const second = family.pin();
    count(family, 3);
    const slot = family.index.find({ a: "x" });
    assert.deepEqual([second.column.values[slot], second.column.created?.[slot]], [10, 500]);
    assert.deepEqual([family.exposed.values[slot], family.created(slot)], [3, 2000]);
    [first, second].forEach((snapshot) => snapshot.release());
  });

  it("is unknown again for a series that was away", () => {
    const family = new CollectedFamily(counter, { now });
    count(family, 10, 500);
    run(family, {});
    assert.equal(count(family, 1), NaN);
  });

  it("is not moved by a run that is discarded", () => {
    const family = new CollectedFamily(counter, { now });
    count(family, 10, 500);
    const staging = family.stage();
    put(staging, "x", 1);
    staging.setCreated(staging.slot({ a: "x" }), 900);
    staging.discard();
    assert.equal(count(family, 10), 500);
  });

  it("is not moved by a gauge that falls", () => {
    const family = new CollectedFamily(gauge, { now });
    count(family, 10);
    assert.equal(count(family, 1), NaN);
  });

  it("does not pass to the next label set in the slot", () => {
    const family = new CollectedFamily(counter, { now });
    count(family, 10, 500);
    const slot = family.index.find({ a: "x" });
    for (let i = 0; i < 5; i++) run(family, {});
    run(family, { y: 1 });
    assert.equal(family.index.find({ a: "y" }), slot);
    assert.equal(family.created(slot), NaN);
  });
});

describe("HeldFamily", () => {
  it("shows writes at once and keeps them", () => {
    const family = new HeldFamily(gauge);
    put(family.writer, "x", 1);
    assert.deepEqual(shown(family), { x: 1 });
    put(family.writer, "y", 2);
    assert.deepEqual(shown(family), { x: 1, y: 2 });
  });

  it("begins a series anew after it was removed", () => {
    const family = new HeldFamily(gauge);
    put(family.writer, "x", 1);
    assert.equal(family.writer.remove({ a: "x" }), true);
    assert.equal(family.writer.remove({ a: "x" }), false);
    assert.deepEqual([family.index.live, family.exposed.live], [0, 0]);
    const slot = family.writer.slot({ a: "x" });
    assert.equal(family.writer.values[slot], 0);
  });

  it("forgets all series when it is cleared", () => {
    const family = new HeldFamily(gauge);
    for (let i = 0; i < 100; i++) put(family.writer, i, i);
    family.writer.clear();
    assert.deepEqual([family.index.live, family.exposed.live, ...family.index.keptValues], [0, 0, 0]);
    assert.deepEqual(shown(family), {});
  });

  it("knows since when each series counts", () => {
    let clock = 1000;
    const family = new HeldFamily(counter, { now: () => clock });
    const x = family.writer.slot({ a: "x" });
    clock = 2000;
    const y = family.writer.slot({ a: "y" });
    family.writer.slot({ a: "x" });
    assert.deepEqual([family.created(x), family.created(y)], [1000, 2000]);
    family.writer.remove({ a: "x" });
    clock = 3000;
    assert.equal(family.created(family.writer.slot({ a: "x" })), 3000);
  });

  /** A counter with 1000 series, of which every hundredth is left. */
  function afterFlood(take: (family: HeldFamily) => void = () => {}): HeldFamily {
    let clock = 0;
    const family = new HeldFamily(counter, { now: () => ++clock });
    for (let i = 0; i < 1000; i++) put(family.writer, i, i);
    family.writer.setTimestamp(family.index.find({ a: 900 }), 5000);
    family.writer.setExemplar(family.index.find({ a: 900 }), { labels: { id: "x" }, value: 1 });
    family.writer.setExemplar(family.index.find({ a: 901 }), { labels: { id: "y" }, value: 1 });
    take(family);
    for (let i = 0; i < 1000; i++) if (i % 100 !== 0) family.writer.remove({ a: i });
    return family;
  }

  const left = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i * 100, i * 100]));

  it("gives memory back when most series were removed, and keeps all that it knows of the others", () => {
    const family = afterFlood();
    const { index, exposed } = family;
    assert.ok(index.versions.length <= 40, `room for ${index.versions.length} slots`);
    assert.deepEqual([exposed.stamps.length, exposed.values.length], [index.versions.length, index.versions.length]);
    assert.deepEqual([index.live, exposed.live, ...index.keptValues], [10, 10, 10]);
    assert.deepEqual({ ...shown(family) }, left);
    for (const a of [0, 500, 900]) assert.equal(family.created(index.find({ a })), a + 1);
    const slot = index.find({ a: 900 });
    assert.equal(exposed.timestamps![slot], 5000);
    assert.deepEqual([...exposed.exemplars!], [[slot, { labels: { id: "x" }, value: 1 }]]);
    put(family.writer, "new", 7);
    assert.deepEqual({ ...shown(family) }, { ...left, new: 7 });
    assert.equal(family.created(index.find({ a: "new" })), 1001);
  });

  it("gives memory back after a clear", () => {
    const family = new HeldFamily(gauge);
    for (let i = 0; i < 1000; i++) put(family.writer, i, i);
    family.writer.clear();
    assert.deepEqual([family.index.versions.length, family.exposed.stamps.length, family.index.size], [8, 8, 0]);
    put(family.writer, "new", 7);
    assert.deepEqual(shown(family), { new: 7 });
  });

  it("moves no series while somebody reads, and gives memory back afterwards", () => {
    const snapshots: Snapshot[] = [];
    const family = afterFlood((family) => snapshots.push(family.pin(), family.pin()));
    const [first, second] = snapshots as [Snapshot, Snapshot];
    const slot = family.index.find({ a: 900 });
    assert.deepEqual({ ...read(first) }, left);
    first.release();
    assert.equal(family.index.find({ a: 900 }), slot);
    assert.equal(family.index.live, 1000);
    assert.deepEqual({ ...read(second) }, left);
    second.release();
    assert.ok(family.index.versions.length <= 40, `room for ${family.index.versions.length} slots`);
    assert.deepEqual({ ...shown(family) }, left);
    put(family.writer, 900, 1);
    assert.deepEqual({ ...shown(family) }, { ...left, 900: 1 });
  });

  it("moves native buckets along", () => {
    const settings = { schema: 3, zeroThreshold: 0, maxBuckets: 0, minResetDurationMs: 0, maxZeroThreshold: 0 };
    const native = {
      ...settings,
      make: (now: () => number) => new NativeSeries(settings, now),
      mistake: () => undefined,
    };
    const family = new HeldFamily({ ...histogram, native } as Description);
    for (let i = 0; i < 100; i++) family.writer.natives![family.writer.slot({ a: i })]!.observe(2 ** i);
    const kept = family.writer.natives![family.index.find({ a: 99 })];
    for (let i = 0; i < 99; i++) family.writer.remove({ a: i });
    assert.equal(family.writer.natives![family.index.find({ a: 99 })], kept);
    assert.ok(family.writer.natives!.length <= 8);
  });

  it("moves windows along", () => {
    const family = new HeldFamily(windowed);
    for (let i = 0; i < 100; i++) family.writer.windows![family.writer.slot({ a: i })]!.observe(i);
    for (let i = 0; i < 98; i++) family.writer.remove({ a: i });
    assert.deepEqual({ ...shown(family) }, { 98: 98, 99: 99 });
    assert.ok(family.writer.windows!.length <= 8);
  });

  it("gives a series that comes back while it is read its slot again, so that it is shown once", () => {
    const family = new HeldFamily(gauge);
    for (const a of ["x", "y", "z"]) put(family.writer, a, 1);
    const snapshot = family.pin();
    const slot = family.index.find({ a: "x" });
    for (const a of ["x", "y", "z"]) family.writer.remove({ a });
    put(family.writer, "x", 2);
    assert.equal(family.index.find({ a: "x" }), slot);
    family.writer.remove({ a: "x" });
    put(family.writer, "x", 3);
    put(family.writer, "new", 4);
    assert.deepEqual(read(snapshot), { x: 3, new: 4 });
    snapshot.release();
    assert.deepEqual(shown(family), { x: 3, new: 4 });
    assert.equal(family.index.live, 2);
    assert.equal(family.index.find({ a: "y" }), -1);
  });
});

describe("Family.pin() of a summary with a window", () => {
  it("shows the quantiles of now, and keeps nothing of series that were removed", () => {
    let now = 0;
    const family = new HeldFamily(windowed, { now: () => now });
    const { writer } = family;
    writer.windows![writer.slot({ a: "x" })]!.observe(5);
    assert.deepEqual(shown(family), { x: 5 });
    now = 2000;
    assert.deepEqual(shown(family), { x: NaN });
    writer.windows![writer.slot({ a: "x" })]!.observe(6);
    writer.remove({ a: "x" });
    writer.slot({ a: "x" });
    assert.deepEqual(shown(family), { x: NaN });
    writer.windows![writer.slot({ a: "x" })]!.observe(7);
    writer.clear();
    assert.deepEqual([shown(family), writer.windows!.filter((window) => window !== undefined)], [{}, []]);
  });

  it("shows series that come after it without quantiles", () => {
    const family = new HeldFamily(windowed);
    const snapshot = family.pin();
    family.writer.windows![family.writer.slot({ a: "x" })]!.observe(5);
    assert.deepEqual(read(snapshot), { x: NaN });
    snapshot.release();
  });

  it("tells how much a window holds, and lets one series begin anew", () => {
    let now = 0;
    const family = new HeldFamily(windowed, { now: () => now });
    const { writer } = family;
    const [x, y] = ["x", "y"].map((a) => writer.windows![writer.slot({ a })]!);
    for (const window of [x!, y!, y!]) window.observe(5);
    assert.deepEqual([x!.count, y!.count], [1, 2]);
    y!.restart();
    assert.deepEqual([x!.count, y!.count, shown(family)], [1, 0, { x: 5, y: NaN }]);
    now = 2000;
    assert.deepEqual([x!.count, y!.count], [0, 0]);
  });

  it("shows what the last run observed, where runs replace the series", () => {
    const family = new CollectedFamily(windowed);
    for (const [observed, expected] of [[[1, 9], { x: 9 }], [[2], { x: 2 }], [[], {}], [[3, 1], { x: 3 }]] as const) {
      const staging = family.stage();
      for (const value of observed) staging.windows![staging.slot({ a: "x" })]!.observe(value);
      staging.commit();
      assert.deepEqual(shown(family), expected);
    }
  });
});
