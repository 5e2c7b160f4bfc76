import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

describe("regexp", () => {
  const schema = regexp("Devices.");

  it("regexp() takes flags as Go writes them", () => {
    assert.deepEqual(v.parse(schema, "(?is)^ETH.$"), /^ETH.$/is);
    assert.deepEqual(v.parse(schema, "^(a|b)$"), /^(a|b)$/);
  });

  it("regexp() rejects what is no regular expression", () => {
    assert.throws(() => v.parse(schema, "*"), { message: 'Expected a regular expression, found "*"' });
  });
});
