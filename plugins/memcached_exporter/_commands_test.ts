import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HITS, labelsOf, MISSES, plainSets } from "./_commands.ts";

describe("labelsOf()", () => {
  it("takes a statistic apart into command and status", () => {
    assert.deepEqual(labelsOf("get_hits"), { command: "get", status: "hit" });
    assert.deepEqual(labelsOf("touch_misses"), { command: "touch", status: "miss" });
    assert.deepEqual(labelsOf("cas_badval"), { command: "cas", status: "badval" });
  });

  it("knows every statistic of commands", () => {
    for (const name of [...HITS, ...MISSES]) assert.match(labelsOf(name).status, /^(hit|miss|badval)$/, name);
  });
});

describe("plainSets()", () => {
  const swaps = ["cas_hits", "cas_badval"];

  it("leaves out compare-and-swaps", () => {
    assert.equal(plainSets(new Map([["cmd_set", "10"], ["cas_hits", "3"], ["cas_badval", "2"]]), swaps), 5);
  });

  it("is never negative, since swaps may be counted in another class than their stores", () => {
    assert.equal(plainSets(new Map([["cmd_set", "1"], ["cas_hits", "3"], ["cas_badval", "0"]]), swaps), 0);
  });

  it("is not known where one of them is missing", () => {
    assert.equal(plainSets(new Map([["cmd_set", "10"], ["cas_hits", "3"]]), swaps), undefined);
    assert.equal(plainSets(new Map([["cas_hits", "3"], ["cas_badval", "0"]]), swaps), undefined);
  });
});
