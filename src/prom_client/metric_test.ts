import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { Registry } from "./registry.ts";

describe("Metric.labels()", () => {
  it("keeps a series that is removed and comes back, and appears at its first value only", async () => {
    const registry = new Registry();
    const counter = new Counter({ name: "m", help: "h", labelNames: ["a"], registers: [registry] });
    const x = counter.labels("x");
    const y = counter.labels({ a: "y" });
    assert.deepEqual((await counter.get()).values, []);
    x.inc();
    y.inc(2);
    counter.remove("x");
    x.inc(5);
    assert.deepEqual((await counter.get()).values, [{ value: 2, labels: { a: "y" } }, {
      value: 5,
      labels: { a: "x" },
    }]);
    counter.reset();
    y.inc(3);
    assert.deepEqual((await counter.get()).values, [{ value: 3, labels: { a: "y" } }]);
  });

  it("gives methods that need no object", () => {
    const gauge = new Gauge({ name: "m", help: "h", labelNames: ["a"], registers: [] });
    const { inc, dec, set } = gauge.labels("x");
    set(5);
    inc();
    dec(2);
    assert.equal(gauge._getValue({ a: "x" }), 4);
    assert.equal(gauge._getValue({ a: "other" }), 0);
  });
});

describe("Metric.startTimer()", () => {
  it("measures seconds, and takes further labels at the end", async () => {
    const histogram = new Histogram({ name: "m", help: "h", labelNames: ["a", "b"], buckets: [60], registers: [] });
    const seconds = histogram.startTimer({ a: "x" })({ b: "y" });
    histogram.labels("x", "y").startTimer()();
    assert.ok(seconds >= 0 && seconds < 60, String(seconds));
    const [bucket] = (await histogram.get()).values;
    assert.deepEqual([bucket?.labels, bucket?.value], [{ le: 60, a: "x", b: "y" }, 2]);
  });

  it("counts on a series that was looked up, with exemplars enabled too", async () => {
    const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
    const histogram = new Histogram({
      name: "m",
      help: "h",
      labelNames: ["a"],
      buckets: [60],
      enableExemplars: true,
      registers: [registry],
    });
    histogram.labels("x").startTimer()();
    histogram.startTimer({ a: "x" }, { id: "1" })({}, { span: "2" });
    assert.match(await registry.metrics(), /m_bucket\{le="60",a="x"\} 2 # \{id="1",span="2"\} /);
  });
});

describe("Histogram.zero()", () => {
  it("starts a series anew where it stands, without its exemplars", async () => {
    const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
    const options = { name: "m", help: "h", labelNames: ["a"], buckets: [1], enableExemplars: true };
    const histogram = new Histogram({ ...options, registers: [registry] });
    histogram.observe({ labels: { a: "x" }, value: 0.5, exemplarLabels: { id: "1" } });
    histogram.observe({ labels: { a: "y" }, value: 0.5 });
    histogram.zero({ a: "x" });
    const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("m_bucket"));
    assert.deepEqual(lines, [
      'm_bucket{le="1",a="x"} 0',
      'm_bucket{le="+Inf",a="x"} 0',
      'm_bucket{le="1",a="y"} 1',
      'm_bucket{le="+Inf",a="y"} 1',
    ]);
  });
});

describe("Metric.hashMap", () => {
  it("has the keys that prom-client's has", () => {
    const counter = new Counter({ name: "m", help: "h", labelNames: ["b", "a"], registers: [] });
    counter.inc({ b: 1, a: "x" }, 3);
    counter.inc({ b: 2 });
    assert.deepEqual(counter.hashMap, {
      "a:x,b:1,": { value: 3, labels: { b: 1, a: "x" } },
      "b:2,": { value: 1, labels: { b: 2 } },
    });
  });
});

describe("Metric.collect", () => {
  it("can be given later", async () => {
    const gauge = new Gauge({ name: "m", help: "h", registers: [] });
    gauge.collect = function () {
      this.set(3);
    };
    assert.equal((await gauge.get()).values[0]?.value, 3);
  });
});
