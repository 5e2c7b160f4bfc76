import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isInRange } from "./_version_range.ts";

describe("isInRange()", () => {
  const ranges: readonly [range: string, isIn: boolean][] = [
    [">=10.0.0", true],
    [">=10", true],
    [">= 15.18.0", true],
    [">15.18.0", false],
    [">=15.19.0", false],
    ["<15.0.0", false],
    [">=9.4.0 <10.0.0", false],
    [">=9.4.0 <10.0.0 || >=15.0.0", true],
    ["15.18.0", true],
    ["=15.18.0", true],
    ["!=15.18.0", false],
    ["<=15.18.0", true],
  ];
  for (const [range, isIn] of ranges) {
    it(`${isIn ? "finds" : "misses"} 15.18 in ${range}`, () => assert.equal(isInRange(150_018, range), isIn));
  }

  it("rejects what is no range", () => {
    assert.throws(() => isInRange(150_018, ">=ten"), {
      name: "SyntaxError",
      message: 'Cannot read ">=ten" in a range of versions: expected such as >=10.0.0',
    });
  });
});
