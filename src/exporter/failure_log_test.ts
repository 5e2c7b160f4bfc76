import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recordingLog } from "./_testing.ts";
import { FailureLog } from "./failure_log.ts";
import type { Outcome } from "./outcome.ts";

describe("FailureLog.ended()", () => {
  function linesOf(...ends: [collector: string, outcome: Outcome][]): string[] {
    const log = recordingLog();
    const failures = new FailureLog(log, "Collector");
    for (const [collector, outcome] of ends) failures.ended(collector, outcome, outcome === "ok" ? undefined : "why");
    return log.lines;
  }

  it("says nothing while a collector succeeds", () => {
    assert.deepEqual(linesOf(["a", "ok"], ["a", "ok"]), []);
  });

  it("says a failure and a recovery once each", () => {
    assert.deepEqual(linesOf(["a", "error"], ["a", "error"], ["a", "ok"], ["a", "ok"], ["a", "error"]), [
      'error: Collector failed {"collector":"a","reason":"error","error":"why"}',
      'info: Collector succeeded again {"collector":"a"}',
      'error: Collector failed {"collector":"a","reason":"error","error":"why"}',
    ]);
  });

  it("says each reason once, however often they alternate", () => {
    assert.deepEqual(linesOf(["a", "timeout"], ["a", "busy"], ["a", "timeout"], ["a", "busy"], ["a", "ok"]), [
      'error: Collector failed {"collector":"a","reason":"timeout","error":"why"}',
      'error: Collector failed {"collector":"a","reason":"busy","error":"why"}',
      'info: Collector succeeded again {"collector":"a"}',
    ]);
  });

  it("tells collectors apart", () => {
    assert.deepEqual(linesOf(["a", "down"], ["b", "ok"], ["b", "down"]), [
      'error: Collector failed {"collector":"a","reason":"down","error":"why"}',
      'error: Collector failed {"collector":"b","reason":"down","error":"why"}',
    ]);
  });
});
