import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { NativeDefinition, NativeSettings } from "../model/native_histogram.ts";
import { defineNative, type NativeOptions } from "./native_options.ts";

function settingsOf({ make: _make, mistake: _mistake, ...settings }: NativeDefinition): NativeSettings {
  return settings;
}

describe("defineNative()", () => {
  it("has a factor of 1.1 and 160 buckets unless told otherwise", () => {
    assert.deepEqual(settingsOf(defineNative("h")), {
      schema: 3,
      zeroThreshold: 2.938735877055719e-39,
      maxBuckets: 160,
      minResetDurationMs: 0,
      maxZeroThreshold: 0,
    });
  });

  it("takes what it is told", () => {
    const options = { factor: 2, zeroThreshold: 0, maxBuckets: 0, minResetDurationMs: 3.6e6, maxZeroThreshold: 0.5 };
    const { factor: _, ...rest } = options;
    assert.deepEqual(settingsOf(defineNative("h", options)), { schema: 0, ...rest });
  });

  it("makes native buckets as it says", () => {
    const series = defineNative("h", { factor: 2, zeroThreshold: 0.5 }).make(() => 0);
    assert.deepEqual([series.schema, series.zeroThreshold], [0, 0.5]);
  });

  const mistakes: [NativeOptions, string][] = [
    [{ factor: 1 }, "factor is 1, expected more than 1"],
    [{ factor: NaN }, "factor is NaN, expected a finite number, 0 or more"],
    [{ zeroThreshold: -1 }, "zeroThreshold is -1, expected a finite number, 0 or more"],
    [{ maxBuckets: 1.5 }, "maxBuckets is 1.5, expected a whole number"],
    [{ maxBuckets: Infinity }, "maxBuckets is Infinity, expected a finite number, 0 or more"],
    [
      { minResetDurationMs: "1" as unknown as number },
      'minResetDurationMs is "1", expected a finite number, 0 or more',
    ],
    [{ maxZeroThreshold: -0.1 }, "maxZeroThreshold is -0.1, expected a finite number, 0 or more"],
  ];
  for (const [options, words] of mistakes) {
    it(`says that ${words}`, () => {
      const message = `Cannot define metric "h": native ${words}`;
      assert.throws(() => defineNative("h", options), { name: "RangeError", message });
    });
  }
});
