import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { semanticVersion } from "./version.ts";

describe("semanticVersion()", () => {
  for (const [number, version] of [[150_018, "15.18.0"], [170_000, "17.0.0"]] as const) {
    it(`reads ${number}`, () => assert.equal(semanticVersion(number), version));
  }
});
