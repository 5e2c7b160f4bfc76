import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Freshness, type FreshnessPolicy, readFreshness } from "./freshness.ts";

describe("readFreshness()", () => {
  const cases: [freshness: Freshness | undefined, policy: FreshnessPolicy][] = [
    [undefined, { kind: "fresh" }],
    ["fresh", { kind: "fresh" }],
    [{ cached: "30s" }, { kind: "cached", periodMs: 30_000, keepMs: 90_000 }],
    [{ cached: "30s", keep: "30s" }, { kind: "cached", periodMs: 30_000, keepMs: 30_000 }],
    [{ every: "1m" }, { kind: "every", periodMs: 60_000, keepMs: 180_000 }],
    [{ every: "1m", keep: "1d" }, { kind: "every", periodMs: 60_000, keepMs: 86_400_000 }],
  ];
  for (const [freshness, policy] of cases) {
    it(`reads ${JSON.stringify(freshness) ?? "nothing"}`, () => {
      assert.deepEqual(readFreshness("c", freshness), policy);
    });
  }

  const faults: [freshness: unknown, error: { name: string; message: RegExp }][] = [
    ["stale", { name: "TypeError", message: /^Cannot define collector "c": freshness is "stale", expected "fresh"/ }],
    [null, { name: "TypeError", message: /freshness is null/ }],
    [{ keep: "1m" }, { name: "TypeError", message: /freshness is {"keep":"1m"}/ }],
    [{ cached: "1s", every: "1s" }, { name: "TypeError", message: /expected "fresh"/ }],
    [{ cached: "soon" }, { name: "SyntaxError", message: /Cannot read duration "soon"/ }],
    [{ every: "0s" }, { name: "RangeError", message: /"c": freshness is impossible, its period is nothing$/ }],
    [{ every: "1m", keep: "59s" }, { name: "RangeError", message: /keep "59s" is shorter than "1m"$/ }],
  ];
  for (const [freshness, error] of faults) {
    it(`refuses ${JSON.stringify(freshness)}`, () => {
      assert.throws(() => readFreshness("c", freshness as Freshness), error);
    });
  }
});
