import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { HeldFamily } from "../model/held_family.ts";
import { bind } from "./bind.ts";
import { Counter, counter } from "./counter.ts";
import { Gauge, gauge } from "./gauge.ts";
import { Histogram, histogram } from "./histogram.ts";
import { Info, info } from "./info.ts";
import { StateSet, stateSet } from "./state_set.ts";
import { Summary, summary } from "./summary.ts";
import { Untyped, untyped } from "./untyped.ts";

describe("bind()", () => {
  const cases = [
    [counter("x_total", "Help."), Counter],
    [gauge("x", "Help."), Gauge],
    [histogram("x", "Help."), Histogram],
    [summary("x", "Help."), Summary],
    [info("x_info", "Help."), Info],
    [stateSet("x", "Help.", [], { states: ["a"] }), StateSet],
    [untyped("x", "Help."), Untyped],
  ] as const;
  for (const [description, kind] of cases) {
    it(`makes a ${kind.name} of a description of type ${description.type}`, () => {
      const instrument = bind(new HeldFamily(description).writer);
      assert.ok((instrument as unknown) instanceof kind);
    });
  }
});
