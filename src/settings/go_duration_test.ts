import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseGoDuration } from "./go_duration.ts";

describe("parseGoDuration()", () => {
  const cases: [string, number | undefined][] = [
    ["0", 0],
    ["0s", 0],
    ["500ms", 500],
    ["1s", 1000],
    ["1m30s", 90_000],
    ["30s1m", 90_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["2.s", 2000],
    ["1us", 1e-3],
    ["1µs", 1e-3],
    ["100ns", 1e-4],
    ["", undefined],
    ["1", undefined],
    ["s", undefined],
    ["-1s", undefined],
    ["1d", undefined],
    ["1 s", undefined],
    ["1s ", undefined],
    ["1s,", undefined],
  ];
  for (const [text, milliseconds] of cases) {
    it(`reads ${JSON.stringify(text)} as ${milliseconds}`, () => {
      const found = parseGoDuration(text);
      if (milliseconds === undefined || found === undefined) assert.equal(found, milliseconds);
      else assert.ok(Math.abs(found - milliseconds) < 1e-9, String(found));
    });
  }
});
