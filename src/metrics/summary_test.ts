import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { encode, type EncodeOptions } from "../exposition/encode.ts";
import { negotiate } from "../exposition/negotiate.ts";
import { Registry } from "./registry.ts";
import { summary } from "./summary.ts";

const HEAD = "# HELP s Help.\n# TYPE s summary\n";

function exposed(registry: Registry, accept: string | null = null, options: EncodeOptions = {}): string {
  return new TextDecoder().decode(encode(registry.snapshots(), negotiate(accept), options));
}

describe("summary()", () => {
  for (const quantiles of [[1.5], [-0.1], [NaN], [0.5, 0.5], [0, -0]]) {
    it(`refuses the quantiles [${quantiles}]`, () => {
      assert.throws(() => summary("s", "Help.", [], { quantiles }), {
        name: "RangeError",
        message: /^Cannot define metric "s": quantile .*, expected numbers between 0 and 1, each once$/,
      });
    });
  }

  it("takes percentiles where it is said that they are", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", [], { quantiles: [50, 99.9], percentiles: true }));
    s.set({ quantiles: [1, 2], count: 3, sum: 4 });
    assert.equal(exposed(registry), `${HEAD}s{quantile="50"} 1\ns{quantile="99.9"} 2\ns_sum 4\ns_count 3\n`);
    const text = exposed(registry, "application/openmetrics-text; version=1.0.0");
    assert.match(text, /^s\{quantile="50"\} 1\.0\ns\{quantile="99\.9"\} 2\.0$/m);
    for (const options of [{ quantiles: [101] }, { quantiles: [50], window: true }]) {
      assert.throws(() => summary("s", "Help.", [], { ...options, percentiles: true }), { name: "RangeError" });
    }
  });

  it("keeps quantiles of its own, in the order given", () => {
    const quantiles = [0.99, 0, 1];
    const description = summary("s", "Help.", [], { quantiles });
    quantiles.pop();
    assert.deepEqual(description.quantiles, [0.99, 0, 1]);
  });

  it("has a window only where it is asked for", () => {
    const quantiles = [0.5];
    assert.equal("window" in summary("s", "Help.", [], { quantiles }), false);
    assert.equal("window" in summary("s", "Help.", [], { quantiles, window: false }), false);
    assert.equal(summary("s", "Help.", [], { quantiles, window: true }).window?.maxAgeSeconds, 600);
    assert.equal(summary("s", "Help.", [], { quantiles, window: { ageBuckets: 2 } }).window?.ageBuckets, 2);
  });

  it("refuses a window without quantiles", () => {
    assert.throws(() => summary("s", "Help.", [], { window: true }), {
      name: "TypeError",
      message: 'Cannot define metric "s": it has a window, but no quantiles',
    });
  });
});

describe("Summary.observe()", () => {
  it("counts and adds up, through a handle too", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", ["a"]));
    s.observe({ a: "x" }, 1.5);
    s.labels("x").observe(-4);
    assert.equal(exposed(registry), `${HEAD}s_sum{a="x"} -2.5\ns_count{a="x"} 2\n`);
  });

  it("starts at zero where there are neither labels nor quantiles", () => {
    const registry = new Registry();
    registry.add(summary("s", "Help."));
    assert.equal(exposed(registry), `${HEAD}s_sum 0\ns_count 0\n`);
  });

  it("rejects what is no number, through a handle too, and makes no series", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", ["a"]));
    const expected = { name: "TypeError", message: 'Cannot set summary "s": value is "5", expected a number' };
    assert.throws(() => s.observe({ a: "new" }, "5" as unknown as number), expected);
    assert.equal(exposed(registry), "");
    assert.throws(() => s.labels("x").observe("5" as unknown as number), expected);
  });

  it("refuses where quantiles were declared, through a handle too", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", ["a"], { quantiles: [0.5] }));
    const expected = {
      name: "TypeError",
      message: 'Cannot observe summary "s": its quantiles are relayed from an upstream, ' +
        "expected set(), the option window or a histogram",
    };
    assert.throws(() => s.observe({ a: "x" }, 1), expected);
    assert.equal(exposed(registry), "");
    assert.throws(() => s.labels("x").observe(1), expected);
  });
});

describe("Summary.set()", () => {
  it("shows an upstream's summary as it is", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", ["a"], { quantiles: [0.5, 0.99] }));
    s.set({ a: "x" }, { quantiles: [0.25, NaN], count: 120, sum: 0.5 });
    assert.equal(
      exposed(registry),
      `${HEAD}s{a="x",quantile="0.5"} 0.25\ns{a="x",quantile="0.99"} NaN\ns_sum{a="x"} 0.5\ns_count{a="x"} 120\n`,
    );
  });

  it("shows nothing before, where there are quantiles that only an upstream knows", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", [], { quantiles: [0.5] }));
    assert.equal(exposed(registry), "");
    s.set({ quantiles: [1], count: 2, sum: 3 });
    assert.equal(exposed(registry), `${HEAD}s{quantile="0.5"} 1\ns_sum 3\ns_count 2\n`);
  });

  it("needs no quantiles where none were declared, and remembers when the upstream began to count", () => {
    const registry = new Registry({ now: () => 1000 });
    registry.add(summary("s", "Help.")).set({ count: 1, sum: 2 }, { createdMs: 5000 });
    assert.equal(
      exposed(registry, "application/openmetrics-text", { createdSamples: true }),
      "# TYPE s summary\n# HELP s Help.\ns_sum 2.0\ns_count 1\ns_created 5.0\n# EOF\n",
    );
  });

  const mistakes: [unknown, string, string][] = [
    [{ count: 1, sum: 1 }, "RangeError", "got 0 quantiles, expected 1"],
    [{ quantiles: [1, 2], count: 1, sum: 1 }, "RangeError", "got 2 quantiles, expected 1"],
    [undefined, "RangeError", "got 0 quantiles, expected 1"],
    [{ quantiles: ["1"], count: 1, sum: 1 }, "TypeError", 'quantile is "1", expected a number'],
    [{ quantiles: [1], count: -1, sum: 1 }, "RangeError", "count is -1, expected 0 or more"],
    [{ quantiles: [1], count: NaN, sum: 1 }, "RangeError", "count is NaN, expected 0 or more"],
    [{ quantiles: [1], count: Infinity, sum: 1 }, "RangeError", "count is Infinity, expected a finite count"],
    [{ quantiles: [1], count: 1 }, "TypeError", "sum is undefined, expected a number"],
  ];
  for (const [value, name, message] of mistakes) {
    it(`rejects ${JSON.stringify(value)}: ${message}`, () => {
      const registry = new Registry();
      const s = registry.add(summary("s", "Help.", ["a"], { quantiles: [0.5] }));
      assert.throws(() => s.set({ a: "x" }, value as never), { name, message: `Cannot set summary "s": ${message}` });
      assert.equal(exposed(registry), "");
    });
  }
});

describe("Summary with a window", () => {
  const options = { quantiles: [0.5, 1], window: { maxAgeSeconds: 10, ageBuckets: 2 } };

  it("shows the quantiles of the last while, and count and sum of all, through a handle too", () => {
    let now = 0;
    const registry = new Registry({ now: () => now });
    const s = registry.add(summary("s", "Help.", ["a"], options));
    s.observe({ a: "x" }, 8);
    s.labels("x").observe(4);
    const lines = (median: string, highest: string, sum: number, count: number) =>
      `${HEAD}s{a="x",quantile="0.5"} ${median}\ns{a="x",quantile="1"} ${highest}\n` +
      `s_sum{a="x"} ${sum}\ns_count{a="x"} ${count}\n`;
    assert.equal(exposed(registry), lines("6", "8", 12, 2));
    now = 6000;
    s.observe({ a: "x" }, 1);
    assert.equal(exposed(registry), lines("4", "8", 13, 3));
    now = 12_000;
    assert.equal(exposed(registry), lines("1", "1", 13, 3));
    now = 1e6;
    assert.equal(exposed(registry), lines("NaN", "NaN", 13, 3));
  });

  it("starts at zero without quantiles where there are no labels", () => {
    const registry = new Registry();
    registry.add(summary("s", "Help.", [], options));
    assert.equal(exposed(registry), `${HEAD}s{quantile="0.5"} NaN\ns{quantile="1"} NaN\ns_sum 0\ns_count 0\n`);
  });

  it("leaves NaN out of the quantiles", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", [], options));
    for (const value of [2, NaN]) s.observe(value);
    assert.equal(exposed(registry), `${HEAD}s{quantile="0.5"} 2\ns{quantile="1"} 2\ns_sum NaN\ns_count 2\n`);
  });

  it("cannot be set, and makes no series of it", () => {
    const registry = new Registry();
    const s = registry.add(summary("s", "Help.", ["a"], options));
    assert.throws(() => s.set({ a: "x" }, { quantiles: [1, 2], count: 1, sum: 2 }), {
      name: "TypeError",
      message: 'Cannot set summary "s": its quantiles are computed from a window, expected observe()',
    });
    assert.equal(exposed(registry), "");
  });

  it("is another metric than one with another window", () => {
    const registry = new Registry();
    registry.add(summary("s", "Help.", [], options));
    assert.throws(() => registry.add(summary("s", "Help.", [], { ...options, window: true })), {
      message: 'Cannot register metric "s": window settings are [600, 5], already declared as [10, 2]',
    });
  });
});
