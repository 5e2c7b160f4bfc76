import { afterEach, beforeEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { Registry } from "./registry.ts";
import { Summary } from "./summary.ts";

describe("Summary", () => {
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  function create(options: { pruneAgedBuckets?: boolean } = {}) {
    const registry = new Registry();
    const summary = new Summary({
      name: "m",
      help: "h",
      labelNames: ["a"],
      percentiles: [0.5],
      maxAgeSeconds: 10,
      ageBuckets: 2,
      registers: [registry],
      ...options,
    });
    return { registry, summary };
  }

  it("forgets observations that are too old, but not that there were some", async () => {
    const { registry, summary } = create();
    summary.observe({ a: "x" }, 4);
    assert.match(await registry.metrics(), /m\{quantile="0.5",a="x"\} 4\n/);
    mock.timers.setTime(1_011_000);
    assert.match(await registry.metrics(), /m\{quantile="0.5",a="x"\} 0\nm_sum\{a="x"\} 4\nm_count\{a="x"\} 1\n/);
  });

  it("takes series out whose observations are all too old, if it is asked to", async () => {
    const { registry, summary } = create({ pruneAgedBuckets: true });
    summary.observe({ a: "x" }, 4);
    mock.timers.setTime(1_008_000);
    summary.observe({ a: "y" }, 5);
    mock.timers.setTime(1_011_000);
    assert.deepEqual((await summary.get()).values.map(({ labels }) => labels.a), ["y", "y", "y"]);
    assert.doesNotMatch(await registry.metrics(), /a="x"/);
    summary.observe({ a: "x" }, 1);
    assert.match(await registry.metrics(), /m_count\{a="y"\} 1\n.*\nm_sum\{a="x"\} 1\nm_count\{a="x"\} 1\n/);
  });

  it("keeps its series when it is reset", async () => {
    const { summary } = create();
    summary.observe({ a: "x" }, 4);
    summary.reset();
    assert.deepEqual((await summary.get()).values.map(({ value }) => value), [0, 0, 0]);
    summary.labels("x").observe(7);
    assert.deepEqual((await summary.get()).values.map(({ value }) => value), [7, 7, 1]);
  });
});
