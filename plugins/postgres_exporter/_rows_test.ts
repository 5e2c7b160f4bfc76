import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { numberOf, setColumns, textOf } from "./_rows.ts";

describe("numberOf()", () => {
  const values: readonly [value: unknown, number: number][] = [
    ["9007199254740993", 9007199254740992],
    ["1.5", 1.5],
    [true, 1],
    [false, 0],
    [new Date("2026-01-02T03:04:05.678Z"), 1767323045],
    [null, NaN],
    [undefined, NaN],
    ["", NaN],
    ["many", NaN],
  ];
  for (const [value, number] of values) {
    it(`makes ${number} of ${String(value)}`, () => assert.equal(numberOf(value), number));
  }
});

describe("textOf()", () => {
  it("makes nothing of NULL", () => assert.equal(textOf(null), ""));
  it("makes texts of numbers", () => assert.equal(textOf(16384), "16384"));
});

describe("setColumns()", () => {
  it("leaves out columns that the row lacks, and totals that are NULL", () => {
    const set: unknown[] = [];
    const instrument = (name: string, type: string) => ({
      description: { type },
      set: (labels: unknown, value: number) => void set.push([name, labels, value]),
    });
    const instruments = {
      a: instrument("a", "counter"),
      b: instrument("b", "counter"),
      c: instrument("c", "gauge"),
      d: instrument("d", "gauge"),
    };
    setColumns(instruments, { a: "1", b: null, c: null, other: 5 }, { server: "x" });
    assert.deepEqual(set, [["a", { server: "x" }, 1], ["c", { server: "x" }, NaN]]);
  });
});
