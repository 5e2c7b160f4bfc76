import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import type { Description } from "../model/description.ts";
import { deferred, FakeClock, settle } from "./_testing.ts";
import { counter } from "./counter.ts";
import { gauge } from "./gauge.ts";
import { histogram } from "./histogram.ts";
import { info } from "./info.ts";
import { type Gathered, Registry } from "./registry.ts";
import { stateSet } from "./state_set.ts";
import { summary } from "./summary.ts";
import { untyped } from "./untyped.ts";

function exposed(registry: Registry): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
}

/** The sample lines of what was gathered. */
function lines({ snapshots }: Gathered): string[] {
  return new TextDecoder().decode(encode(snapshots, negotiate(null))).split("\n").filter((line) => /^[^#]/.test(line));
}

/** How the callbacks ended. */
function outcomes({ reports }: Gathered): Record<string, string> {
  return Object.fromEntries([...reports].map(([name, { outcome }]) => [name, outcome]));
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

describe("Registry.add() with a callback", () => {
  const depth = gauge("depth", "Depth.");
  const collect = () => {};
  const other = () => {};

  it("gives the same instrument for the same callback, and for none", () => {
    const registry = new Registry();
    const first = registry.add(depth, { collect, timeoutMs: 50 });
    assert.equal(registry.add(depth, { collect, timeoutMs: 50 }), first);
    assert.equal(registry.add(depth), first);
  });

  it("gives the callback the instrument that it gives its caller", async () => {
    const registry = new Registry();
    let given: unknown;
    const made = registry.add(depth, { collect: (gauge) => void (given = gauge) });
    await registry.gather();
    assert.equal(given, made);
  });

  const conflicts: [what: string, known: object, added: object, message: string][] = [
    ["another callback", { collect: other }, { collect }, "its collect callback is not the one already declared"],
    ["a callback that it lacked", {}, { collect }, "it has a collect callback, already declared without one"],
    [
      "another time-out",
      { collect, timeoutMs: 50 },
      { collect, timeoutMs: 60 },
      "timeoutMs is 60, already declared as 50",
    ],
  ];
  for (const [what, known, added, message] of conflicts) {
    it(`refuses a known metric with ${what}, and keeps the first`, () => {
      const registry = new Registry();
      const first = registry.add(depth, known);
      assert.throws(() => registry.add(depth, added), {
        name: "TypeError",
        message: `Cannot register metric "depth": ${message}`,
      });
      assert.equal(registry.add(depth), first);
    });
  }

  it("refuses what is no function, and time-outs that are not positive", () => {
    const registry = new Registry();
    assert.throws(() => registry.add(depth, { collect: "often" as never }), {
      name: "TypeError",
      message: 'Cannot register metric "depth": collect is "often", expected a function',
    });
    for (const timeoutMs of [0, -1, NaN]) {
      assert.throws(() => registry.add(depth, { collect, timeoutMs }), {
        name: "RangeError",
        message: `Cannot register metric "depth": timeoutMs is ${timeoutMs}, expected more than 0`,
      });
    }
    assert.equal(registry.families().length, 0);
  });

  it("lets the metric be added anew, with another callback, once it was removed", async () => {
    const registry = new Registry();
    registry.add(depth, { collect: (gauge) => gauge.set(1) });
    registry.remove("depth");
    registry.add(depth, { collect: (gauge) => gauge.set(2) });
    assert.deepEqual(lines(await registry.gather()), ["depth 2"]);
  });
});

describe("Registry.gather()", () => {
  /** A registry with one plain counter and one gauge whose callback does what a test says. */
  function withCallback(
    collect: (set: (value: number) => void, signal: AbortSignal) => void | Promise<void>,
    timeoutMs?: number,
  ) {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    registry.add(counter("plain_total", "Plain.")).inc();
    registry.add(gauge("read", "Read when wanted."), {
      timeoutMs,
      collect: (gauge, { signal }) => collect((value) => gauge.set(value), signal),
    });
    return { clock, registry };
  }

  it("gives what there is, sorted by name, when there are no callbacks", async () => {
    const registry = new Registry();
    for (const name of ["b", "a_b", "a", "B"]) registry.add(gauge(name, "Help."));
    const gathered = await registry.gather();
    assert.deepEqual(lines(gathered), ["B 0", "a 0", "a_b 0", "b 0"]);
    assert.equal(gathered.reports.size, 0);
  });

  it("calls all callbacks in order before it returns", async () => {
    const registry = new Registry();
    const called: string[] = [];
    const gate = deferred();
    for (const name of ["b", "a", "c"]) {
      registry.add(gauge(name, "Help."), {
        collect(gauge) {
          called.push(name);
          gauge.set(called.length);
          return name === "a" ? gate.promise : undefined;
        },
      });
    }
    const gathering = registry.gather();
    assert.deepEqual(called, ["b", "a", "c"]);
    gate.resolve();
    const gathered = await gathering;
    assert.deepEqual([...gathered.reports.keys()], ["b", "a", "c"]);
    assert.deepEqual(lines(gathered), ["a 2", "b 1", "c 3"]);
  });

  it("shows what was written until the last callback ended", async () => {
    const gate = deferred();
    const { registry } = withCallback(async (set) => {
      await gate.promise;
      set(7);
    });
    const plain = registry.add(counter("plain_total", "Plain."));
    const gathering = registry.gather();
    plain.inc(2);
    gate.resolve();
    assert.deepEqual(lines(await gathering), ["plain_total 3", "read 7"]);
  });

  const problem = new Error("no luck");
  const failures: [how: string, fail: () => void | Promise<void>][] = [
    ["throws", () => {
      throw problem;
    }],
    ["rejects", () => Promise.reject(problem)],
  ];
  for (const [how, fail] of failures) {
    it(`leaves out a family whose callback ${how}, shows the rest, and has it back once that succeeds`, async () => {
      let fails = false;
      let value = 0;
      const { registry } = withCallback((set) => {
        set(++value);
        if (fails) return fail();
      });
      assert.deepEqual(lines(await registry.gather()), ["plain_total 1", "read 1"]);
      fails = true;
      const gathered = await registry.gather();
      assert.deepEqual(gathered.reports.get("read"), { outcome: "error", error: problem, seconds: 0 });
      assert.deepEqual(lines(gathered), ["plain_total 1"]);
      fails = false;
      assert.deepEqual(lines(await registry.gather()), ["plain_total 1", "read 3"]);
    });
  }

  it("answers at its deadline when a callback hangs, and does not call it twice", async () => {
    const gates = [deferred(), deferred()];
    let calls = 0;
    const signals: AbortSignal[] = [];
    const { registry, clock } = withCallback(async (set, signal) => {
      signals.push(signal);
      const call = calls++;
      await gates[call]!.promise;
      set(call);
    });
    const first = registry.gather({ timeoutMs: 1000 });
    await clock.advance(1000);
    assert.deepEqual(outcomes(await first), { read: "timeout" });
    assert.equal(signals[0]!.reason.message, 'The run of callback "read" had not ended at the scrape\'s deadline');
    const second = await registry.gather({ timeoutMs: 1000 });
    assert.deepEqual([outcomes(second), lines(second), calls], [{ read: "busy" }, ["plain_total 1"], 1]);
    gates[0]!.resolve();
    await settle();
    assert.equal(calls, 1, "what ends late is not a new run");
    const third = registry.gather({ timeoutMs: 1000 });
    gates[1]!.resolve();
    assert.deepEqual(lines(await third), ["plain_total 1", "read 1"]);
    assert.equal(clock.pending, 0);
  });

  it("waits ten seconds when nobody says how long", async () => {
    const { registry, clock } = withCallback(() => new Promise(() => {}));
    const gathering = registry.gather();
    await clock.advance(60_000);
    assert.equal((await gathering).reports.get("read")!.seconds, 10);
  });

  it("shares one run among calls that overlap, each with its own deadline", async () => {
    const gate = deferred();
    let calls = 0;
    const { registry, clock } = withCallback(async (set) => {
      calls++;
      await gate.promise;
      set(calls);
    });
    const [hasty, patient] = [1000, 5000].map((timeoutMs) => registry.gather({ timeoutMs }));
    await clock.advance(1000);
    const early = await hasty!;
    assert.deepEqual([outcomes(early), lines(early)], [{ read: "timeout" }, ["plain_total 1"]]);
    gate.resolve();
    const late = await patient!;
    assert.deepEqual([outcomes(late), lines(late)], [{ read: "ok" }, ["plain_total 1", "read 1"]]);
    assert.equal(calls, 1);
  });

  it("ends a run at the callback's own timeout", async () => {
    const { registry, clock } = withCallback(() => new Promise(() => {}), 250);
    const gathering = registry.gather({ timeoutMs: 10_000 });
    await clock.advance(250);
    const { outcome, seconds, error } = (await gathering).reports.get("read")!;
    assert.deepEqual([outcome, seconds], ["timeout", 0.25]);
    assert.match(String(error), /callback "read" had not ended at its timeout of 0\.25 s/);
  });

  it("runs callbacks apart for calls that may not share", async () => {
    let calls = 0;
    const { registry } = withCallback(async (set) => {
      const call = ++calls;
      await settle();
      set(call);
    });
    await Promise.all([1, 2].map(() => registry.gather({ shared: false }).then(lines)));
    assert.equal(calls, 2);
  });

  it("has nothing of a metric that was removed while its callback ran, nor of one that was added", async () => {
    const gate = deferred();
    const { registry } = withCallback(() => gate.promise);
    const gathering = registry.gather();
    registry.remove("read");
    registry.add(gauge("new", "New."), { collect: (gauge) => gauge.set(1) });
    gate.resolve();
    assert.deepEqual(lines(await gathering), ["plain_total 1"]);
    assert.deepEqual(lines(await registry.gather()), ["new 1", "plain_total 1"]);
  });

  it("lets a callback replace label sets that come and go", async () => {
    const registry = new Registry();
    const depths = [{ mail: 3, print: 1 }, { print: 2 }];
    registry.add(gauge("depth", "Depth.", ["queue"]), {
      async collect(depth) {
        const now = await Promise.resolve(depths.shift()!);
        depth.clear();
        for (const [queue, value] of Object.entries(now)) depth.set({ queue }, value);
      },
    });
    assert.deepEqual(lines(await registry.gather()), ['depth{queue="mail"} 3', 'depth{queue="print"} 1']);
    assert.deepEqual(lines(await registry.gather()), ['depth{queue="print"} 2']);
  });
});

describe("Registry.collect()", () => {
  it("runs the callbacks, for snapshots that are taken later", async () => {
    const registry = new Registry();
    const plain = registry.add(gauge("plain", "Plain."));
    registry.add(gauge("good", "Good."), { collect: (gauge) => gauge.set(1) });
    registry.add(gauge("bad", "Bad."), { collect: () => Promise.reject(new Error("no luck")) });
    const reports = await registry.collect({ timeoutMs: 1000 });
    plain.set(5);
    assert.deepEqual(lines({ snapshots: registry.snapshots(reports), reports }), ["good 1", "plain 5"]);
  });
});

describe("Registry.snapshots()", () => {
  it("calls no callback, and leaves out the families that have one", async () => {
    const registry = new Registry();
    let calls = 0;
    registry.add(gauge("read", "Read."), { collect: () => void calls++ });
    registry.add(gauge("plain", "Plain."));
    assert.equal(exposed(registry), "# HELP plain Plain.\n# TYPE plain gauge\nplain 0\n");
    assert.equal(calls, 0);
    (await registry.gather()).snapshots.forEach((snapshot) => snapshot.release());
    assert.doesNotMatch(exposed(registry), /read/);
  });

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
