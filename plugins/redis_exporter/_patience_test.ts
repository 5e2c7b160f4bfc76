import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parsePatience } from "./_patience.ts";

describe("parsePatience()", () => {
  for (const [text, ms] of [["15s", 15_000], ["500ms", 500], ["1m30s", 90_000], ["1.5h", 5_400_000]] as const) {
    it(`parsePatience() reads ${text}`, () => assert.equal(parsePatience(text), ms));
  }
  for (const wrong of ["", "15", "s", "1d", "-1s"]) {
    it(`parsePatience() refuses "${wrong}"`, () => assert.throws(() => parsePatience(wrong), { name: "SyntaxError" }));
  }
});
