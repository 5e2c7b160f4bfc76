import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInfo, parseParts, toNumber } from "./_info_text.ts";

describe("parseInfo()", () => {
  it("parseInfo() reads sections, whatever ends the lines", () => {
    const sections = parseInfo("# Server\r\nredis_version:7.0.15\r\nos:Linux: 6.1\r\n\r\n# Clients\nmaxclients:1\n");
    assert.deepEqual([...sections].map(([name, fields]) => [name, Object.fromEntries(fields)]), [
      ["Server", { redis_version: "7.0.15", os: "Linux: 6.1" }],
      ["Clients", { maxclients: "1" }],
    ]);
  });

  it("parseInfo() reads fields without a section, and skips what is no field", () => {
    assert.deepEqual([...parseInfo("cluster_state:ok\nnonsense\n:\n").get("") ?? []], [["cluster_state", "ok"]]);
    assert.equal(parseInfo("").size, 0);
  });
});

describe("parseParts()", () => {
  it("parseParts() reads pairs, also those whose value has an equals sign", () => {
    assert.deepEqual([...parseParts("keys=1,a=b=c,flag")], [["keys", "1"], ["a", "b=c"]]);
  });
});

describe("toNumber()", () => {
  const cases = [["ok", 1], ["true", 1], ["err", 0], ["fail", 0], ["1.25", 1.25], ["-1", -1], [
    "inf",
    undefined,
  ]] as const;
  for (const [text, number] of cases) it(`toNumber() reads "${text}"`, () => assert.equal(toNumber(text), number));
  it("toNumber() finds no number in nothing", () => {
    assert.deepEqual([toNumber(undefined), toNumber(""), toNumber(" ")], [undefined, undefined, undefined]);
  });
});
