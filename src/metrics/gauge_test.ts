import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { type Gauge, gauge } from "./gauge.ts";
import { Registry } from "./registry.ts";

const HEAD = "# HELP x Help.\n# TYPE x gauge\n";

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("Gauge", () => {
  it("is set, increased and decreased", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"]));
    x.set({ a: "set" }, -17.5);
    x.inc({ a: "inc" });
    x.inc({ a: "inc" }, -0.5);
    x.dec({ a: "dec" });
    x.dec({ a: "dec" }, 2);
    assert.equal(exposed(registry), `${HEAD}x{a="set"} -17.5\nx{a="inc"} 0.5\nx{a="dec"} -3\n`);
  });

  it("takes the value first where there are no labels", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help."));
    assert.equal(exposed(registry), `${HEAD}x 0\n`);
    x.set(3);
    x.inc();
    x.dec(0.5);
    assert.equal(exposed(registry), `${HEAD}x 3.5\n`);
  });

  it("shows NaN and the infinities", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"]));
    for (const value of [NaN, Infinity, -Infinity]) x.set({ a: String(value) }, value);
    assert.equal(exposed(registry), `${HEAD}x{a="NaN"} NaN\nx{a="Infinity"} +Inf\nx{a="-Infinity"} -Inf\n`);
  });

  it("does the same through a handle", () => {
    const registry = new Registry();
    const x = registry.add(gauge("x", "Help.", ["a"]));
    const handle = x.labels({ a: 1 });
    handle.set(10);
    handle.inc();
    handle.inc(2);
    handle.dec();
    handle.dec(0.5);
    assert.equal(exposed(registry), `${HEAD}x{a="1"} 11.5\n`);
  });

  const methods = ["set", "inc", "dec"] as const;
  for (const method of methods) {
    for (const [value, shown] of [["5", '"5"'], [{}, "[object Object]"], [false, "false"]] as const) {
      it(`rejects ${shown} of type ${typeof value} in ${method}(), through a handle too, and makes no series`, () => {
        const registry = new Registry();
        const x = registry.add(gauge("x", "Help.", ["a"]));
        const what = method === "set" ? "value" : "amount";
        const expected = { name: "TypeError", message: `Cannot set gauge "x": ${what} is ${shown}, expected a number` };
        assert.throws(() => x[method]({ a: "new" }, value as number), expected);
        assert.equal(exposed(registry), "");
        assert.throws(() => x.labels("old")[method](value as number), expected);
      });
    }
  }

  it("rejects a forgotten value, and labels where none were declared", () => {
    const x = new Registry().add(gauge("x", "Help.", ["a"])) as unknown as { set(...args: unknown[]): void };
    assert.throws(() => x.set({ a: "1" }), /value is undefined, expected a number/);
    assert.throws(() => x.set(5), /value is undefined, expected a number/);
    const plain = new Registry().add(gauge("x", "Help.")) as unknown as Gauge<readonly ["a"]>;
    assert.throws(() => plain.set({ a: "1" }, 5), { name: "TypeError", message: /gauge "x"/ });
  });
});
