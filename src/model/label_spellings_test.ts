import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { HeldFamily } from "./held_family.ts";
import { LabelIndex } from "./label_index.ts";
import { writtenValue } from "./label_spellings.ts";

type AnyLabels = Readonly<Record<string, string | number>>;

/** The labels of all slots in use, in the order of the slots, as they were written. */
function written(index: LabelIndex): [string, unknown][][] {
  const slots = Array.from({ length: index.size }, (_, slot) => slot).filter((slot) => index.inUse(slot));
  return slots.map((slot) => {
    const { positions, types } = index.spellings!.of(slot);
    return positions.map((position, i) => [
      index.names[position]!,
      writtenValue(index.value(slot, position)!, types[i]!),
    ]);
  });
}

describe("LabelIndex as written", () => {
  it("keeps order and types of the labels that a label set first came with", () => {
    const index = new LabelIndex("m", ["a", "b"], { asWritten: true });
    const slot = index.slot({ b: 2, a: "x" });
    assert.equal(index.slot({ a: "x", b: "2" }), slot);
    assert.equal(index.slotOfValues(["x", 2]), slot);
    index.slotOfValues(["y", 3]);
    assert.deepEqual(written(index), [[["b", 2], ["a", "x"]], [["a", "y"], ["b", 3]]]);
  });

  it("takes values of any type, and tells empty ones from absent ones", () => {
    const index = new LabelIndex("m", ["a", "b"], { asWritten: true });
    const odd = [{ a: true }, { a: null }, { a: "" }, {}, { b: false, a: undefined }, { a: 1n }];
    const slots = odd.map((labels) => index.slot(labels as unknown as AnyLabels));
    assert.deepEqual(slots, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(written(index), [[["a", true]], [["a", null]], [["a", ""]], [], [["b", false]], [["a", "1"]]]);
    assert.equal(index.slot(undefined), 3);
    assert.throws(() => index.slot({ c: "1" }), /label "c" was not declared/);
  });
});

describe("HeldFamily as written", () => {
  it("keeps the order in which series came, also when memory is given back", () => {
    const family = new HeldFamily({ type: "gauge", name: "m", help: "h", labelNames: ["a"] }, { asWritten: true });
    const { writer } = family;
    for (let i = 0; i < 1000; i++) writer.values[writer.slot({ a: i })] = i;
    for (let i = 0; i < 1000; i++) if (i % 100 !== 7) writer.remove({ a: i });
    writer.remove({ a: 107 });
    writer.values[writer.slot({ a: "107" })] = 107;
    const { stamps, since, values } = family.exposed;
    const shown = [...values].filter((_, slot) => stamps[slot]! >= since);
    assert.deepEqual(shown, [7, 207, 307, 407, 507, 607, 707, 807, 907, 107]);
    assert.deepEqual(written(family.index).map((labels) => labels[0]![1]), [...shown.slice(0, -1), "107"]);
    assert.ok(stamps.length < 100, `${stamps.length} slots`);
  });
});

describe("LabelIndex.slot()", () => {
  it("finds label sets whatever the order of their labels", () => {
    const index = new LabelIndex("m", ["a", "b", "c"]);
    const slot = index.slot({ a: 1, b: 2, c: 3 });
    assert.equal(index.slot({ c: 3, a: 1, b: 2 }), slot);
    assert.throws(() => index.slot({ c: 3, a: 1 }), /label "b" is missing/);
    assert.throws(() => index.slot({ a: 1, b: 2, c: 3, d: 4 }), /label "d" was not declared/);
  });
});
