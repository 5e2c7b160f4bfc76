import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { parseDuration } from "./duration.ts";

describe("parseDuration()", () => {
  const durations: [string, number][] = [
    ["500ms", 500],
    ["0s", 0],
    ["1s", 1000],
    ["1.5s", 1500],
    ["0.25s", 250],
    ["1m", 60_000],
    ["1m30s", 90_000],
    ["5m100ms", 300_100],
    ["2h", 7_200_000],
    ["1d2h3m4s5ms", 93_784_005],
    ["100d", 8_640_000_000],
  ];
  for (const [text, milliseconds] of durations) {
    it(`reads "${text}" as ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (
    const text of [
      "",
      "5",
      "s",
      "5 s",
      " 5s",
      "5s ",
      "-5s",
      "+5s",
      "30s1m",
      "1s1s",
      "5sec",
      "1e3s",
      ".5s",
      "5.s",
      "5S",
      "NaNs",
      "5s\n",
    ]
  ) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDuration(text), {
        name: "SyntaxError",
        message: `Cannot read duration "${text}": expected numbers with units, such as "500ms", "30s" or "1m30s"`,
      });
    });
  }
});
