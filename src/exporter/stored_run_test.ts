import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeRun, encodeRun, type StoredRun } from "./stored_run.ts";

const RUN: StoredRun = {
  dueMs: 1_700_000_000_000,
  outcome: "error",
  error: "connection refused: 😀",
  success: { timestampMs: 1_699_999_940_000, series: 1, usedResource: true },
  families: [{
    description: { type: "gauge", name: "up", help: "Up.", labelNames: ["a"] },
    series: [{ labels: ["ü"], values: [1] }],
  }],
};

describe("decodeRun()", () => {
  it("reads what encodeRun() wrote", () => assert.deepEqual(decodeRun(encodeRun(RUN)), RUN));

  it("leaves out what there was not", () => {
    const first: StoredRun = { dueMs: 1, outcome: "timeout", error: "late", families: [] };
    assert.deepEqual(decodeRun(encodeRun({ ...first, success: undefined })), first);
  });

  const bytes = encodeRun(RUN);
  const unreadable: [what: string, bytes: Uint8Array][] = [
    ["nothing", new Uint8Array()],
    ["half of it", bytes.subarray(0, bytes.length / 2)],
    ["no JSON", new TextEncoder().encode("<html>")],
    ["JSON of something else", new TextEncoder().encode("null")],
    [
      "another version",
      new TextEncoder().encode(new TextDecoder().decode(bytes).replace('"version":1', '"version":2')),
    ],
  ];
  for (const [what, bytes] of unreadable) {
    it(`takes ${what} for absent`, () => assert.equal(decodeRun(bytes), undefined));
  }
});
