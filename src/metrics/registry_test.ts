import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import type { Description } from "../model/description.ts";
import { counter } from "./counter.ts";
import { gauge } from "./gauge.ts";
import { histogram } from "./histogram.ts";
import { info } from "./info.ts";
import { Registry } from "./registry.ts";
import { stateSet } from "./state_set.ts";
import { summary } from "./summary.ts";
import { untyped } from "./untyped.ts";

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

describe("Registry.add()", () => {
  it("gives the same instrument for the same description, or an equal one", () => {
    const registry = new Registry();
    const description = counter("x_total", "Help.", ["a"]);
    const first = registry.add(description);
    assert.equal(registry.add(description), first);
    assert.equal(registry.add(counter("x_total", "Help.", ["a"])), first);
    assert.notEqual(new Registry().add(description), first);
  });

  it("keeps registries apart that share a description", () => {
    const description = gauge("x", "Help.");
    const [one, other] = [new Registry(), new Registry()];
    one.add(description).set(1);
    other.add(description).set(2);
    assert.equal(exposed(one), "# HELP x Help.\n# TYPE x gauge\nx 1\n");
  });

  const known = gauge("x", "Help.", ["a"]);
  const conflicts: [string, Description, string][] = [
    ["type", untyped("x", "Help.", ["a"]), 'type is "unknown", already declared as "gauge"'],
    ["help", gauge("x", "Other.", ["a"]), 'help is "Other.", already declared as "Help."'],
    ["label names", gauge("x", "Help.", ["b"]), "label names are [b], already declared as [a]"],
    ["number of labels", gauge("x", "Help."), "label names are [], already declared as [a]"],
  ];
  for (const [what, other, message] of conflicts) {
    it(`refuses a known name with another ${what}, and keeps the first`, () => {
      const registry = new Registry();
      const first = registry.add(known);
      assert.throws(() => registry.add(other), {
        name: "TypeError",
        message: `Cannot register metric "x": ${message}`,
      });
      assert.equal(registry.add(known), first);
    });
  }

  it("refuses a histogram with other buckets, a summary with other quantiles, a state set with other states", () => {
    const registry = new Registry();
    registry.add(histogram("h", "Help."));
    registry.add(summary("s", "Help."));
    registry.add(stateSet("t", "Help.", [], { states: ["a"] }));
    assert.throws(() => registry.add(histogram("h", "Help.", [], { buckets: [1] })), /"h": buckets are \[1\]/);
    assert.throws(() => registry.add(summary("s", "Help.", [], { quantiles: [1] })), /"s": quantiles are \[1\]/);
    assert.throws(() => registry.add(stateSet("t", "Help.", [], { states: ["b"] })), /"t": states are \[b\]/);
  });

  const collisions: [Description, Description, string][] = [
    [histogram("x", "Help."), counter("x_count", "Help."), "x_count"],
    [histogram("x", "Help."), gauge("x_sum", "Help."), "x_sum"],
    [histogram("x", "Help."), gauge("x_bucket", "Help."), "x_bucket"],
    [summary("x", "Help."), gauge("x_count", "Help."), "x_count"],
    [summary("x", "Help."), histogram("x_sum", "Help."), "x_sum"],
  ];
  for (const [one, other, sample] of collisions) {
    it(`refuses ${other.type} ${other.name} beside ${one.type} ${one.name}, whichever comes first`, () => {
      for (const [first, second] of [[one, other], [other, one]] as const) {
        const registry = new Registry();
        registry.add(first);
        assert.throws(() => registry.add(second), {
          name: "TypeError",
          message:
            `Cannot register metric "${second.name}": its sample "${sample}" is already one of metric "${first.name}"`,
        });
        assert.deepEqual(registry.families().map(({ description }) => description.name), [first.name]);
      }
    });
  }

  it("allows names that only look alike", () => {
    const registry = new Registry();
    registry.add(summary("x", "Help."));
    registry.add(gauge("x_bucket", "Help."));
    registry.add(gauge("x_total", "Help."));
    registry.add(gauge("x_created", "Help."));
    assert.equal(registry.families().length, 4);
  });

  it("shows unlabelled counters, gauges, histograms and summaries as 0 at once, and nothing else", () => {
    const registry = new Registry();
    registry.add(counter("a_total", "Help."));
    registry.add(gauge("b", "Help."));
    registry.add(histogram("c", "Help.", [], { buckets: [] }));
    registry.add(summary("d", "Help."));
    registry.add(untyped("e", "Help."));
    registry.add(info("f_info", "Help."));
    registry.add(stateSet("g", "Help.", [], { states: ["s"] }));
    registry.add(gauge("h", "Help.", ["a"]));
    const names = exposed(registry).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.deepEqual(names, [
      "a_total 0",
      "b 0",
      'c_bucket{le="+Inf"} 0',
      "c_sum 0",
      "c_count 0",
      "d_sum 0",
      "d_count 0",
    ]);
  });
});

describe("Registry.snapshots()", () => {
  it("gives the families sorted by name, however they were added", () => {
    const registry = new Registry();
    for (const name of ["b", "a_b", "a", "B", "a1", "_"]) registry.add(gauge(name, "Help."));
    const snapshots = registry.snapshots();
    assert.deepEqual(snapshots.map(({ family }) => family.description.name), ["B", "_", "a", "a1", "a_b", "b"]);
    snapshots.forEach((snapshot) => snapshot.release());
  });

  it("shows what is there at the time", () => {
    const registry = new Registry();
    const jobs = registry.add(counter("jobs_total", "Jobs.", ["queue"]));
    assert.equal(exposed(registry), "");
    jobs.inc({ queue: "mail" });
    assert.equal(exposed(registry), '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 1\n');
  });
});

describe("Registry.remove()", () => {
  it("takes a metric away and frees all its names", () => {
    const registry = new Registry();
    const old = registry.add(histogram("x", "Help.", ["a"]));
    old.observe({ a: "1" }, 1);
    assert.equal(registry.remove("x"), true);
    assert.equal(registry.remove("x"), false);
    assert.equal(registry.remove("never"), false);
    assert.equal(exposed(registry), "");
    registry.add(gauge("x_count", "Help."));
    registry.add(gauge("x", "Other help."));
    assert.equal(registry.families().length, 2);
    old.observe({ a: "1" }, 1);
    assert.doesNotMatch(exposed(registry), /a="1"/);
  });
});
