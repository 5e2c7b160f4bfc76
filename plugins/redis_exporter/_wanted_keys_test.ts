import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { settings as schema } from "./settings.ts";
import { wantedKeys } from "./_wanted_keys.ts";

describe("wantedKeys()", () => {
  const settings = v.parse(schema, { checkKeys: "a*", countKeys: "b*" });

  it("takes the lists of the settings", () => {
    const { checkKeys, countKeys, checkStreams } = wantedKeys({ settings });
    assert.deepEqual([checkKeys, countKeys, checkStreams], ["a*", "b*", undefined]);
  });

  it("takes those of a probe's address before them, unless they are empty", () => {
    const parameters = { "check-keys": ["x", "y"], "count-keys": [""], "check-single-streams": ["z"] };
    const { checkKeys, countKeys, checkSingleStreams } = wantedKeys({ settings, parameters });
    assert.deepEqual([checkKeys, countKeys, checkSingleStreams], ["x", "b*", "z"]);
  });
});
