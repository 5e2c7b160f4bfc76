import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { gaugeHistogram } from "./gauge_histogram.ts";
import { histogram } from "./histogram.ts";
import { type HistogramKind, withHistogramKind } from "./histogram_kind.ts";
import { DEFAULT_BUCKETS } from "./histogram_options.ts";
import { defineNative } from "./native_options.ts";

const COARSE = { factor: 4 };
const CLASSIC = histogram("h", "Help.", ["a"], { buckets: [1] });
const NATIVE = histogram("h", "Help.", ["a"], { native: COARSE });
const BOTH = histogram("h", "Help.", ["a"], { buckets: [1], native: COARSE });

describe("withHistogramKind()", () => {
  it("keeps what was defined and leaves out the rest", () => {
    assert.deepEqual(withHistogramKind(BOTH, "classic"), CLASSIC);
    assert.deepEqual(withHistogramKind(BOTH, "native"), NATIVE);
  });

  it("changes nothing where the kind is as defined", () => {
    assert.equal(withHistogramKind(CLASSIC, "classic"), CLASSIC);
    assert.equal(withHistogramKind(NATIVE, "native"), NATIVE);
    assert.equal(withHistogramKind(BOTH, "both"), BOTH);
  });

  it("adds defaults where nothing was defined", () => {
    const native = defineNative("h");
    assert.deepEqual(withHistogramKind(CLASSIC, "both"), { ...CLASSIC, native });
    assert.deepEqual(withHistogramKind(CLASSIC, "native"), { ...CLASSIC, buckets: [], native });
    assert.deepEqual(withHistogramKind(NATIVE, "both"), { ...NATIVE, buckets: DEFAULT_BUCKETS });
    assert.deepEqual(withHistogramKind(NATIVE, "classic"), { ...CLASSIC, buckets: DEFAULT_BUCKETS });
  });

  it("serves gauge histograms too", () => {
    const both = gaugeHistogram("g", "Help.", [], { buckets: [1], native: true });
    assert.deepEqual(withHistogramKind(both, "classic"), gaugeHistogram("g", "Help.", [], { buckets: [1] }));
  });

  it("refuses other words", () => {
    const message = 'Cannot define metric "h": kind is "native-only", expected classic, native or both';
    assert.throws(() => withHistogramKind(BOTH, "native-only" as HistogramKind), { name: "TypeError", message });
  });
});
