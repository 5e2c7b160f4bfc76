import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode, type EncodeOptions } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { type Counter, counter } from "./counter.ts";
import { Registry } from "./registry.ts";

const HEAD = "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\n";

function jobs(): { registry: Registry; counter: Counter<readonly ["queue"]>; text: () => string } {
  const registry = new Registry();
  const made = registry.add(counter("jobs_total", "Jobs done.", ["queue"]));
  return { registry, counter: made, text: () => exposed(registry) };
}

function exposed(registry: Registry, accept: string | null = null, options: EncodeOptions = {}): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept), options));
}

describe("counter()", () => {
  it("describes and does nothing more", () => {
    assert.deepEqual(counter("jobs_total", "Jobs done."), {
      type: "counter",
      name: "jobs_total",
      help: "Jobs done.",
      labelNames: [],
    });
    assert.deepEqual(counter("cpu_seconds_total", "CPU.", ["mode"], { unit: "seconds" }).unit, "seconds");
  });
});

describe("Counter.inc()", () => {
  it("adds one, or the amount", () => {
    const { counter, text } = jobs();
    counter.inc({ queue: "mail" });
    counter.inc({ queue: "mail" }, 2.5);
    counter.inc({ queue: "print" }, 0);
    assert.equal(text(), `${HEAD}jobs_total{queue="mail"} 3.5\njobs_total{queue="print"} 0\n`);
  });

  it("takes the amount first where there are no labels", () => {
    const registry = new Registry();
    const plain = registry.add(counter("jobs_total", "Jobs done."));
    assert.equal(exposed(registry), `${HEAD}jobs_total 0\n`);
    plain.inc();
    plain.inc(4);
    assert.equal(exposed(registry), `${HEAD}jobs_total 5\n`);
  });

  for (const amount of [-1, -0.001, -Infinity, NaN]) {
    it(`rejects the amount ${amount}, through a handle too, and makes no series`, () => {
      const { counter, text } = jobs();
      const expected = {
        name: "RangeError",
        message: `Cannot increase counter "jobs_total": amount is ${amount}, expected 0 or more`,
      };
      assert.throws(() => counter.inc({ queue: "new" }, amount), expected);
      assert.equal(text(), "");
      const handle = counter.labels("mail");
      assert.throws(() => handle.inc(amount), expected);
      assert.equal(text(), `${HEAD}jobs_total{queue="mail"} 0\n`);
    });
  }

  for (const [amount, shown] of [["5", '"5"'], [{}, "[object Object]"], [true, "true"], [1n, "1"]] as const) {
    it(`rejects ${shown} of type ${typeof amount}, through a handle too`, () => {
      const { counter, text } = jobs();
      const expected = {
        name: "TypeError",
        message: `Cannot increase counter "jobs_total": amount is ${shown}, expected a number`,
      };
      assert.throws(() => counter.inc({ queue: "new" }, amount as number), expected);
      assert.throws(() => counter.labels("mail").inc(amount as number), expected);
      assert.equal(text(), `${HEAD}jobs_total{queue="mail"} 0\n`);
    });
  }

  it("rejects labels where none were declared", () => {
    const plain = new Registry().add(counter("jobs_total", "Jobs done.")) as unknown as Counter<readonly ["queue"]>;
    assert.throws(() => plain.inc({ queue: "mail" }, 1), { name: "TypeError", message: /counter "jobs_total"/ });
  });

  it("counts a label object as it is at the call", () => {
    const { counter, text } = jobs();
    const labels = { queue: "mail" };
    counter.inc(labels);
    labels.queue = "print";
    assert.equal(text(), `${HEAD}jobs_total{queue="mail"} 1\n`);
    counter.inc(labels);
    assert.equal(text(), `${HEAD}jobs_total{queue="mail"} 1\njobs_total{queue="print"} 1\n`);
  });
});

describe("Counter.set()", () => {
  it("sets a total, higher or lower than before", () => {
    const { counter, text } = jobs();
    counter.set({ queue: "mail" }, 10);
    counter.set({ queue: "mail" }, 7);
    counter.labels("print").set(1e9);
    counter.set({ queue: "much" }, Infinity);
    assert.equal(
      text(),
      `${HEAD}jobs_total{queue="mail"} 7\njobs_total{queue="print"} 1e+09\njobs_total{queue="much"} +Inf\n`,
    );
  });

  for (const total of [-1, NaN, -Infinity]) {
    it(`rejects the total ${total}, through a handle too, and makes no series`, () => {
      const { counter, text } = jobs();
      const expected = {
        name: "RangeError",
        message: `Cannot set counter "jobs_total": total is ${total}, expected 0 or more`,
      };
      assert.throws(() => counter.set({ queue: "new" }, total), expected);
      assert.equal(text(), "");
      assert.throws(() => counter.labels("mail").set(total), expected);
    });
  }

  it("rejects what is no number", () => {
    const { counter } = jobs();
    for (const [total, shown] of [["5", '"5"'], [undefined, "undefined"], [null, "null"]]) {
      const expected = {
        name: "TypeError",
        message: `Cannot set counter "jobs_total": total is ${shown}, expected a number`,
      };
      assert.throws(() => counter.set({ queue: "mail" }, total as unknown as number), expected);
      assert.throws(() => counter.labels("mail").set(total as unknown as number), expected);
    }
  });

  it("remembers when the upstream began to count", () => {
    const registry = new Registry({ now: () => 9_000_000 });
    const total = registry.add(counter("jobs_total", "Jobs done.", ["queue"]));
    total.set({ queue: "mail" }, 10, { createdMs: 1_520_430_000_123 });
    total.set({ queue: "print" }, 10);
    assert.equal(
      exposed(registry, "application/openmetrics-text", { createdSamples: true }),
      `# TYPE jobs counter
# HELP jobs Jobs done.
jobs_total{queue="mail"} 10.0
jobs_created{queue="mail"} 1.520430000123e+09
jobs_total{queue="print"} 10.0
jobs_created{queue="print"} 9000.0
# EOF
`,
    );
  });

  for (const [createdMs, name] of [[NaN, "RangeError"], [Infinity, "RangeError"], ["now", "TypeError"]] as const) {
    it(`rejects ${createdMs} as created timestamp, and writes nothing`, () => {
      const { counter, text } = jobs();
      assert.throws(() => counter.set({ queue: "mail" }, 1, { createdMs: createdMs as number }), {
        name,
        message: /^Cannot set counter "jobs_total": createdMs is /,
      });
      assert.equal(text(), "");
    });
  }
});
