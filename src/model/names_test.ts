import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { isLabelName, isMetricName } from "./names.ts";

describe("isMetricName()", () => {
  for (const name of ["up", "http_requests_total", "job:rate5m", ":", "_x", "A9"]) {
    it(`accepts "${name}"`, () => assert.equal(isMetricName(name), true));
  }
  for (const name of ["", "9lives", "a.b", "a-b", "a b", "é", "a\n", "a\0", "a{}"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isMetricName(name), false));
  }
});

describe("isLabelName()", () => {
  for (const name of ["code", "_x", "a9", "constructor", "toString"]) {
    it(`accepts "${name}"`, () => assert.equal(isLabelName(name), true));
  }
  for (const name of ["", "9a", "a:b", "a.b", "__name__", "__proto__", "__", "a\n", "日"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isLabelName(name), false));
  }
});
