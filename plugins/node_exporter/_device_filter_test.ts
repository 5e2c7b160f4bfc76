import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { deviceEntries, deviceFilter, notBoth } from "./_device_filter.ts";

const exclude = "^lo$";
const schema = v.pipe(v.object(deviceEntries("devices", { exclude })), notBoth({ exclude }));

function kept(input: v.InferInput<typeof schema>): string[] {
  return ["lo", "eth0", "eth1"].filter(deviceFilter(v.parse(schema, input)));
}

describe("deviceFilter", () => {
  it("deviceFilter() excludes what the default says", () => {
    assert.deepEqual(kept({}), ["eth0", "eth1"]);
  });

  it("deviceFilter() excludes nothing with an empty expression", () => {
    assert.deepEqual(kept({ deviceExclude: "" }), ["lo", "eth0", "eth1"]);
  });

  it("deviceFilter() finds an expression anywhere in the name", () => {
    assert.deepEqual(kept({ deviceExclude: "1" }), ["lo", "eth0"]);
  });

  it("deviceFilter() includes alone, and the default exclude gives way", () => {
    assert.deepEqual(kept({ deviceInclude: "^lo$" }), ["lo"]);
  });
});

describe("notBoth", () => {
  it("notBoth() refuses include and exclude together", () => {
    assert.throws(
      () => kept({ deviceInclude: "a", deviceExclude: "b" }),
      /only one of device-include and device-exclude/,
    );
  });
});

describe("deviceEntries", () => {
  it("deviceEntries() refuses what is no regular expression", () => {
    assert.throws(() => kept({ deviceInclude: "(" }), /regular expression/i);
  });
});
