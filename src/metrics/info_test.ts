import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { type Info, info } from "./info.ts";
import { Registry } from "./registry.ts";

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("info()", () => {
  for (const name of ["build", "info", "_info", "build_info_total"]) {
    it(`refuses the name "${name}"`, () => {
      assert.throws(() => info(name, "Help."), {
        name: "TypeError",
        message: `Cannot define metric "${name}": an info metric's name ends in "_info"`,
      });
    });
  }
});

describe("Info.set()", () => {
  it("shows facts with the value 1", () => {
    const registry = new Registry();
    const build = registry.add(info("build_info", "Help.", ["version", "revision"]));
    assert.equal(exposed(registry), "");
    build.set({ version: "1.2", revision: "abc" });
    build.set({ version: "1.2", revision: "abc" });
    assert.equal(
      exposed(registry),
      '# HELP build_info Help.\n# TYPE build_info gauge\nbuild_info{version="1.2",revision="abc"} 1\n',
    );
  });

  it("needs no labels where none were declared, and rejects any", () => {
    const registry = new Registry();
    const build = registry.add(info("build_info", "Help."));
    assert.throws(() => (build as unknown as Info<readonly ["a"]>).set({ a: "1" }), {
      name: "TypeError",
      message: 'Cannot use metric "build_info": label "a" was not declared, expected no labels',
    });
    assert.equal(exposed(registry), "");
    build.set();
    assert.equal(exposed(registry), "# HELP build_info Help.\n# TYPE build_info gauge\nbuild_info 1\n");
  });
});
