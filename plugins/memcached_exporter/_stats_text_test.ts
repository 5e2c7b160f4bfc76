import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bySlab, eachNumber, numberOf, parseStats } from "./_stats_text.ts";

describe("parseStats()", () => {
  it("reads names and what stands behind them", () => {
    const stats = parseStats(["STAT uptime 5", "STAT inter (null)", "STAT libevent 2.1 stable"]);
    assert.deepEqual([...stats], [["uptime", "5"], ["inter", "(null)"], ["libevent", "2.1 stable"]]);
  });

  for (const line of ["VERSION 1.6.18", "STAT uptime", "STAT"]) {
    it(`rejects ${line}`, () => {
      assert.throws(() => parseStats([line]), {
        name: "SyntaxError",
        message: `Cannot read statistics: got "${line}", expected STAT, a name and a value`,
      });
    });
  }
});

describe("bySlab()", () => {
  it("takes slab classes apart, and leaves out what is about all", () => {
    const slabs = bySlab(new Map([["1:used", "5"], ["12:used", "6"], ["1:free", "7"], ["active_slabs", "2"]]), "");
    assert.deepEqual([...slabs].map(([slab, stats]) => [slab, [...stats]]), [
      ["1", [["used", "5"], ["free", "7"]]],
      ["12", [["used", "6"]]],
    ]);
  });

  it("wants the prefix of all names", () => {
    const slabs = bySlab(new Map([["items:1:number", "5"], ["1:number", "6"], ["other:1:number", "7"]]), "items:");
    assert.deepEqual([...slabs].map(([slab, stats]) => [slab, [...stats]]), [["1", [["number", "5"]]]]);
  });
});

describe("numberOf()", () => {
  const cases: [text: string, number: number][] = [
    ["18446744073709551615", 2 ** 64],
    ["0.007385", 0.007385],
    ["yes", 1],
    ["no", 0],
    ["-1", -1],
  ];
  for (const [text, number] of cases) {
    it(`reads ${text}`, () => assert.equal(numberOf(new Map([["x", text]]), "x"), number));
  }

  it("tells what is missing from what is no number", () => {
    assert.equal(numberOf(new Map(), "x"), undefined);
    for (const text of ["NULL", " ", "1 2"]) {
      assert.throws(() => numberOf(new Map([["x", text]]), "x"), {
        name: "SyntaxError",
        message: `Cannot read statistic "x": got "${text}", expected a number`,
      });
    }
  });
});

describe("eachNumber()", () => {
  it("tells those that are there", () => {
    const told: [string, number][] = [];
    eachNumber(new Map([["a", "1"], ["c", "3"]]), ["a", "b", "c"], (name, number) => told.push([name, number]));
    assert.deepEqual(told, [["a", 1], ["c", 3]]);
  });
});
