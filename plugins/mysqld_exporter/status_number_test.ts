import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { statusNumber } from "./status_number.ts";

describe("statusNumber()", () => {
  const cases: [cell: string | null, number | undefined][] = [
    ["0", 0],
    ["-1", -1],
    ["18446744073709551615", 18446744073709552000],
    ["0.25", 0.25],
    [".5", 0.5],
    ["1e-05", 0.00001],
    ["ON", 1],
    ["Yes", 1],
    ["off", 0],
    ["NO", 0],
    ["DISABLED", 0],
    ["Connecting", 0],
    ["Primary", 1],
    ["non-Primary", 0],
    ["Disconnected", 0],
    ["2026-11-29 10:43:21", 1795949001],
    ["Nov 29 10:43:21 2026 GMT", 1795949001],
    ["Nov  9 10:43:21 2026 GMT", 1794221001],
    ["Foo 29 10:43:21 2026 GMT", undefined],
    ["2026-13-29 10:43:21", undefined],
    ["binlog.000001", undefined],
    ["10.11.19-MariaDB", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
    ["constructor", undefined],
    ["", undefined],
    [" ", undefined],
    [null, undefined],
  ];
  for (const [cell, number] of cases) {
    it(`statusNumber() reads ${JSON.stringify(cell)} as ${number}`, () => assert.equal(statusNumber(cell), number));
  }
});
