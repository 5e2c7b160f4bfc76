import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineExporter, type Exporter } from "./definition.ts";
import type { Freshness } from "./freshness.ts";
import { cronExpressions, isDue, needsStore } from "./schedule.ts";

const MINUTE_MS = 60_000;

/** An exporter with one collector for each freshness. */
function exporterOf(...freshness: Freshness[]): Exporter {
  const collectors = freshness.map((each, i) =>
    [`c${i}`, { help: "Nothing.", freshness: each, collect() {} }] as const
  );
  return defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: Object.fromEntries(collectors) });
}

describe("needsStore()", () => {
  it("is true for an exporter with a collector that only runs in the background", () => {
    assert.equal(needsStore(exporterOf("fresh", { every: "1m" })), true);
  });

  it("is false for all others", () => {
    assert.equal(needsStore(exporterOf()), false);
    assert.equal(needsStore(exporterOf("fresh", { cached: "1m" })), false);
  });

  it("is false where such a collector is disabled", () => {
    const rare = { help: "Nothing.", enabled: false, freshness: { every: "1m" }, collect() {} } as const;
    assert.equal(needsStore(defineExporter({ name: "t", version: "1.0.0", port: 1, collectors: { rare } })), false);
  });
});

describe("cronExpressions()", () => {
  const cases: [periods: string[], expressions: string[]][] = [
    [[], []],
    [["5s"], ["* * * * *"]],
    [["1m"], ["* * * * *"]],
    [["90s"], ["* * * * *"]],
    [["2m"], ["*/2 * * * *"]],
    [["7m"], ["* * * * *"]],
    [["5m"], ["*/5 * * * *"]],
    [["5m", "10m", "1h"], ["*/5 * * * *"]],
    [["4m", "6m"], ["*/2 * * * *"]],
    [["90m"], ["*/30 * * * *"]],
    [["1h"], ["0 * * * *"]],
    [["6h", "1d"], ["0 */6 * * *"]],
    [["5h"], ["0 * * * *"]],
    [["1d"], ["0 0 * * *"]],
    [["7d"], ["0 0 * * *"]],
  ];
  for (const [periods, expressions] of cases) {
    it(`gives ${expressions[0] ?? "none"} for ${periods.join(" and ") || "no background collectors"}`, () => {
      assert.deepEqual(cronExpressions(exporterOf("fresh", ...periods.map((every) => ({ every })))), expressions);
    });
  }

  it("leaves collectors out that are collected for scrapes", () => {
    assert.deepEqual(cronExpressions(exporterOf({ cached: "7m" }, { every: "10m" })), ["*/10 * * * *"]);
  });
});

describe("isDue()", () => {
  const now = 1_700_000_040_000;
  const cases: [what: string, periodMs: number, lastDueMs: number | undefined, due: boolean][] = [
    ["a collector that never ran", 5 * MINUTE_MS, undefined, true],
    ["one whose period has passed", 5 * MINUTE_MS, now - 5 * MINUTE_MS, true],
    ["one whose period has nearly passed", 5 * MINUTE_MS, now - 5 * MINUTE_MS + 20_000, true],
    ["one that ran at the last trigger of a minute", 5 * MINUTE_MS, now - 4 * MINUTE_MS, false],
    ["one of a period that is no whole minute", 90_000, now - MINUTE_MS, true],
    ["one of seconds", 5000, now - MINUTE_MS, true],
    ["one of seconds that ran for this trigger", 5000, now, false],
    ["one that ran in the future, says another clock", 5 * MINUTE_MS, now + MINUTE_MS, true],
  ];
  for (const [what, periodMs, lastDueMs, due] of cases) {
    it(`is ${due} for ${what}`, () => assert.equal(isDue(periodMs, lastDueMs, now), due));
  }
});
