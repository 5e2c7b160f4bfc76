import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { CollectedFamily } from "../model/collected_family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { type Layout, layoutOf as layoutOfKey } from "./_layout.ts";
import { escapeText } from "./_naming.ts";
import { encode } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const description = { type: "gauge", name: "x", help: "Help.", labelNames: ["a"] } as const;

function scrape(family: CollectedFamily | HeldFamily): void {
  encode([family.pin()], negotiate(null));
}

function layoutOf(family: CollectedFamily | HeldFamily, key = "lines "): Layout {
  return layoutOfKey(family, key, () => assert.fail("no layout was there"));
}

describe("layoutOf()", () => {
  it("is shared by the formats of a family", () => {
    const family = new HeldFamily(description);
    family.writer.slot({ a: "1" });
    scrape(family);
    const layout = layoutOf(family);
    encode([family.pin()], negotiate("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"));
    assert.equal(layoutOf(family), layout);
  });

  it("drops a layout that many scrapes did not use", () => {
    const family = new HeldFamily({ ...description, labelNames: ["a.b"] });
    family.writer.slot({ "a.b": "1" });
    encode([family.pin()], negotiate("text/plain;escaping=allow-utf-8"));
    layoutOf(family, "lines allow-utf-8");
    for (let i = 0; i < 20; i++) encode([family.pin()], negotiate("text/plain;escaping=dots"));
    layoutOf(family, "lines dots");
    assert.throws(() => layoutOf(family, "lines allow-utf-8"), /no layout was there/);
  });

  it("gives the bytes of a flood back once its slots are free", () => {
    const family = new CollectedFamily(description);
    for (let commit = 0; commit < 8; commit++) {
      const staging = family.stage();
      for (let i = 0; i < (commit === 2 ? 20_000 : 3); i++) staging.slot({ a: `some long label value ${i}` });
      staging.commit();
      scrape(family);
    }
    assert.ok(layoutOf(family).bytes.length < 10_000, `${layoutOf(family).bytes.length} bytes`);
  });

  it("keeps the bytes few while series come and go", () => {
    const family = new HeldFamily(description);
    for (let i = 0; i < 5000; i++) {
      family.writer.slot({ a: `some label value ${i}` });
      scrape(family);
      if (i >= 10) family.writer.remove({ a: `some label value ${i - 10}` });
    }
    assert.ok(layoutOf(family).bytes.length < 10_000, `${layoutOf(family).bytes.length} bytes`);
  });
});

describe("escapeText()", () => {
  const cases = [["plain", "plain"], ["\\", "\\\\"], ["\n", "\\n"], ['"', '\\"'], ["\\n", "\\\\n"], ["\t\r", "\t\r"], [
    "",
    "",
  ]];
  for (const [value = "", escaped] of cases) {
    it(`writes ${JSON.stringify(value)} as ${escaped}`, () => assert.equal(escapeText(value), escaped));
  }
});
