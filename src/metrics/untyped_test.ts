import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "./registry.ts";
import { untyped } from "./untyped.ts";

describe("Untyped.set()", () => {
  it("shows a value of unknown nature", () => {
    const registry = new Registry();
    const x = registry.add(untyped("x", "Help.", ["a"]));
    x.set({ a: 1 }, -5);
    const text = new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
    assert.equal(text, '# HELP x Help.\n# TYPE x untyped\nx{a="1"} -5\n');
  });

  it("takes the value first where there are no labels, and shows nothing before", () => {
    const registry = new Registry();
    const x = registry.add(untyped("x", "Help."));
    assert.equal(encode(registry.snapshots(), negotiate(null)).length, 0);
    x.set(42);
    const text = new TextDecoder().decode(encode(registry.snapshots(), negotiate("application/openmetrics-text")));
    assert.equal(text, "# TYPE x unknown\n# HELP x Help.\nx 42.0\n# EOF\n");
  });

  it("rejects what is no number", () => {
    const x = new Registry().add(untyped("x", "Help."));
    assert.throws(() => x.set("5" as unknown as number), {
      name: "TypeError",
      message: 'Cannot set untyped "x": value is "5", expected a number',
    });
  });
});
