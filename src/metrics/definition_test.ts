import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { counter } from "./counter.ts";
import { describeMetric } from "./definition.ts";
import { gauge } from "./gauge.ts";
import { histogram } from "./histogram.ts";
import { info } from "./info.ts";
import { stateSet } from "./state_set.ts";
import { summary } from "./summary.ts";
import { untyped } from "./untyped.ts";

/** Every kind, described through its public function. */
const KINDS: Record<string, (name: string, help: string, labelNames: readonly string[]) => unknown> = {
  counter,
  gauge,
  histogram,
  summary,
  untyped,
  info: (name, help, labelNames) => info(`${name}_info`, help, labelNames),
  stateSet: (name, help, labelNames) => stateSet(name, help, labelNames, { states: ["a"] }),
};

describe("describeMetric()", () => {
  it("returns what it was given, with names of its own", () => {
    const labelNames = ["a", "b"];
    const described = describeMetric("gauge", "size_bytes", "Size.", labelNames, { unit: "bytes" });
    labelNames.push("c");
    assert.deepEqual(described, { name: "size_bytes", help: "Size.", labelNames: ["a", "b"], unit: "bytes" });
    assert.ok(Object.isFrozen(described.labelNames));
    assert.ok(!("unit" in describeMetric("gauge", "x", "X.", [])));
  });

  for (const name of ["9lives", "http.server.duration", "a b", "é"]) {
    it(`takes the name "${name}"`, () => {
      assert.equal(describeMetric("gauge", name, "Help.", [name]).name, name);
    });
  }

  for (const name of ["", "a\ud800"]) {
    it(`refuses the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => describeMetric("gauge", name, "Help.", []), {
        name: "TypeError",
        message: `Cannot define metric "${name}": its name must be a text that is not empty and well-formed`,
      });
    });
  }

  it("refuses a name that is no text", () => {
    for (const name of [undefined, null, 5, {}]) {
      assert.throws(() => describeMetric("gauge", name as never, "Help.", []), TypeError);
    }
  });

  for (const help of ["", undefined, 5]) {
    it(`refuses ${JSON.stringify(help)} as help`, () => {
      assert.throws(() => describeMetric("gauge", "x", help as string, []), {
        name: "TypeError",
        message: 'Cannot define metric "x": help is missing, expected a sentence on what is measured',
      });
    });
  }

  for (const label of ["", "a\ud800", "__name__", "__x"]) {
    it(`refuses the label name "${label}"`, () => {
      assert.throws(() => describeMetric("gauge", "x", "Help.", ["ok", label]), {
        name: "TypeError",
        message:
          `Cannot define metric "x": label name "${label}" must be a well-formed text that is not empty and does not start with "__"`,
      });
    });
  }

  it("refuses a label name that is declared twice", () => {
    assert.throws(() => describeMetric("gauge", "x", "Help.", ["a", "b", "a"]), {
      name: "TypeError",
      message: 'Cannot define metric "x": label name "a" is declared twice',
    });
  });

  it("refuses label names that are no array", () => {
    for (const labelNames of ["code", { unit: "bytes" }, null]) {
      assert.throws(() => describeMetric("gauge", "x", "Help.", labelNames as never), {
        name: "TypeError",
        message: `Cannot define metric "x": label names are ${typeof labelNames}, expected an array of strings`,
      });
    }
  });

  const reserved = [["histogram", "le"], ["summary", "quantile"], ["stateset", "x"]] as const;
  for (const [type, label] of reserved) {
    it(`refuses the label "${label}" on a ${type} named x, and allows it elsewhere`, () => {
      assert.throws(() => describeMetric(type, "x", "Help.", [label]), {
        name: "TypeError",
        message: `Cannot define metric "x": label name "${label}" is reserved on a ${type}`,
      });
      assert.deepEqual(describeMetric("gauge", "x", "Help.", [label]).labelNames, [label]);
    });
  }

  const units = [
    ["gauge", "size_bytes", "bytes", true],
    ["counter", "size_bytes_total", "bytes", true],
    ["counter", "size_bytes", "bytes", true],
    ["histogram", "size_bytes", "bytes", true],
    ["gauge", "size_bytes_total", "bytes", false],
    ["gauge", "size", "bytes", false],
    ["gauge", "sizebytes", "bytes", false],
    ["gauge", "bytes", "bytes", false],
    ["gauge", "size_", "", false],
    ["counter", "size_bytes_sum", "bytes", false],
  ] as const;
  for (const [type, name, unit, valid] of units) {
    it(`${valid ? "allows" : "refuses"} the unit "${unit}" on ${type} ${name}`, () => {
      const define = () => describeMetric(type, name, "Help.", [], { unit });
      if (valid) assert.equal(define().unit, unit);
      else {
        assert.throws(define, {
          name: "TypeError",
          message: `Cannot define metric "${name}": unit is "${unit}", expected the name to end with "_${unit}"`,
        });
      }
    });
  }

  for (const type of ["info", "stateset"] as const) {
    it(`refuses any unit on an ${type}`, () => {
      assert.throws(() => describeMetric(type, "x_bytes", "Help.", [], { unit: "bytes" }), /has no unit$/);
    });
  }

  for (const [kind, define] of Object.entries(KINDS)) {
    it(`is asked by ${kind}()`, () => {
      assert.throws(() => define("\ud800", "Help.", []), /its name must be/);
      assert.throws(() => define("x", "", []), /help is missing/);
      assert.throws(() => define("x", "Help.", ["__name__"]), /label name "__name__" must be/);
    });
  }
});
