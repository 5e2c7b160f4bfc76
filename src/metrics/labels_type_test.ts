import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { counter } from "./counter.ts";
import { gauge } from "./gauge.ts";
import { histogram } from "./histogram.ts";
import { info } from "./info.ts";
import { Registry } from "./registry.ts";
import { stateSet } from "./state_set.ts";
import { summary } from "./summary.ts";
import { untyped } from "./untyped.ts";

/**
 * Every line under a `@ts-expect-error` must not compile (the type check fails when one does) and, since JavaScript calls
 * it anyway, must throw a `TypeError` when it runs.
 */
const registry = new Registry();
const jobs = registry.add(counter("jobs_total", "Jobs.", ["queue", "code"]));
const queue = registry.add(gauge("queue_length", "Length.", ["queue"]));
const latency = registry.add(histogram("latency_seconds", "Latency.", ["path"]));
const pauses = registry.add(summary("pause_seconds", "Pauses.", ["gen"]));
const build = registry.add(info("build_info", "Build.", ["version"]));
const door = registry.add(stateSet("door", "Door.", ["room"], { states: ["open", "shut"] }));
const thing = registry.add(untyped("thing", "Thing.", ["a"]));

const plain = {
  counter: registry.add(counter("plain_total", "Plain.")),
  gauge: registry.add(gauge("plain", "Plain.")),
  histogram: registry.add(histogram("plain_seconds", "Plain.")),
  summary: registry.add(summary("plain_bytes", "Plain.")),
  info: registry.add(info("plain_info", "Plain.")),
  stateSet: registry.add(stateSet("plain_state", "Plain.", [], { states: ["open", "shut"] })),
  untyped: registry.add(untyped("plain_thing", "Plain.")),
};

describe("label types", () => {
  it("accept the labels that were declared, in any order, texts and numbers", () => {
    jobs.inc({ queue: "mail", code: 200 });
    jobs.inc({ code: "200", queue: "mail" }, 2);
    jobs.set({ queue: "mail", code: 200 }, 5, { createdMs: 1000 });
    jobs.labels({ queue: "mail", code: 200 }).inc();
    jobs.labels("mail", 200).inc();
    jobs.remove({ queue: "mail", code: 200 });
    queue.set({ queue: "mail" }, 1);
    latency.observe({ path: "/" }, 1);
    pauses.set({ gen: 1 }, { count: 1, sum: 1 });
    build.set({ version: "1" });
    door.set({ room: "attic" }, "open");
    door.set({ room: "attic" }, { open: true });
    thing.set({ a: 1 }, 1);
    plain.counter.inc();
    plain.counter.labels().inc(2);
    plain.gauge.set(1);
    plain.histogram.observe(1);
    plain.summary.set({ count: 1, sum: 1 });
    plain.info.set();
    plain.stateSet.set("open");
    plain.untyped.set(1);
    plain.gauge.remove();
  });

  it("are those of the instrument that a callback gets", async () => {
    const registry = new Registry();
    registry.add(gauge("depth", "Depth.", ["queue"]), {
      collect(depth) {
        depth.set({ queue: "mail" }, 1);
        // @ts-expect-error "name" was not declared
        depth.set({ name: "mail" }, 1);
      },
    });
    const { error } = (await registry.gather()).reports.get("depth")!;
    assert.match(String(error), /^TypeError: Cannot use metric "depth"/);
  });

  const mistakes: Record<string, () => void> = {
    // @ts-expect-error "code" is missing
    "a missing label, inc()": () => jobs.inc({ queue: "mail" }),
    // @ts-expect-error "code" is missing
    "a missing label, set()": () => jobs.set({ queue: "mail" }, 1),
    // @ts-expect-error "code" is missing
    "a missing label, labels()": () => jobs.labels({ queue: "mail" }),
    // @ts-expect-error "code" is missing
    "a missing label value": () => jobs.labels("mail"),
    // @ts-expect-error "code" is missing
    "a missing label, remove()": () => jobs.remove({ queue: "mail" }),
    // @ts-expect-error no labels at all
    "no labels, inc()": () => jobs.inc(),
    // @ts-expect-error no labels at all
    "no labels, amount only": () => jobs.inc(5),
    // @ts-expect-error no labels at all
    "no labels, remove()": () => jobs.remove(),
    // @ts-expect-error no labels at all
    "no labels, set() of a gauge": () => queue.set(5),
    // @ts-expect-error no labels at all
    "no labels, observe()": () => latency.observe(5),
    // @ts-expect-error no labels at all
    "no labels, set() of an info": () => build.set(),
    // @ts-expect-error no labels at all
    "no labels, set() of a state set": () => door.set("open"),
    // @ts-expect-error "cod" was not declared
    "a wrong label, inc()": () => jobs.inc({ queue: "mail", cod: 200 }),
    // @ts-expect-error "name" was not declared
    "a wrong label, set() of a gauge": () => queue.set({ name: "mail" }, 1),
    // @ts-expect-error "name" was not declared
    "a wrong label, observe() of a histogram": () => latency.observe({ name: "/" }, 1),
    // @ts-expect-error "name" was not declared
    "a wrong label, observe() of a summary": () => pauses.observe({ name: "/" }, 1),
    // @ts-expect-error "name" was not declared
    "a wrong label, set() of an info": () => build.set({ name: "1" }),
    // @ts-expect-error "name" was not declared
    "a wrong label, set() of a state set": () => door.set({ name: "attic" }, "open"),
    // @ts-expect-error "name" was not declared
    "a wrong label, set() of an untyped": () => thing.set({ name: "1" }, 1),
    // @ts-expect-error "extra" was not declared
    "an extra label, inc()": () => jobs.inc({ queue: "mail", code: 200, extra: "1" }),
    // @ts-expect-error "extra" was not declared
    "an extra label, set() of a gauge": () => queue.set({ queue: "mail", extra: "1" }, 1),
    // @ts-expect-error "extra" was not declared
    "an extra label, labels()": () => queue.labels({ queue: "mail", extra: "1" }),
    // @ts-expect-error there is one label only
    "an extra label value": () => queue.labels("mail", "extra"),
    // @ts-expect-error a label value is no boolean
    "a label value of the wrong type": () => queue.set({ queue: true }, 1),
    // @ts-expect-error "ajar" is no state
    "a wrong state": () => door.set({ room: "attic" }, "ajar"),
    // @ts-expect-error "ajar" is no state
    "a wrong state among several": () => door.set({ room: "attic" }, { ajar: true }),
    // @ts-expect-error there are no labels
    "labels on an unlabelled counter": () => plain.counter.inc({ queue: "mail" }),
    // @ts-expect-error there are no labels
    "labels on an unlabelled counter, set()": () => plain.counter.set({ queue: "mail" }, 1),
    // @ts-expect-error there are no labels
    "labels on an unlabelled gauge": () => plain.gauge.set({ queue: "mail" }, 1),
    // @ts-expect-error there are no labels
    "labels on an unlabelled histogram": () => plain.histogram.observe({ queue: "mail" }, 1),
    // @ts-expect-error there are no labels
    "labels on an unlabelled summary": () => plain.summary.observe({ queue: "mail" }, 1),
    // @ts-expect-error there are no labels
    "labels on an unlabelled info": () => plain.info.set({ queue: "mail" }),
    // @ts-expect-error there are no labels
    "labels on an unlabelled state set": () => plain.stateSet.set({ queue: "mail" }, "open"),
    // @ts-expect-error there are no labels
    "labels on an unlabelled untyped": () => plain.untyped.set({ queue: "mail" }, 1),
    // @ts-expect-error there are no labels
    "labels on an unlabelled metric, labels()": () => plain.counter.labels({ queue: "mail" }),
    // @ts-expect-error there are no labels
    "a label value on an unlabelled metric": () => plain.counter.labels("mail"),
    // @ts-expect-error there are no labels
    "labels on an unlabelled metric, remove()": () => plain.counter.remove({ queue: "mail" }),
  };
  for (const [what, mistake] of Object.entries(mistakes)) {
    it(`refuse ${what}`, () => assert.throws(mistake, { name: "TypeError", message: /"[a-z_]+"/ }));
  }
});
