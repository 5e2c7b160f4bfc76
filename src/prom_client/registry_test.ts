import { describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { Gauge } from "./gauge.ts";
import { type CollectFailure, globalRegistry, isRegistry, Registry } from "./registry.ts";

describe("Registry.metrics()", () => {
  it("leaves out a metric that takes too long, and tells of it", async () => {
    const failures: CollectFailure[] = [];
    const registry = new Registry(undefined, {
      collectTimeoutMs: 20,
      onCollectError: (failure) => failures.push(failure),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    new Gauge({ name: "slow", help: "h", registers: [registry], collect: () => promise });
    new Gauge({ name: "quick", help: "h", registers: [registry] }).set(1);
    assert.equal(await registry.metrics(), "# HELP quick h\n# TYPE quick gauge\nquick 1\n");
    assert.deepEqual(failures.map(({ metric }) => metric), ["slow"]);
    assert.match(String(failures[0]?.error), /collect of metric "slow" had not ended/);
    resolve();
    await new Promise((settled) => setTimeout(settled, 0));
    assert.match(await registry.metrics(), /^slow 0$/m);
  });

  it("says on the console once that a metric cannot be read, and again after it could", async () => {
    const said = mock.method(console, "error", () => {});
    try {
      const registry = new Registry();
      let isBroken = true;
      new Gauge({
        name: "m",
        help: "h",
        registers: [registry],
        collect() {
          if (isBroken) throw new Error("no");
        },
      });
      await registry.metrics();
      await registry.metrics();
      isBroken = false;
      await registry.metrics();
      isBroken = true;
      await registry.metrics();
      const line = 'Cannot read metric "m", left out: Error: no';
      assert.deepEqual(said.mock.calls.map(({ arguments: [text] }) => text), [line, line]);
    } finally {
      said.mock.restore();
    }
  });

  it("shares one call of collect between answers that overlap", async () => {
    const registry = new Registry();
    let calls = 0;
    new Gauge({
      name: "m",
      help: "h",
      registers: [registry],
      async collect() {
        calls++;
        await Promise.resolve();
        this.set(calls);
      },
    });
    const answers = await Promise.all([registry.metrics(), registry.metrics(), registry.getMetricsAsJSON()]);
    assert.equal(calls, 1);
    assert.match(answers[0], /^m 1$/m);
    assert.equal(answers[1], answers[0]);
  });

  it("fails with strict, as prom-client does", async () => {
    const registry = new Registry(undefined, { strict: true });
    new Gauge({
      name: "m",
      help: "h",
      registers: [registry],
      collect() {
        throw new Error("no");
      },
    });
    await assert.rejects(registry.metrics(), { message: "no" });
    await assert.rejects(registry.getMetricsAsJSON(), { message: "no" });
  });

  it("calls collect before it returns, with the metric as this", () => {
    const registry = new Registry();
    let seen: unknown;
    const gauge: Gauge = new Gauge({
      name: "m",
      help: "h",
      registers: [registry],
      collect() {
        seen = this;
      },
    });
    registry.metrics();
    assert.equal(seen, gauge);
  });

  it("writes another format for one answer", async () => {
    const registry = new Registry();
    new Gauge({ name: "m", help: "h", registers: [registry] });
    const type = registry.negotiate("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assert.equal(await registry.metrics(type), "# HELP m h\n# TYPE m gauge\nm 0\n# EOF\n");
    assert.equal(await registry.metrics(registry.negotiate(undefined)), "# HELP m h\n# TYPE m gauge\nm 0\n");
    assert.equal(registry.contentType, Registry.PROMETHEUS_CONTENT_TYPE);
  });

  it("takes metrics of other packages, and metrics with another get", async () => {
    const registry = new Registry();
    const other = {
      name: "other",
      help: 'a "b"\n',
      type: "counter",
      get: () => ({
        name: "other",
        help: "h",
        type: "counter",
        values: [{ value: NaN, labels: { a: 'x"' } }, { value: 2, metricName: "other_sum" }],
      }),
    };
    registry.registerMetric(other);
    new Gauge({ name: "own", help: "h", registers: [registry] });
    const gauge = new Gauge({ name: "changed", help: "h", registers: [registry] });
    const object = await gauge.get();
    gauge.get = () => Promise.resolve({ ...object, values: [{ value: 7, labels: {} }] });
    registry.setDefaultLabels({ app: "x" });
    assert.equal(
      await registry.metrics(),
      [
        '# HELP other h\n# TYPE other counter\nother{a="x\\"",app="x"} Nan\nother_sum{app="x"} 2\n',
        '# HELP own h\n# TYPE own gauge\nown{app="x"} 0\n',
        '# HELP changed h\n# TYPE changed gauge\nchanged{app="x"} 7\n',
      ].join("\n"),
    );
  });

  it("lets other work run while it writes a long text", async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: "m", help: "h", labelNames: ["a", "b"], registers: [registry] });
    for (let i = 0; i < 200_000; i++) gauge.set({ a: i % 1000, b: Math.floor(i / 1000) }, i / 3);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const text = await registry.metrics();
    clearInterval(timer);
    assert.equal(text.split("\n").length, 200_003);
    assert.ok(turns > 0, "nothing else ran");
  });
});

describe("globalRegistry()", () => {
  it("is the same for every copy of this file, and a registry for each", async () => {
    const copy = await import(`${new URL("./registry.ts", import.meta.url)}?copy`);
    assert.notEqual(copy.Registry, Registry);
    assert.equal(copy.globalRegistry(), globalRegistry());
    assert.ok(globalRegistry() instanceof copy.Registry && isRegistry(new copy.Registry()));
    class Derived extends Registry {}
    assert.ok(!(new Registry() instanceof Derived) && new Derived() instanceof Derived);
  });
});
