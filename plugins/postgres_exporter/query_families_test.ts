import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { milliseconds } from "./query_families.ts";

describe("milliseconds()", () => {
  const durations: readonly [text: string, value: number][] = [
    ["5s", 5000],
    ["1h30m", 5_400_000],
    ["10min", 600_000],
    ["1.5ms", 1.5],
    ["-1", -1],
    ["", NaN],
    ["5", NaN],
    ["5s ago", NaN],
  ];
  for (const [text, value] of durations) it(`reads "${text}"`, () => assert.equal(milliseconds(text), value));
});
