import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineExporter } from "./definition.ts";
import { LostUpstreams } from "./lost_upstreams.ts";
import type { CollectorReport } from "./outcome.ts";
import { UpstreamError } from "./upstream_failure.ts";
import { upstreamStates } from "./upstream_states.ts";

describe("upstreamStates()", () => {
  const checked = defineExporter({ name: "t", version: "1", port: 1, check: () => {}, collectors: {} });
  const opened = defineExporter({ name: "t", version: "1", port: 1, open: () => ({}), collectors: {} });
  const report = (rest: Partial<CollectorReport>): CollectorReport => ({
    outcome: "ok",
    seconds: 0,
    series: 0,
    isShown: true,
    ...rest,
  });
  const denied = new UpstreamError("denied", "no right");

  it("believes the attempt to reach it first, and then its check", () => {
    const ends = (outcome: "ok" | "error" | "timeout" | "busy", error?: Error) =>
      upstreamStates(checked, [{}], { reached: { outcome, error }, reports: [] });
    assert.deepEqual(ends("ok"), [{ labels: {}, up: true }]);
    assert.deepEqual(ends("error", denied), [{ labels: {}, up: false, failure: "denied" }]);
    for (const outcome of ["timeout", "busy"] as const) assert.equal(ends(outcome)[0]!.failure, "timeout");
  });

  it("believes collectors where nothing asks it", () => {
    const states = (...reports: CollectorReport[]) =>
      upstreamStates(opened, [{}], { reached: { outcome: "ok" }, reports });
    assert.deepEqual(states(report({ usedResource: true }), report({ outcome: "limit" })), [{ labels: {}, up: true }]);
    const failed = report({ outcome: "denied", error: denied });
    assert.deepEqual(states(report({}), failed), [{ labels: {}, up: false, failure: "denied" }]);
    assert.equal(states()[0]!.failure, "error");
  });

  it("tells those apart that collectors lost, one or all of them", () => {
    const all = [{ addr: "a" }, { addr: "b" }];
    const lost = all.map((labels, i) => ({ labels, error: [denied, new Error("?")][i]! }));
    const reached = { outcome: "ok" } as const;
    const one = upstreamStates(opened, all, { reached, reports: [report({ usedResource: true, lost: [lost[1]!] })] });
    assert.deepEqual(one, [{ labels: { addr: "a" }, up: true }, {
      labels: { addr: "b" },
      up: false,
      failure: "error",
      lost: lost[1],
    }]);
    const none = upstreamStates(opened, all, {
      reached,
      reports: [report({ outcome: "error", error: new LostUpstreams(lost) })],
    });
    assert.deepEqual(none.map(({ up, failure }) => [up, failure]), [[false, "denied"], [false, "error"]]);
  });
});
