import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "./json.ts";
import { numberOf } from "./number.ts";

describe("numberOf()", () => {
  const cases: readonly [value: Json, expected: number | undefined][] = [
    [1234, 1234],
    ["1234", 1234],
    ["-1234.5e-1", -123.45],
    ["+.5", 0.5],
    ["5.", 5],
    [true, 1],
    ["true", 1],
    ["TRUE", 1],
    ["t", 1],
    ["False", 0],
    ["'12'", 12],
    ['"true"', 1],
    ["Inf", Infinity],
    ["-infinity", -Infinity],
    ["NaN", NaN],
    ["<nil>", NaN],
    [null, undefined],
    ["null", undefined],
    ["abcd", undefined],
    ["", undefined],
    ["''", undefined],
    [" 1", undefined],
    ["1_000.5", 1000.5],
    ["1__0", undefined],
    ["1_", undefined],
    ["1e400", undefined],
    ["1,000", undefined],
    ["0x1F", undefined],
    ["tRUE", undefined],
    ["toString", undefined],
    [[], undefined],
    [{}, undefined],
  ];
  for (const [value, expected] of cases) {
    it(`makes ${expected} of ${JSON.stringify(value)}`, () => assert.equal(numberOf(value), expected));
  }
});
