import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { WindowDefinition, WindowSettings } from "../model/window.ts";
import { defineWindow, type WindowOptions } from "./window_options.ts";

function settingsOf({ make: _make, ...settings }: WindowDefinition): WindowSettings {
  return settings;
}

describe("defineWindow()", () => {
  it("is ten minutes in five parts, and NaN without observations, unless told otherwise", () => {
    assert.deepEqual(settingsOf(defineWindow("s", [0.5])), {
      quantiles: [0.5],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      emptyValue: NaN,
    });
  });

  it("takes what it is told", () => {
    const options = { maxAgeSeconds: 0.5, ageBuckets: 2, emptyValue: 0 };
    assert.deepEqual(settingsOf(defineWindow("s", [1], options)), { quantiles: [1], ...options });
  });

  it("has one part where observations do not age", () => {
    assert.equal(defineWindow("s", [1], { maxAgeSeconds: Infinity, ageBuckets: 5 }).ageBuckets, 1);
  });

  it("makes windows as it says", () => {
    let now = 0;
    const window = defineWindow("s", [1], { maxAgeSeconds: 2, ageBuckets: 1 }).make(() => now);
    window.observe(5);
    now = 2000;
    assert.equal(window.count, 1);
    now = 2001;
    assert.equal(window.count, 0);
  });

  const mistakes: [WindowOptions, string][] = [
    [{ maxAgeSeconds: 0 }, "maxAgeSeconds is 0, expected more than 0"],
    [{ maxAgeSeconds: NaN }, "maxAgeSeconds is NaN, expected more than 0"],
    [{ maxAgeSeconds: "60" as unknown as number }, 'maxAgeSeconds is "60", expected more than 0'],
    [{ ageBuckets: 0 }, "ageBuckets is 0, expected a whole number, 1 or more"],
    [{ ageBuckets: 2.5 }, "ageBuckets is 2.5, expected a whole number, 1 or more"],
    [{ ageBuckets: Infinity }, "ageBuckets is Infinity, expected a whole number, 1 or more"],
  ];
  for (const [options, words] of mistakes) {
    it(`refuses a window whose ${words}`, () => {
      assert.throws(() => defineWindow("s", [0.5], options), {
        name: "RangeError",
        message: `Cannot define metric "s": window ${words}`,
      });
    });
  }
});
