import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { LabelValue } from "./description.ts";
import { grown, LabelIndex, resized } from "./label_index.ts";

/** Values that are easily confused: separators, quotes, escapes, lone surrogates, numbers and their texts. */
const trickyValue = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    ",",
    "a",
    "b",
    "ab",
    "a|b",
    "|",
    'a",b="',
    "\\",
    "\n",
    "\0",
    "\xff",
    "0",
    "1",
    "constructor",
    "__proto__",
  ),
  fc.constantFrom("\ud800", "\udc00", "\ud800\ud800", "\ufffd", "\ufffd\ufffd", "😀"),
  fc.string({ unit: "binary", maxLength: 4 }),
);

/** What a label set comes down to: well-formed texts, in declared order. */
function keyOf(values: readonly string[]): string {
  return JSON.stringify(values.map((value) => value.toWellFormed()));
}

describe("LabelIndex.slot()", () => {
  it("gives equal label sets the same slot and different ones different slots, whatever the strings", () => {
    fc.assert(fc.property(fc.array(fc.tuple(trickyValue, trickyValue), { maxLength: 60 }), (sets) => {
      const index = new LabelIndex("m", ["a", "b"]);
      const slots = new Map<string, number>();
      for (const [a, b] of sets) {
        const slot = index.slot({ a, b });
        assert.equal(slots.get(keyOf([a, b])) ?? slot, slot);
        slots.set(keyOf([a, b]), slot);
        assert.deepEqual(index.values(slot), [a.toWellFormed(), b.toWellFormed()]);
      }
      assert.equal(new Set(slots.values()).size, slots.size);
      assert.equal(index.live, slots.size);
    }));
  });

  it("tells values apart that are the same text when they are joined", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    const joined = [["1|2", "3"], ["1", "2|3"], ["12", "3"], ["1", "23"], ["", "1,2"], ["1,2", ""], ['1",b="2', "3"]];
    const slots = joined.map(([a, b]) => index.slot({ a: a!, b: b! }));
    assert.equal(new Set(slots).size, joined.length);
    assert.deepEqual(slots.map((slot) => index.values(slot)), joined);
  });

  it("agrees with a map over any order of adding, finding, freeing and trimming", () => {
    const value = fc.constantFrom("a", "b", "c", "d", "\ud800", "\ufffd", 'a",b="', "");
    const step = fc.record({
      act: fc.constantFrom("add", "add", "add", "find", "free", "free", "trim"),
      a: value,
      b: value,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.boolean(), (steps, sparse) => {
        const index = new LabelIndex("m", ["a", "b"], { sparse });
        const model = new Map<string, number>();
        for (const { act, a, b } of steps) {
          const key = keyOf([a, b]);
          if (act === "add") {
            const slot = index.slot({ a, b });
            const known = model.get(key);
            if (known === undefined) assert.ok(![...model.values()].includes(slot), "a slot in use was given away");
            else assert.equal(slot, known);
            model.set(key, slot);
          } else if (act === "find") {
            assert.equal(index.find({ a, b }), model.get(key) ?? -1);
          } else if (act === "trim") {
            index.trim();
          } else if (model.has(key)) {
            index.free(model.get(key)!);
            model.delete(key);
          }
          assert.equal(index.live, model.size);
        }
        for (const [key, slot] of model) {
          const [a, b] = JSON.parse(key) as [string, string];
          assert.ok(slot < index.size && index.inUse(slot));
          assert.equal(index.find({ a, b }), slot);
          assert.deepEqual(index.values(slot), [a, b].map((text) => sparse && text === "" ? undefined : text));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("agrees with a map of texts, in whatever way the same labels are given", () => {
    const value = fc.oneof(
      trickyValue,
      fc.constantFrom<LabelValue>("a", "b", "200", 200, "-0", -0, 0, "NaN", NaN, "1e+21", 1e21, 0.1, "0.1"),
    );
    const step = fc.record({
      act: fc.constantFrom("slot", "slot", "mutated", "reordered", "inherited", "values", "find", "remove"),
      values: fc.tuple(value, value, value),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new LabelIndex("m", ["a", "b", "c"]);
        const model = new Map<string, number>();
        const shared: Record<string, LabelValue> = {};
        for (const { act, values } of steps) {
          const [a, b, c] = values;
          const key = keyOf(values.map(String));
          if (act === "find") {
            assert.equal(index.find({ a, b, c }), model.get(key) ?? -1);
          } else if (act === "remove") {
            const slot = model.get(key);
            if (slot !== undefined) index.free(slot);
            model.delete(key);
          } else {
            const slot = {
              slot: () => index.slot({ a, b, c }),
              mutated: () => index.slot(Object.assign(shared, { a, b, c })),
              reordered: () => index.slot({ c, a, b }),
              inherited: () => index.slot(Object.assign(Object.create({ c }), { a, b })),
              values: () => index.slotOfValues(values),
            }[act]();
            assert.equal(slot, model.get(key) ?? slot);
            model.set(key, slot);
            assert.deepEqual(index.values(slot), values.map((text) => String(text).toWellFormed()));
          }
        }
        assert.equal(new Set(model.values()).size, model.size, "two label sets share a slot");
        assert.equal(index.live, model.size);
      }),
      { numRuns: 300 },
    );
  });

  it("takes the labels in any order", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    assert.equal(index.slot({ b: "2", a: "1" }), index.slot({ a: "1", b: "2" }));
    assert.notEqual(index.slot({ a: "2", b: "1" }), index.slot({ a: "1", b: "2" }));
  });

  it("takes a number for its decimal text", () => {
    const index = new LabelIndex("m", ["a"]);
    assert.equal(index.slot({ a: 200 }), index.slot({ a: "200" }));
    assert.equal(index.slot({ a: 0.5 }), index.slot({ a: "0.5" }));
    assert.equal(index.slot({ a: -0 }), index.slot({ a: 0 }));
  });

  it("replaces lone surrogates, so that what is one label set on the wire has one slot", () => {
    const index = new LabelIndex("m", ["a"]);
    const slot = index.slot({ a: "x\ud800" });
    assert.equal(index.slot({ a: "x\udfff" }), slot);
    assert.equal(index.value(slot, 0), "x\ufffd");
  });

  it("is not changed by what happens to the label object afterwards", () => {
    const index = new LabelIndex("m", ["a"]);
    const labels = { a: "1" };
    const slot = index.slot(labels);
    labels.a = "2";
    assert.equal(index.value(slot, 0), "1");
    assert.notEqual(index.slot(labels), slot);
    assert.equal(index.slot({ a: "1" }), slot);
  });

  it("has one slot for a family without labels", () => {
    const index = new LabelIndex("m", []);
    assert.equal(index.slot(undefined), 0);
    assert.equal(index.slot({}), 0);
    assert.equal(index.live, 1);
  });

  it("finds its way among labels named like members of every object", () => {
    const index = new LabelIndex("m", ["constructor", "toString"]);
    assert.throws(() => index.slot({ constructor: "a" }), /label "toString" is missing/);
    const slot = index.slot({ constructor: "a", toString: "b" } as unknown as Record<string, LabelValue>);
    assert.deepEqual(index.values(slot), ["a", "b"]);
  });

  it("keeps thousands of label sets apart, with little room to spare", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    for (let i = 0; i < 20_000; i++) assert.equal(index.slot({ a: i % 200, b: Math.floor(i / 200) }), i);
    assert.ok(index.versions.length <= 25_000, `room for ${index.versions.length} slots`);
    assert.equal(index.ids.length, 2 * index.versions.length);
    assert.equal(index.inUse(20_000), false);
    for (let i = 0; i < 20_000; i++) assert.equal(index.find({ a: i % 200, b: Math.floor(i / 200) }), i);
  });

  const mistakes: [string, Record<string, unknown> | undefined, RegExp][] = [
    ["a missing label", { a: "1" }, /metric "m": label "b" is missing, expected the labels a, b$/],
    ["no labels", undefined, /metric "m": label "a" is missing, expected the labels a, b$/],
    ["an undefined label", { a: "1", b: undefined }, /label "b" is missing/],
    [
      "an unknown label",
      { a: "1", b: "2", c: "3" },
      /metric "m": label "c" was not declared, expected the labels a, b$/,
    ],
    ["an unknown label instead of another", { a: "1", c: "3" }, /label "b" is missing/],
    ["an object as value", { a: "1", b: {} }, /metric "m": label "b" is a object, expected a string or a number$/],
    ["null as value", { a: "1", b: null }, /label "b" is a object/],
    ["a boolean as value", { a: "1", b: true }, /label "b" is a boolean/],
    ["a bigint as value", { a: "1", b: 1n }, /label "b" is a bigint/],
  ];
  for (const [what, labels, message] of mistakes) {
    it(`refuses ${what} and keeps nothing of it`, () => {
      const index = new LabelIndex("m", ["a", "b"]);
      assert.throws(() => index.slot(labels as Record<string, string>), { name: "TypeError", message });
      assert.deepEqual([index.live, index.size, ...index.keptValues], [0, 0, 0, 0]);
    });

    it(`refuses ${what} also when the other labels are known`, () => {
      const index = new LabelIndex("m", ["a", "b"]);
      for (const b of ["2", "undefined", "null", "true", "1", "[object Object]"]) index.slot({ a: "1", b });
      assert.throws(() => index.slot(labels as Record<string, string>), { name: "TypeError", message });
      assert.deepEqual([index.live, index.size, ...index.keptValues], [6, 6, 1, 6]);
    });
  }

  it("refuses any label on a family without labels", () => {
    const index = new LabelIndex("m", []);
    assert.throws(() => index.slot({ a: "1" }), {
      name: "TypeError",
      message: 'Cannot use metric "m": label "a" was not declared, expected no labels',
    });
  });
});

describe("LabelIndex.slot() of a sparse family", () => {
  it("tells a missing label from every value but the empty one", () => {
    const index = new LabelIndex("m", ["a", "b"], { sparse: true });
    const slot = index.slot({ a: "1" });
    assert.deepEqual(index.values(slot), ["1", undefined]);
    for (const b of [undefined, ""]) assert.equal(index.slot({ a: "1", b } as Record<string, string>), slot);
    for (const b of ["undefined", "null", "0", 0]) assert.notEqual(index.slot({ a: "1", b }), slot);
    assert.notEqual(index.slot({ b: "1" }), slot);
    assert.notEqual(index.slot({}), slot);
  });

  it("refuses a label that was not declared", () => {
    const index = new LabelIndex("m", ["a"], { sparse: true });
    assert.throws(() => index.slot({ b: "1" }), /label "b" was not declared/);
  });
});

describe("LabelIndex.slotOfValues()", () => {
  it("takes the values in declared order", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    assert.equal(index.slotOfValues(["1", 2]), index.slot({ a: "1", b: "2" }));
  });

  for (const values of [[], ["1"], ["1", "2", "3"]]) {
    it(`refuses ${values.length} values for two labels`, () => {
      assert.throws(() => new LabelIndex("m", ["a", "b"]).slotOfValues(values), {
        name: "TypeError",
        message: `Cannot use metric "m": got ${values.length} label values, expected 2 (a, b)`,
      });
    });
  }

  it("refuses a value for no labels", () => {
    assert.throws(
      () => new LabelIndex("m", []).slotOfValues(["1"]),
      /got 1 label values, expected 0 \(it has no labels\)/,
    );
  });
});

describe("LabelIndex.ids and texts()", () => {
  it("spell the label sets of all slots", () => {
    const index = new LabelIndex("m", ["a", "b"], { sparse: true });
    const sets: Record<string, LabelValue>[] = [{ a: "1", b: "2" }, { a: "2", b: "1" }, { b: "1" }, {}];
    const slots = sets.map((labels) => index.slot(labels));
    for (let i = 0; i < 100; i++) slots.push(index.slot({ a: i, b: "many" }));
    for (const slot of slots) {
      const texts = index.names.map((_, position) => index.texts(position)[index.ids[slot * 2 + position]!]);
      assert.deepEqual(texts, index.values(slot));
    }
    assert.deepEqual([...index.ids.slice(4, 8)], [0, index.ids[3], 0, 0]);
  });
});

describe("LabelIndex.generation()", () => {
  it("changes with each new text of its label, and with nothing else", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    index.slot({ a: "1", b: "1" });
    const [a, b] = [index.generation(0), index.generation(1)];
    const slot = index.slot({ a: "1", b: "2" });
    assert.equal(index.generation(0), a);
    assert.notEqual(index.generation(1), b);
    const later = index.generation(1);
    index.slot({ a: "1", b: "2" });
    index.find({ a: "new", b: "new" });
    index.free(slot);
    assert.deepEqual([index.generation(0), index.generation(1)], [a, later]);
  });

  it("changes when an id that was given back gets another text", () => {
    const index = new LabelIndex("m", ["a"]);
    const seen = new Set<number>();
    for (const a of ["1", "2", "1"]) {
      const slot = index.slot({ a });
      assert.equal(index.ids[slot], 1);
      assert.ok(!seen.has(index.generation(0)), "a generation came back");
      seen.add(index.generation(0));
      index.free(slot);
      index.trim();
    }
  });
});

describe("LabelIndex.find()", () => {
  it("makes nothing", () => {
    const index = new LabelIndex("m", ["a"]);
    assert.equal(index.find({ a: "1" }), -1);
    assert.equal(index.slot({ a: "2" }), 0);
    assert.equal(index.find({ a: "1" }), -1);
    assert.deepEqual([index.live, index.size], [1, 1]);
  });
});

describe("LabelIndex.free()", () => {
  it("forgets a text even if it was the last one that was looked for", () => {
    const index = new LabelIndex("m", ["a"]);
    index.free(index.slot({ a: "1" }));
    assert.equal(index.find({ a: "1" }), -1);
    assert.equal(index.value(index.slot({ a: "1" }), 0), "1");
  });

  it("gives the slot to another label set under another version", () => {
    const index = new LabelIndex("m", ["a"]);
    const slot = index.slot({ a: "1" });
    const version = index.versions[slot];
    index.free(slot);
    assert.equal(index.find({ a: "1" }), -1);
    assert.deepEqual([index.inUse(slot), index.versions[slot]], [false, 0]);
    assert.equal(index.slot({ a: "2" }), slot);
    assert.ok(index.inUse(slot));
    assert.notEqual(index.versions[slot], version);
    assert.equal(index.value(slot, 0), "2");
  });

  it("keeps a string that another slot still uses", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    const first = index.slot({ a: "x", b: "1" });
    const second = index.slot({ a: "x", b: "2" });
    index.free(first);
    index.slot({ a: "y", b: "1" });
    assert.deepEqual(index.values(second), ["x", "2"]);
    assert.equal(index.find({ a: "x", b: "2" }), second);
  });

  it("keeps slots and strings few while a million label sets come and go", () => {
    const index = new LabelIndex("m", ["id"]);
    const alive: number[] = [];
    for (let i = 0; i < 1_000_000; i++) {
      if (alive.length === 1000) index.free(alive[i % 1000]!);
      alive[i % 1000] = index.slot({ id: `series-${i}` });
    }
    assert.equal(index.live, 1000);
    assert.equal(index.size, 1000);
    assert.deepEqual(index.keptValues, [1000]);
    assert.ok(index.versions.length <= 2048, `room for ${index.versions.length} slots`);
  });
});

describe("LabelIndex.find() after LabelIndex.free()", () => {
  it("finds every other label set, however crowded the table is", () => {
    const index = new LabelIndex("m", ["a", "b"]);
    const alive = new Map<number, { a: number; b: number }>();
    for (let i = 0; i < 3000; i++) {
      const labels = { a: i * i % 71, b: i };
      alive.set(index.slot(labels), labels);
      if (i % 3 === 0) continue;
      const [slot] = [...alive.keys()].slice((i * 7919) % alive.size);
      index.free(slot!);
      alive.delete(slot!);
    }
    assert.equal(index.live, alive.size);
    for (const [slot, labels] of alive) assert.equal(index.find(labels), slot);
    for (const slot of [...alive.keys()].filter((_, i) => i % 2 === 0)) {
      index.free(slot);
      alive.delete(slot);
      for (const [other, labels] of alive) assert.equal(index.find(labels), other);
    }
  });
});

describe("LabelIndex.trim()", () => {
  it("gives back the memory of a flood and keeps what is alive", () => {
    const index = new LabelIndex("m", ["id"]);
    const kept = index.slot({ id: "kept" });
    const flood = Array.from({ length: 10_000 }, (_, i) => index.slot({ id: i }));
    flood.forEach((slot) => index.free(slot));
    const versions = new Set(index.versions);
    index.trim();
    assert.equal(index.size, 1);
    assert.ok(index.versions.length <= 8);
    assert.deepEqual(index.keptValues, [1]);
    assert.equal(index.find({ id: "kept" }), kept);
    const again = index.slot({ id: 5 });
    assert.equal(again, 1);
    assert.ok(!versions.has(index.versions[again]!), "a version came back");
  });

  it("lets label sets move where it may, so that all memory of a flood is given back", () => {
    const index = new LabelIndex("m", ["a", "id"]);
    const flood = Array.from({ length: 10_000 }, (_, i) => index.slot({ a: i % 7, id: i }));
    const kept = new Map(flood.filter((slot) => slot % 1000 === 999).map((slot) => [slot, index.values(slot)]));
    for (const slot of flood) if (!kept.has(slot)) index.free(slot);
    const versions = new Set(index.versions);
    const generations = [index.generation(0), index.generation(1)];
    index.trim();
    assert.equal(index.size, 10_000);
    const moves = new Map<number, number>();
    index.trim((from, to) => moves.set(from, to));
    assert.deepEqual([index.size, index.live, index.versions.length, index.ids.length], [10, 10, 20, 40]);
    assert.deepEqual(index.keptValues, [new Set([...kept.values()].map(([a]) => a)).size, 10]);
    assert.deepEqual([index.texts(0).length, index.texts(1).length], index.keptValues.map((count) => count + 1));
    assert.deepEqual([...moves.keys()], [...kept.keys()].reverse());
    for (const [slot, values] of kept) {
      const now = moves.get(slot)!;
      assert.deepEqual(index.values(now), values);
      assert.equal(index.find({ a: values[0]!, id: values[1]! }), now);
      assert.ok(!versions.has(index.versions[now]!), "a version came back");
    }
    assert.notEqual(index.generation(0), generations[0]);
    assert.notEqual(index.generation(1), generations[1]);
    assert.equal(index.slot({ a: "new", id: "new" }), 10);
  });

  it("agrees with a map through floods and droughts, whether label sets may move or not", () => {
    const drought = fc.record({ keep: fc.integer({ min: 1, max: 60 }), adds: fc.nat(200), moves: fc.boolean() });
    fc.assert(fc.property(fc.array(drought, { maxLength: 8 }), (droughts) => {
      const index = new LabelIndex("m", ["a", "b"]);
      const model = new Map<string, number>();
      let count = 0;
      for (const { keep, adds, moves } of droughts) {
        for (let i = 0; i < adds; i++, count++) {
          model.set(keyOf([`${count % 13}`, `${count}`]), index.slot({ a: count % 13, b: count }));
        }
        [...model].filter((_, i) => i % keep !== 0).forEach(([key, slot]) => {
          index.free(slot);
          model.delete(key);
        });
        const before = [...index.versions];
        index.trim(
          moves
            ? (from, to) => {
              const [key] = [...model].find(([, slot]) => slot === from)!;
              assert.ok(to < from && index.inUse(to) && !index.inUse(from));
              model.set(key, to);
            }
            : undefined,
        );
        assert.equal(index.live, model.size);
        for (const [key, slot] of model) {
          const [a, b] = JSON.parse(key) as [string, string];
          assert.ok(slot < index.size && index.inUse(slot));
          assert.deepEqual(index.values(slot), [a, b]);
          assert.equal(index.find({ a, b }), slot);
          if (!moves) assert.equal(index.versions[slot], before[slot]);
        }
      }
    }));
  });

  it("leaves an index alone that is mostly in use", () => {
    const index = new LabelIndex("m", ["id"]);
    for (let i = 0; i < 100; i++) index.slot({ id: i });
    index.free(99);
    index.trim();
    assert.equal(index.size, 100);
    assert.equal(index.slot({ id: "new" }), 99);
  });
});

describe("grown()", () => {
  it("is as long as needed, and otherwise double while short and a quarter more when long", () => {
    assert.deepEqual([8, 32, 64, 100, 1000].map((length) => grown(length, length + 1)), [16, 64, 128, 164, 1250]);
    assert.deepEqual([grown(0, 5), grown(8, 100)], [5, 100]);
  });
});

describe("resized()", () => {
  it("copies into an array of the same kind, longer or shorter", () => {
    assert.deepEqual(resized(new Uint8Array([1, 2, 3]), 5), new Uint8Array([1, 2, 3, 0, 0]));
    assert.deepEqual(resized(new Float64Array([1, 2, 3]), 2), new Float64Array([1, 2]));
  });
});
