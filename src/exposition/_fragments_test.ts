import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CollectedFamily } from "../model/collected_family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { Fragments, fragmentsOf } from "./_fragments.ts";
import { escapeText } from "./_naming.ts";
import { encode } from "./encode.ts";
import { negotiate } from "./negotiate.ts";

const description = { type: "gauge", name: "x", help: "Help.", labelNames: ["a"] } as const;

function scrape(family: CollectedFamily | HeldFamily, accept: string | null = null): string {
  return new TextDecoder().decode(encode([family.pin()], negotiate(accept)));
}

function knownFragmentsOf(family: CollectedFamily | HeldFamily, key = "lines "): Fragments {
  return fragmentsOf(family, key, () => assert.fail("no fragments were there"));
}

describe("fragmentsOf()", () => {
  it("is shared by the formats of a family", () => {
    const family = new HeldFamily(description);
    family.writer.slot({ a: "1" });
    scrape(family);
    const fragments = knownFragmentsOf(family);
    scrape(family, "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8");
    assert.equal(knownFragmentsOf(family), fragments);
  });

  it("drops what many scrapes did not use", () => {
    const family = new HeldFamily({ ...description, labelNames: ["a.b"] });
    family.writer.slot({ "a.b": "1" });
    scrape(family, "text/plain;escaping=allow-utf-8");
    knownFragmentsOf(family, "lines allow-utf-8");
    for (let i = 0; i < 20; i++) scrape(family, "text/plain;escaping=dots");
    knownFragmentsOf(family, "lines dots");
    assert.throws(() => knownFragmentsOf(family, "lines allow-utf-8"), /no fragments were there/);
  });
});

describe("Fragments", () => {
  it("gives the bytes of a flood back once its label values are gone", () => {
    const family = new CollectedFamily(description);
    for (let commit = 0; commit < 9; commit++) {
      const staging = family.stage();
      for (let i = 0; i < (commit === 2 ? 20_000 : 3); i++) staging.slot({ a: `some long label value ${i}` });
      staging.slot({ a: `of commit ${commit}` });
      staging.commit();
      assert.match(scrape(family), new RegExp(`^x\\{a="of commit ${commit}"\\} 0$`, "m"));
    }
    const { view, tables } = knownFragmentsOf(family);
    assert.ok(view.byteLength < 10_000, `${view.byteLength} bytes`);
    assert.ok(tables[0]!.length < 1000, `${tables[0]!.length} entries`);
  });

  it("keeps the bytes few and right while series come and go", () => {
    const family = new HeldFamily(description);
    for (let i = 0; i < 5000; i++) {
      family.writer.slot({ a: `some label value ${i}` });
      if (i >= 10) family.writer.remove({ a: `some label value ${i - 10}` });
      if (i % 7 > 0) continue;
      const alive = Array.from({ length: Math.min(i + 1, 10) }, (_, back) => `x{a="some label value ${i - back}"} 0`);
      assert.deepEqual(scrape(family).trimEnd().split("\n").slice(2).sort(), alive.sort());
    }
    const { byteLength } = knownFragmentsOf(family).view;
    assert.ok(byteLength < 10_000, `${byteLength} bytes`);
  });

  it("knows the most bytes that a series can have", () => {
    const family = new HeldFamily({ ...description, labelNames: ["a", "b"] });
    const fragments = new Fragments(family.index, (output, _, text) => output.text(`<${text ?? ""}>`));
    for (const a of ["", "1", "22"]) family.writer.slot({ a, b: `${a}${a}` });
    fragments.prepare(0, 3);
    assert.equal(fragments.mostBytes, "<22><2222>".length);
    assert.equal(fragments.measure(family.index.ids, 2), "<1><11>".length);
  });

  it("makes what is asked for, and the rest of very many label values by and by", () => {
    const family = new HeldFamily(description);
    let made = 0;
    const fragments = new Fragments(family.index, (output, _, text) => {
      made++;
      output.text(`<${text ?? ""}>`);
    });
    for (let i = 0; i < 20_000; i++) family.writer.slot({ a: `${i}` });
    fragments.prepare(10_000, 10_010);
    assert.equal(fragments.measure(family.index.ids, 10_005), "<10005>".length);
    assert.ok(made < 5000, `${made} of 20,000 at once`);
    for (let i = 0; i < 100; i++) fragments.prepare(0, 10);
    assert.equal(made, 20_001);
    fragments.prepare(0, 20_000);
    assert.equal(made, 20_001);
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
