import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { Column } from "./column.ts";

describe("Column.set()", () => {
  it("marks a slot once and empties its values", () => {
    const column = new Column(2, 4);
    column.set(1, 1);
    column.values.set([5, 6], 2);
    assert.deepEqual([column.has(0), column.has(1), column.live], [false, true, 1]);
    column.set(1, 2);
    assert.deepEqual([...column.values.subarray(2, 4)], [0, 0]);
    assert.equal(column.live, 1);
  });

  it("grows and keeps what was there", () => {
    const column = new Column(2, 1);
    column.set(0, 1);
    column.values.set([1, 2], 0);
    column.setCreated(0, 1000);
    column.set(9, 1);
    assert.deepEqual([...column.values.subarray(0, 2)], [1, 2]);
    assert.equal(column.has(9), true);
    assert.equal(column.values.length, column.stamps.length * 2);
    assert.equal(column.created?.[0], 1000);
    assert.equal(column.created?.[9], NaN);
  });

  it("forgets the created timestamp of an earlier use", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.setCreated(0, 1000);
    column.set(0, 2);
    assert.equal(column.created?.[0], NaN);
  });
});

describe("Column.has()", () => {
  it("is false for a slot that was never there", () => {
    assert.equal(new Column(1, 2).has(100), false);
  });
});

describe("Column.unset()", () => {
  it("counts a slot out once", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.unset(0);
    column.unset(0);
    column.unset(50);
    assert.deepEqual([column.has(0), column.live], [false, 0]);
  });
});

describe("Column.restart()", () => {
  it("empties the column for stamps from then on", () => {
    const column = new Column(1, 2);
    column.set(0, 1);
    column.setCreated(0, 5);
    column.restart(2);
    assert.deepEqual([column.has(0), column.live, column.created], [false, 0, undefined]);
    column.set(1, 2);
    assert.deepEqual([column.has(0), column.has(1), column.live], [false, true, 1]);
  });
});
