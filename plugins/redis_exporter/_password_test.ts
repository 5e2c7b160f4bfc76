import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "@exporterkit/core";
import { passwordOf } from "./_password.ts";

describe("passwordOf()", () => {
  const map = JSON.stringify({ "redis://a:6379": "of a", "redis://b:6379": "" });
  const cases: [string | undefined, string, string | undefined][] = [
    [undefined, "redis://a:6379", undefined],
    ["", "redis://a:6379", undefined],
    ["plain", "redis://a:6379", "plain"],
    [map, "redis://a:6379", "of a"],
    [map, "a:6379", "of a"],
    [map, "redis://b:6379", undefined],
    [map, "redis://c:6379", undefined],
    ["{no json", "redis://a:6379", "{no json"],
    ["{}[", "redis://a:6379", "{}["],
  ];
  for (const [text, address, password] of cases) {
    it(`passwordOf() takes ${password} for ${address} from ${text}`, async () => {
      assert.equal(await passwordOf(text === undefined ? undefined : new Secret(text), address), password);
    });
  }
});
