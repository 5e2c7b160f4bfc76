import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Json, parseJson, textOf } from "./json.ts";

describe("parseJson()", () => {
  it("keeps the digits of integers that no number can hold", () => {
    const text =
      '{"id": 1234567890123456789, "n": -9007199254740993, "safe": 9007199254740991, "f": 0.1234567890123456789}';
    assert.deepEqual(parseJson(text), {
      id: "1234567890123456789",
      n: "-9007199254740993",
      safe: 9007199254740991,
      f: 0.1234567890123456789,
    });
    assert.deepEqual(parseJson('["1234567890123456789", 12]'), ["1234567890123456789", 12]);
  });

  it("refuses what is no JSON", () => {
    assert.throws(() => parseJson("<1234567890123456789>"), SyntaxError);
  });
});

describe("textOf()", () => {
  const cases: readonly [value: Json, text: string][] = [
    ["a", "a"],
    [1657568506, "1657568506"],
    [0.5, "0.5"],
    [true, "true"],
    [null, "null"],
    [[1, { b: 2, a: [] }], '[1,{"a":[],"b":2}]'],
  ];
  for (const [value, text] of cases) {
    it(`makes ${text} of ${JSON.stringify(value)}`, () => assert.equal(textOf(value), text));
  }
});
