import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as v from "valibot";
import { alias, aliasesOf, toAliases } from "./alias.ts";
import { secret } from "./secret.ts";
import { settingsOf } from "./setting.ts";

describe("alias()", () => {
  const names = { flag: "collect.status", variable: ["A", "B_C"] };
  const read = { flags: ["collect.status"], variables: ["A", "B_C"] };

  it("is found behind optional() and beside other metadata", () => {
    assert.deepEqual(aliasesOf(v.pipe(v.string(), alias(names))), read);
    assert.deepEqual(aliasesOf(v.optional(v.pipe(secret(), v.description("A word."), alias(names)))), read);
    assert.equal(aliasesOf(v.optional(v.string())), undefined);
  });

  it("leaves a setting its own names, its kind and its help", () => {
    const schema = v.object({ word: v.optional(v.pipe(secret(), v.description("A word."), alias(names))) });
    assert.deepEqual(settingsOf(schema), [{
      path: ["word"],
      flag: "word",
      variable: "WORD",
      aliases: read,
      kind: "secret",
      isList: false,
      help: "A word.",
    }]);
  });

  for (
    const wrong of [{ flag: "--redis.addr" }, { flag: "a=b" }, { variable: "REDIS-ADDR" }, { variable: ["A", ""] }]
  ) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => toAliases(wrong), { name: "TypeError", message: /^Cannot call a setting "/ });
    });
  }
});
