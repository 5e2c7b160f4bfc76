/** Code as users of prom-client have it: the type checker is the test. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import client, {
  type Aggregator,
  contentType,
  Counter,
  type CounterConfiguration,
  Gauge,
  Histogram,
  type HistogramConfiguration,
  type Metric,
  MetricType,
  type OpenMetricsContentType,
  openMetricsContentType,
  type PrometheusContentType,
  register,
  Registry,
  Summary,
} from "@exporterkit/core/prom-client";

describe("the types of prom-client", () => {
  it("infer label names, and refuse others", () => {
    const counter = new Counter({ name: "a", help: "h", labelNames: ["code", "method"], registers: [] });
    counter.inc({ code: 200 });
    counter.inc({ code: "200", method: "GET" }, 2);
    counter.labels("200", "GET").inc();
    counter.labels({ method: "GET" }).inc(2);
    counter.remove("200", "GET");
    // @ts-expect-error -- There is no such label.
    assert.throws(() => counter.inc({ route: "/" }));
    const asConst = new Gauge({ name: "b", help: "h", labelNames: ["zone"] as const, registers: [] });
    asConst.set({ zone: "a" }, 1);
    // @ts-expect-error -- There is no such label.
    assert.throws(() => asConst.set({ zoen: "a" }, 1));
  });

  it("take what existing code writes", async () => {
    const registry: Registry = new Registry();
    const options: CounterConfiguration<string> = { name: "jobs_total", help: "h", registers: [registry] };
    const jobs: Counter = new Counter(options);
    const named: Counter<"queue"> = new Counter<"queue">({
      name: "c",
      help: "h",
      labelNames: ["queue"],
      registers: [registry],
      aggregator: "max" satisfies Aggregator,
      async collect() {
        this.inc({ queue: "mail" }, await Promise.resolve(1));
      },
    });
    const child: Counter.Internal = named.labels("mail");
    child.inc();
    const histogramOptions: HistogramConfiguration<"route"> & Histogram.Config = {
      name: "d",
      help: "h",
      labelNames: ["route"],
      buckets: [1, 2],
      registers: [registry],
    };
    const histogram = new Histogram(histogramOptions);
    const end: (labels?: Partial<Record<"route", string | number>>) => number = histogram.startTimer({ route: "/" });
    assert.equal(typeof end({ route: "/b" }), "number");
    const summary: Summary<"route"> = new Summary({
      name: "e",
      help: "h",
      labelNames: ["route"],
      registers: [registry],
    });
    summary.observe({ route: "/" }, 1);
    const gauge: Gauge<string> = new Gauge({ name: "f", help: "h", registers: [registry] });
    gauge.setToCurrentTime();
    const all: Metric<string>[] = [jobs, named as unknown as Metric, gauge];
    all.forEach((metric) => metric.reset());
    const found = registry.getSingleMetric("jobs_total") as Counter<string> | undefined;
    assert.equal(found, jobs);
    const [first] = await registry.getMetricsAsJSON();
    assert.equal(first?.type, MetricType.Counter);
    const value: number | undefined = (await jobs.get()).values[0]?.value;
    assert.equal(value, 0);
  });

  it("tell the content types of registries apart", async () => {
    const open: Registry<OpenMetricsContentType> = new Registry<OpenMetricsContentType>(openMetricsContentType);
    const plain: Registry<PrometheusContentType> = new Registry();
    new Gauge({ name: "g", help: "h", registers: [open, plain] });
    const type: string = open.contentType;
    assert.equal(type, Registry.OPENMETRICS_CONTENT_TYPE);
    assert.equal(plain.contentType, Registry.PROMETHEUS_CONTENT_TYPE);
    assert.equal(await Registry.merge([plain]).metrics(), "# HELP g h\n# TYPE g gauge\ng 0\n");
  });

  it("have the same values by name and in the default export", () => {
    assert.equal(client.register, register);
    assert.equal(client.contentType, contentType);
    assert.equal(client.Counter, Counter);
    register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    assert.deepEqual([contentType, client.contentType], [openMetricsContentType, openMetricsContentType]);
    client.contentType = client.prometheusContentType;
    assert.deepEqual([contentType, register.contentType], [client.prometheusContentType, contentType]);
  });
});
