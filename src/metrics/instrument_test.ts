import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { CollectedFamily } from "../model/collected_family.ts";
import { bind } from "./bind.ts";
import { counter } from "./counter.ts";
import { gauge } from "./gauge.ts";
import { gaugeHistogram } from "./gauge_histogram.ts";
import { histogram } from "./histogram.ts";
import { info } from "./info.ts";
import { Registry } from "./registry.ts";
import { stateSet } from "./state_set.ts";
import { summary } from "./summary.ts";
import { untyped } from "./untyped.ts";

/** The instrument of each kind, and a write to a series of it. */
const KINDS = {
  counter: (r: Registry) => write(r.add(counter("x_total", "Help.", ["a"])), (i, labels) => i.inc(labels)),
  gauge: (r: Registry) => write(r.add(gauge("x", "Help.", ["a"])), (i, labels) => i.inc(labels)),
  histogram: (r: Registry) => write(r.add(histogram("x", "Help.", ["a"])), (i, labels) => i.observe(labels, 1)),
  gaugeHistogram: (r: Registry) =>
    write(
      r.add(gaugeHistogram("x", "Help.", ["a"], { buckets: [1] })),
      (i, labels) => i.set(labels, { buckets: [1], count: 2, sum: 3 }),
    ),
  summary: (r: Registry) => write(r.add(summary("x", "Help.", ["a"])), (i, labels) => i.observe(labels, 1)),
  info: (r: Registry) => write(r.add(info("x_info", "Help.", ["a"])), (i, labels) => i.set(labels)),
  stateSet: (r: Registry) =>
    write(r.add(stateSet("x", "Help.", ["a"], { states: ["s"] })), (i, labels) => i.set(labels, "s")),
  untyped: (r: Registry) => write(r.add(untyped("x", "Help.", ["a"])), (i, labels) => i.set(labels, 1)),
};

interface Removable {
  remove(labels: { a: string }): boolean;
  clear(): void;
}

function write<I extends Removable>(instrument: I, put: (instrument: I, labels: { a: string }) => void) {
  return { instrument: instrument as Removable, put: (labels: { a: string }) => put(instrument, labels) };
}

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("Instrument.remove() and clear()", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`take series of a ${kind} away, which begin anew afterwards`, () => {
      const registry = new Registry();
      const { instrument, put } = make(registry);
      put({ a: "x" });
      const once = exposed(registry);
      put({ a: "x" });
      put({ a: "y" });
      assert.equal(instrument.remove({ a: "x" }), true);
      assert.equal(instrument.remove({ a: "x" }), false);
      assert.doesNotMatch(exposed(registry), /"x"/);
      assert.match(exposed(registry), /a="y"/);
      instrument.clear();
      assert.equal(exposed(registry), "");
      put({ a: "x" });
      assert.equal(exposed(registry), once);
    });
  }

  it("check the labels", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"])) as unknown as { remove(labels?: unknown): boolean };
    for (const labels of [undefined, {}, { b: "1" }, { a: "1", b: "2" }]) {
      assert.throws(() => x.remove(labels), { name: "TypeError", message: /^Cannot use metric "x": label / });
    }
    const plain = registry.add(gauge("y", "Help."));
    assert.throws(() => (plain as unknown as typeof x).remove({ a: "1" }), /metric "y": label "a" was not declared/);
    assert.equal(plain.remove(), true);
    assert.equal(plain.remove(), false);
  });
});

describe("Instrument", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`takes the labels of a ${kind} as they are at the call`, () => {
      const registry = new Registry();
      const { put } = make(registry);
      put({ a: "x" });
      const before = exposed(registry);
      const labels = { a: "x" };
      const other = new Registry();
      make(other).put(labels);
      labels.a = "y";
      assert.equal(exposed(other), before);
      put(labels);
      assert.match(exposed(registry), /a="x"/);
      assert.match(exposed(registry), /a="y"/);
    });
  }
});

describe("Instrument.labels()", () => {
  it("takes labels, or label values in declared order, numbers too", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["code", "path"]));
    x.labels({ path: "/", code: 200 }).inc();
    x.labels("200", "/").inc();
    x.labels(200, "/").inc();
    assert.equal(exposed(registry), '# HELP x Help.\n# TYPE x gauge\nx{code="200",path="/"} 3\n');
  });

  it("shows the series at once, and takes nothing where there are no labels", () => {
    const registry = new Registry();
    registry.add(gauge("x", "Help.", ["a"])).labels("y");
    registry.add(counter("y_total", "Help.")).labels().inc(2);
    assert.match(exposed(registry), /x\{a="y"\} 0\n[^]*y_total 2\n/);
  });

  it("rejects what does not name a series", () => {
    const x = new Registry().add(gauge("x", "Help.", ["a", "b"])) as unknown as { labels(...series: unknown[]): void };
    for (const series of [[], ["1"], ["1", "2", "3"], [{ a: "1" }], [{ a: "1", c: "2" }], [null, "1"], [{}, {}]]) {
      assert.throws(() => x.labels(...series), { name: "TypeError", message: /^Cannot use metric "x": / });
    }
  });

  it("does not follow the label object it was given", () => {
    const registry = new Registry();
    const labels = { a: "before" };
    const handle = registry.add(gauge("x", "Help.", ["a"])).labels(labels);
    labels.a = "after";
    handle.inc();
    assert.equal(exposed(registry), '# HELP x Help.\n# TYPE x gauge\nx{a="before"} 1\n');
  });
});

describe("Handle", () => {
  it("makes its series anew when it was removed", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"]));
    const handle = x.labels("1");
    handle.inc(5);
    x.remove({ a: "1" });
    assert.equal(exposed(registry), "");
    handle.inc(2);
    handle.inc(2);
    assert.equal(exposed(registry), '# HELP x Help.\n# TYPE x gauge\nx{a="1"} 4\n');
  });

  it("never writes to another label set that got its slot", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"]));
    const handle = x.labels("1");
    handle.set(1);
    x.remove({ a: "1" });
    x.set({ a: "2" }, 2);
    handle.set(7);
    assert.equal(exposed(registry), '# HELP x Help.\n# TYPE x gauge\nx{a="2"} 2\nx{a="1"} 7\n');
    x.clear();
    x.set({ a: "3" }, 3);
    x.set({ a: "4" }, 4);
    handle.inc(9);
    const lines = exposed(registry).split("\n").filter((line) => line.startsWith("x"));
    assert.deepEqual(lines.sort(), ['x{a="1"} 9', 'x{a="3"} 3', 'x{a="4"} 4']);
  });

  it("stays right while the family grows", () => {
    const registry = new Registry();
    const x = registry.add(counter("x_total", "Help.", ["a"]));
    const handle = x.labels("first");
    for (let i = 0; i < 1000; i++) {
      handle.inc();
      x.inc({ a: i });
    }
    assert.match(exposed(registry), /\{a="first"\} 1000\n/);
  });

  it("stays right when its series moves because most others were removed", () => {
    const registry = new Registry();
    const x = registry.add(counter("x_total", "Help.", ["a"]));
    const handles = Array.from({ length: 1000 }, (_, i) => x.labels(`${i}`));
    handles.forEach((handle, i) => handle.inc(i));
    for (let i = 0; i < 999; i++) if (i !== 500) x.remove({ a: i });
    for (const i of [999, 500, 3, 500, 999]) handles[i]!.inc(0.5);
    const lines = exposed(registry).split("\n").filter((line) => line.startsWith("x"));
    assert.deepEqual(lines.sort(), ['x_total{a="3"} 0.5', 'x_total{a="500"} 501', 'x_total{a="999"} 1000']);
  });

  it("agrees with a map through floods and droughts, with somebody reading or not", () => {
    const round = fc.record({ adds: fc.nat(100), keep: fc.integer({ min: 1, max: 30 }), pinned: fc.boolean() });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 6 }), (rounds) => {
        const registry = new Registry();
        const x = registry.add(counter("x_total", "Help.", ["a"]));
        const handles = new Map<number, ReturnType<typeof x.labels>>();
        const model = new Map<number, number>();
        let count = 0;
        const add = (a: number) => {
          handles.get(a)!.inc(a + 1);
          model.set(a, (model.get(a) ?? 0) + a + 1);
        };
        for (const { adds, keep, pinned } of rounds) {
          const snapshots = pinned ? registry.snapshots() : [];
          for (let i = 0; i < adds; i++, count++) {
            handles.set(count, x.labels(`${count}`));
            add(count);
          }
          for (const a of [...model.keys()].filter((_, i) => i % keep !== 0)) {
            assert.equal(x.remove({ a }), true);
            model.delete(a);
          }
          for (const a of handles.keys()) if (a % 5 === 0) add(a);
          snapshots.forEach((snapshot) => snapshot.release());
          for (const a of handles.keys()) if (a % 7 === 0) add(a);
          const lines = exposed(registry).split("\n").filter((line) => line.startsWith("x"));
          assert.deepEqual(lines.sort(), [...model].map(([a, total]) => `x_total{a="${a}"} ${total}`).sort());
        }
      }),
      { numRuns: 50 },
    );
  });

  it("agrees with a map, whatever is written, removed and written again", () => {
    const label = fc.constantFrom("p", "q", "r", "s");
    const step = fc.record({ act: fc.constantFrom("inc", "handle", "handle", "remove", "clear"), a: label });
    fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const registry = new Registry();
      const x = registry.add(counter("x_total", "Help.", ["a"]));
      const handles = new Map<string, ReturnType<typeof x.labels>>();
      const model = new Map<string, number>();
      for (const { act, a } of steps) {
        if (act === "clear") {
          x.clear();
          model.clear();
        } else if (act === "remove") {
          assert.equal(x.remove({ a }), model.delete(a));
        } else {
          if (act === "inc") x.inc({ a });
          else {
            const handle = handles.get(a) ?? x.labels(a);
            handles.set(a, handle);
            handle.inc();
          }
          model.set(a, (model.get(a) ?? 0) + 1);
        }
        const lines = exposed(registry).split("\n").filter((line) => line.startsWith("x"));
        assert.deepEqual(lines.sort(), [...model].map(([key, n]) => `x_total{a="${key}"} ${n}`).sort());
      }
    }));
  });

  it("of a run writes to that run, and is refused after it", () => {
    const family = new CollectedFamily(counter("x_total", "Help.", ["a"]));
    const text = () => new TextDecoder().decode(encode([family.pin()], negotiate(null)));
    const staging = family.stage();
    const x = bind<ReturnType<typeof counter<["a"]>>>(staging);
    const handle = x.labels("1");
    handle.inc();
    assert.equal(text(), "");
    x.remove({ a: "1" });
    handle.inc(3);
    staging.commit();
    const shown = '# HELP x_total Help.\n# TYPE x_total counter\nx_total{a="1"} 3\n';
    assert.equal(text(), shown);
    const ended = { message: 'Cannot write metric "x_total": its run has ended' };
    for (
      const late of [
        () => handle.inc(),
        () => handle.set(5),
        () => x.inc({ a: "1" }),
        () => x.set({ a: "1" }, 5),
        () => x.labels("1"),
        () => x.remove({ a: "1" }),
        () => x.clear(),
      ]
    ) assert.throws(late, ended);
    const next = family.stage();
    assert.throws(() => handle.inc(), ended);
    next.discard();
    assert.equal(text(), shown);
  });

  it("of a run keeps the labels that a sparse series has", () => {
    const family = new CollectedFamily(gauge("x", "Help.", ["a", "b"]), { sparse: true });
    const staging = family.stage();
    const x = bind<ReturnType<typeof gauge<["a", "b"]>>>(staging);
    const handle = x.labels({ b: "1" } as never);
    x.remove({ b: "1" } as never);
    handle.set(4);
    staging.commit();
    const text = new TextDecoder().decode(encode([family.pin()], negotiate(null)));
    assert.equal(text, '# HELP x Help.\n# TYPE x gauge\nx{b="1"} 4\n');
  });
});
