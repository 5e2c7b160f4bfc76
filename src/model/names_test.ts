import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { isLabelName, isLegacyLabelName, isLegacyMetricName, isMetricName } from "./names.ts";

describe("isMetricName()", () => {
  for (const name of ["up", "job:rate5m", "9lives", "a.b", "a b", "é", "日", "😀"]) {
    it(`accepts "${name}"`, () => assert.equal(isMetricName(name), true));
  }
  for (const name of ["", "a\ud800"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isMetricName(name), false));
  }
});

describe("isLabelName()", () => {
  for (const name of ["code", "_x", "a9", "constructor", "toString", "a.b", "a:b", "日"]) {
    it(`accepts "${name}"`, () => assert.equal(isLabelName(name), true));
  }
  for (const name of ["", "a\ud800", "__name__", "__proto__", "__"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isLabelName(name), false));
  }
});

describe("isLegacyMetricName()", () => {
  for (const name of ["up", "http_requests_total", "job:rate5m", ":", "_x", "A9"]) {
    it(`accepts "${name}"`, () => assert.equal(isLegacyMetricName(name), true));
  }
  for (const name of ["", "9lives", "a.b", "a-b", "a b", "é", "a\n", "a\0", "a{}"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isLegacyMetricName(name), false));
  }
});

describe("isLegacyLabelName()", () => {
  for (const name of ["code", "_x", "a9"]) {
    it(`accepts "${name}"`, () => assert.equal(isLegacyLabelName(name), true));
  }
  for (const name of ["", "9a", "a:b", "a.b", "a\n", "日"]) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.equal(isLegacyLabelName(name), false));
  }
});
