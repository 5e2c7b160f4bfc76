import { afterEach, describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import perfHooks from "node:perf_hooks";
import process from "node:process";
import * as successor from "@prometheus-io/client";
import * as original from "prom-client";
import {
  collectDefaultMetrics,
  type DefaultMetricName,
  type DefaultMetricsCollectorConfiguration,
  type RunningDefaultMetrics,
} from "./default_metrics.ts";
import { Registry } from "./registry.ts";

/** What prom-client itself loads, from where it lies. */
const requireAsOriginal = createRequire(createRequire(import.meta.url).resolve("prom-client"));

/** Everything that is said of a family but its values. */
interface Shape {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly labelNames: readonly string[];
  readonly buckets?: readonly number[];
}

/** A family as `getMetricsAsJSON()` gives it. */
interface Family extends Omit<Shape, "labelNames" | "buckets"> {
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly exemplar?: { readonly labelSet: Readonly<Record<string, unknown>> };
  }[];
}

/** A registry of prom-client, of its successor or of ours. */
interface AnyRegistry {
  getMetricsAsJSON(): Promise<unknown[]>;
  getSingleMetric(name: string): unknown;
}

const running: RunningDefaultMetrics[] = [];
const { getBuiltinModule } = process;

afterEach(() => {
  for (const metrics of running.splice(0)) metrics.stop();
  mock.restoreAll();
  process.getBuiltinModule = getBuiltinModule;
});

/** Lets the runtime carry these modules only. On Deno the function that gives them cannot be mocked. */
function carryOnly(modules: Record<string, unknown>): void {
  Object.assign(process, { getBuiltinModule: (name: string) => modules[name] });
}

/** Registers metrics that are stopped after the test. */
function collect(config: DefaultMetricsCollectorConfiguration = {}): Registry {
  const register = config.register ?? new Registry();
  running.push(collectDefaultMetrics({ register, ...config }));
  return register as Registry;
}

/** The same by prom-client. */
function collectOriginal(config: Record<string, unknown> = {}): AnyRegistry {
  const register = new original.Registry();
  original.collectDefaultMetrics({ register, ...config });
  return register;
}

async function families(registry: AnyRegistry): Promise<Family[]> {
  return await registry.getMetricsAsJSON() as Family[];
}

async function names(registry: AnyRegistry): Promise<string[]> {
  return (await families(registry)).map(({ name }) => name);
}

async function family(registry: AnyRegistry, name: string): Promise<Family> {
  const found = (await families(registry)).find((family) => family.name === name);
  assert.ok(found, name);
  return found;
}

async function shapes(registry: AnyRegistry): Promise<Shape[]> {
  return (await families(registry)).map(({ name, help, type, aggregator }) => {
    const { labelNames, buckets } = registry.getSingleMetric(name) as Shape;
    return { name, help, type, aggregator, labelNames: [...labelNames], ...(buckets && { buckets: [...buckets] }) };
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("collectDefaultMetrics()", () => {
  const configs: Record<string, Record<string, unknown>> = {
    "no settings": {},
    "a prefix": { prefix: "shop_" },
    "labels": { labels: { zone: "eu", shard: 3 } },
    "all settings": {
      prefix: "shop_",
      labels: { zone: "eu" },
      gcDurationBuckets: [0.25, 0.5],
      eventLoopMonitoringPrecision: 50,
    },
  };
  for (const [title, config] of Object.entries(configs)) {
    it(`registers what prom-client registers with ${title}`, async () => {
      assert.deepEqual(await shapes(collect(config)), await shapes(collectOriginal(config)));
    });
  }

  it("gives the labels that prom-client gives", async () => {
    const labels = { zone: "eu", shard: 3 };
    const [ours, theirs] = [collect({ labels }), collectOriginal({ labels })];
    // Delays are recorded meanwhile; the lag is that of the scrape before.
    await sleep(100);
    await Promise.all([families(ours), families(theirs)]);
    await sleep(100);
    const labelsOf = ({ name, values }: Family) => [name, values.map((value) => value.labels)];
    const ofOriginal = (await families(theirs)).map(labelsOf);
    assert.ok(ofOriginal.length > 0);
    assert.deepEqual((await families(ours)).map(labelsOf), ofOriginal);
  });

  it("gives the values that prom-client gives", async () => {
    const [ours, theirs] = [collect(), collectOriginal()];
    for (const name of ["nodejs_version_info", "process_max_fds", "process_open_fds"]) {
      assert.deepEqual(await family(ours, name), await family(theirs, name));
    }
    const sizes = [
      "process_resident_memory_bytes",
      "process_virtual_memory_bytes",
      "process_heap_bytes",
      "nodejs_heap_size_total_bytes",
      "nodejs_heap_size_used_bytes",
      "nodejs_heap_space_size_total_bytes",
      "nodejs_heap_space_size_used_bytes",
    ];
    for (const name of ["process_start_time_seconds", ...sizes]) {
      const sum = ({ values }: Family) => values.reduce((total, { value }) => total + value, 0);
      const [own, original] = [sum(await family(ours, name)), sum(await family(theirs, name))];
      // Memory moves between two readings, and the seconds since the start are rounded at another moment.
      const tolerance = name === "process_start_time_seconds" ? 1 : original / 2;
      assert.ok(Math.abs(own - original) <= tolerance, `${name}: ${own}, not ${original}`);
    }
  });

  it("uses the global registry without another", async () => {
    running.push(collectDefaultMetrics({ include: ["version"], prefix: "global_" }));
    assert.ok((await names(Registry.globalRegistry)).includes("global_nodejs_version_info"));
    Registry.globalRegistry.removeSingleMetric("global_nodejs_version_info");
  });

  it("takes null for no configuration, and nothing else that is no object", () => {
    const message = "config must be null, undefined, or an object";
    for (const config of [7, "shop_", true, () => {}]) {
      assert.throws(() => collectDefaultMetrics(config as never), { name: "TypeError", message });
      assert.throws(() => original.collectDefaultMetrics(config as never), { name: "TypeError", message });
    }
    try {
      running.push(collectDefaultMetrics(null));
    } finally {
      Registry.globalRegistry.clear();
    }
  });

  it("registers only what is included and not excluded, in the usual order", async () => {
    assert.deepEqual(await names(collect({ include: ["version", "processStartTime"] })), [
      "process_start_time_seconds",
      "nodejs_version_info",
    ]);
    assert.deepEqual(await names(collect({ include: [] })), []);
    assert.deepEqual(await names(collect({ include: ["version", "gc"], exclude: ["gc"] })), ["nodejs_version_info"]);
    const without = await names(collect({ exclude: ["processCpuTotal", "eventLoopLag"] }));
    const all = await names(collect());
    assert.deepEqual(without, all.filter((name) => !/^process_cpu|eventloop/.test(name)));
  });

  it("rejects names that are no default metric", () => {
    for (const key of ["include", "exclude"]) {
      assert.throws(() => collectDefaultMetrics({ [key]: ["cpu"] }), {
        name: "TypeError",
        message: /^Cannot collect default metric "cpu": it should be one of processCpuTotal, processStartTime, /,
      });
    }
  });

  it("throws what prom-client throws if a metric is registered already", async () => {
    const register = collect();
    const before = await names(register);
    const message = "A metric with the name process_cpu_user_seconds_total has already been registered.";
    assert.throws(() => collectDefaultMetrics({ register }), { message });
    assert.deepEqual(await names(register), before);
  });

  it("stops what it began if a later metric cannot be registered", () => {
    const monitor = { enable: mock.fn(), disable: mock.fn() };
    mock.method(perfHooks, "monitorEventLoopDelay", () => monitor);
    const register = new Registry();
    collectDefaultMetrics({ register, include: ["version"] });
    assert.throws(() => collectDefaultMetrics({ register }), { message: /nodejs_version_info/ });
    assert.equal(monitor.enable.mock.callCount(), 1);
    assert.equal(monitor.disable.mock.callCount(), 1);
  });

  it("fills its metrics again after a reset", async () => {
    const register = collect({ include: ["version", "processStartTime", "processMaxFileDescriptors"] });
    register.resetMetrics();
    for (const { name, values } of await families(register)) assert.notEqual(values[0]?.value ?? 0, 0, name);
  });
});

describe("collectDefaultMetrics.metricsList", () => {
  it("names what prom-client names", () => {
    assert.deepEqual(collectDefaultMetrics.metricsList, original.collectDefaultMetrics.metricsList);
  });
});

describe("collectDefaultMetrics.metrics", () => {
  for (const name of original.collectDefaultMetrics.metricsList as DefaultMetricName[]) {
    it(`${name} registers alone what the file of prom-client registers`, async () => {
      const theirs: typeof collectDefaultMetrics.metrics[DefaultMetricName] = requireAsOriginal(
        `./lib/metrics/${name}.js`,
      );
      const ours = collectDefaultMetrics.metrics[name];
      assert.deepEqual(ours.metricNames, theirs.metricNames);
      const [register, theirRegister] = [new Registry(), new original.Registry()];
      const config = { prefix: "shop_" };
      const stop = ours(register, config);
      theirs(theirRegister as never, config);
      assert.deepEqual(await shapes(register), await shapes(theirRegister));
      stop?.();
    });
  }

  it("needs no configuration", async () => {
    const register = new Registry();
    collectDefaultMetrics.metrics.version(register);
    assert.deepEqual(await names(register), ["nodejs_version_info"]);
  });
});

describe("processCpuTotal", () => {
  it("counts since it was registered", async () => {
    let usage = { user: 5_000_000, system: 1_000_000 };
    mock.method(process, "cpuUsage", () => usage);
    const register = collect({ include: ["processCpuTotal"], labels: { zone: "eu" } });
    usage = { user: 5_500_000, system: 1_250_000 };
    await families(register);
    usage = { user: 7_000_000, system: 1_500_000 };
    assert.deepEqual((await families(register)).map(({ name, values }) => [name, values]), [
      ["process_cpu_user_seconds_total", [{ value: 2, labels: { zone: "eu" } }]],
      ["process_cpu_system_seconds_total", [{ value: 0.5, labels: { zone: "eu" } }]],
      ["process_cpu_seconds_total", [{ value: 2.5, labels: { zone: "eu" } }]],
    ]);
  });

  it("is left out where the runtime does not count", async () => {
    mock.method(process, "cpuUsage", () => {
      throw new Error("not implemented");
    });
    assert.deepEqual(await names(collect({ include: ["processCpuTotal", "version"] })), ["nodejs_version_info"]);
  });

  it("gives the active span as exemplar, as prom-client does", async () => {
    const api = requireAsOriginal("@opentelemetry/api");
    const span = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
    const context = api.trace.setSpan(api.ROOT_CONTEXT, api.trace.wrapSpanContext(span));
    const config = { enableExemplars: true, labels: { zone: "eu" } };
    const register = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
    collect({ ...config, register, include: ["processCpuTotal"] });
    const theirs = new original.Registry();
    theirs.setContentType(original.Registry.OPENMETRICS_CONTENT_TYPE as never);
    requireAsOriginal("./lib/metrics/processCpuTotal.js")(theirs, config);
    const exemplars = async (registry: AnyRegistry) =>
      (await families(registry)).map(({ name, values }) => [name, values[0]?.exemplar?.labelSet]);

    assert.deepEqual(await exemplars(register), await exemplars(theirs));
    api.context.setGlobalContextManager({ active: () => context, disable() {} });
    try {
      const expected = { traceId: span.traceId, spanId: span.spanId };
      const ours = await exemplars(register);
      assert.deepEqual(ours.map(([, labels]) => labels), [expected, expected, expected]);
      assert.deepEqual(ours, await exemplars(theirs));
    } finally {
      api.context.disable();
    }
  });
});

describe("osMemoryHeap", () => {
  it("tells what the process tells where files may not be read", async () => {
    mock.method(Deno.permissions, "querySync", () => ({ state: "prompt" }));
    mock.method(process.memoryUsage, "rss", () => 4096);
    const register = collect({
      include: ["osMemoryHeap", "processOpenFileDescriptors", "processMaxFileDescriptors"],
    });
    const [memory, ...others] = await families(register);
    assert.equal(memory?.name, "process_resident_memory_bytes");
    assert.deepEqual(memory.values, [{ value: 4096, labels: {} }]);
    assert.deepEqual(others, []);
  });
});

describe("eventLoopLag", () => {
  it("tells the lag at the scrape before, and the delays since then", async () => {
    const register = collect({ include: ["eventLoopLag"], labels: { zone: "eu" } });
    await sleep(100);
    await families(register);
    await sleep(0);
    for (const { name, values } of await families(register)) {
      assert.equal(values.length, 1, name);
      assert.ok(Number(values[0]?.value) >= 0 && Number(values[0]?.value) < 60, `${name}: ${values[0]?.value}`);
    }
  });

  it("keeps what it told while nothing new is recorded", async () => {
    const monitor = {
      count: 0,
      min: 2 ** 63,
      max: 0,
      mean: NaN,
      stddev: NaN,
      percentile: () => 0,
      enable() {},
      disable() {},
      reset() {
        this.count = 0;
      },
    };
    mock.method(perfHooks, "monitorEventLoopDelay", () => monitor);
    const register = collect({ include: ["eventLoopLag"] });
    const told = async () => (await families(register)).slice(1).map(({ values }) => values[0]?.value);
    assert.deepEqual(await told(), [0, 0, 0, 0, 0, 0, 0]);
    Object.assign(monitor, {
      count: 2,
      min: 1e9,
      max: 3e9,
      mean: 2e9,
      stddev: 1e9,
      percentile: (p: number) => p * 1e9,
    });
    assert.deepEqual(await told(), [1, 3, 2, 1, 50, 90, 99]);
    Object.assign(monitor, { min: 2 ** 63, mean: NaN });
    assert.deepEqual(await told(), [1, 3, 2, 1, 50, 90, 99]);
  });

  it("tells the lag alone where delays are not sampled", async () => {
    mock.method(perfHooks, "monitorEventLoopDelay", () => {
      throw Object.assign(new Error("not implemented"), { code: "ERR_NOT_IMPLEMENTED" });
    });
    assert.deepEqual(await names(collect({ include: ["eventLoopLag"] })), ["nodejs_eventloop_lag_seconds"]);
  });

  it("throws for a precision that is none", () => {
    const config = { register: new Registry(), eventLoopMonitoringPrecision: "often" as unknown as number };
    assert.throws(() => collectDefaultMetrics(config), { name: "TypeError" });
  });

  it("samples with the precision asked for, until it is stopped", () => {
    const monitor = { enable: mock.fn(), disable: mock.fn() };
    const create = mock.method(perfHooks, "monitorEventLoopDelay", () => monitor);
    const register = new Registry();
    const metrics = collectDefaultMetrics({ register, include: ["eventLoopLag"], eventLoopMonitoringPrecision: 25 });
    assert.deepEqual(create.mock.calls[0]?.arguments, [{ resolution: 25 }]);
    assert.equal(monitor.enable.mock.callCount(), 1);
    assert.equal(monitor.disable.mock.callCount(), 0);
    metrics.stop();
    metrics.stop();
    assert.equal(monitor.disable.mock.callCount(), 1);
  });
});

describe("eventLoopUtilization", () => {
  const include = ["eventLoopUtilization"] as const;

  it("is collected by those who ask for it, or for one of its settings", async () => {
    const ofDefaults = await names(collect());
    const added = async (config: DefaultMetricsCollectorConfiguration) =>
      (await names(collect(config))).filter((name) => !ofDefaults.includes(name));
    const both = ["nodejs_eventloop_utilization_summary", "nodejs_eventloop_utilization_histogram"];
    assert.deepEqual(await added({ eventLoopUtilization: true }), both);
    assert.deepEqual(await added({ eventLoopUtilizationTimeout: 50 }), both);
    assert.deepEqual(await added({ include }), both);
    assert.deepEqual(await added({ eventLoopUtilization: false, eventLoopUtilizationTimeout: 50 }), []);
    assert.deepEqual(await added({ eventLoopUtilizationTimeout: undefined }), []);
    assert.deepEqual(await added({ eventLoopUtilization: true, exclude: include }), []);
  });

  it("registers what the successor of prom-client registers", async () => {
    const theirs = new successor.Registry();
    successor.collectDefaultMetrics({ register: theirs, prefix: "shop_", labels: { zone: "eu" } });
    const config = { eventLoopUtilization: true, prefix: "shop_", labels: { zone: "eu" } };
    assert.deepEqual(await shapes(collect(config)), await shapes(theirs));
  });

  it("observes as often as asked for, and more often what blocked it, until it is stopped", async () => {
    // Deno says how long it is up by this clock too; at 0 there would be no process.
    let now = 1000;
    mock.method(performance, "now", () => now);
    let tick = () => {};
    const timers = {
      setInterval: (callback: () => void, ms: number) => {
        assert.equal(ms, 50);
        tick = callback;
        return { unref() {} };
      },
      clearInterval: mock.fn(),
    };
    let utilization = { idle: 0, active: 0, utilization: 0 };
    const read = (_now?: unknown, before?: unknown) =>
      before === undefined ? utilization : { ...utilization, utilization: 0.5 };
    carryOnly({ "node:perf_hooks": { performance: { eventLoopUtilization: read } }, "node:timers": timers });
    const register = new Registry();
    const metrics = collectDefaultMetrics({ register, include, eventLoopUtilizationTimeout: 50 });
    const count = async () => {
      const { values } = await family(register, "nodejs_eventloop_utilization_histogram");
      return values.at(-1)?.value;
    };
    now = 1050;
    tick();
    assert.equal(await count(), 0);
    utilization = { idle: 25, active: 25, utilization: 0.5 };
    now = 1100;
    tick();
    assert.equal(await count(), 1);
    now = 1250;
    tick();
    assert.equal(await count(), 4);
    assert.equal(timers.clearInterval.mock.callCount(), 0);
    metrics.stop();
    assert.equal(timers.clearInterval.mock.callCount(), 1);
  });
});

describe("processResources, processHandles and processRequests", () => {
  const include = ["processResources", "processHandles", "processRequests"] as const;

  it("count by type, and forget a type that is gone", async () => {
    class Socket {}
    class Timer {}
    let resources = ["Timeout", "TCPWRAP", "Timeout"];
    let handles: unknown[] = [new Socket(), new Timer(), new Socket(), null, Object.create(null)];
    mock.method(process, "getActiveResourcesInfo", () => resources);
    mock.method(process as unknown as { _getActiveHandles(): unknown[] }, "_getActiveHandles", () => handles);
    const register = collect({ include: ["processResources", "processHandles"], labels: { zone: "eu" } });
    const told = async () =>
      Object.fromEntries(
        (await families(register)).map(({ name, values }) => [
          name,
          values.map(({ value, labels }) => `${labels.type ?? ""} ${labels.zone} ${value}`),
        ]),
      );
    assert.deepEqual(await told(), {
      nodejs_active_resources: ["Timeout eu 2", "TCPWRAP eu 1"],
      nodejs_active_resources_total: [" eu 3"],
      nodejs_active_handles: ["Socket eu 2", "Timer eu 1"],
      nodejs_active_handles_total: [" eu 5"],
    });
    resources = [];
    handles = [new Timer()];
    assert.deepEqual(await told(), {
      nodejs_active_resources: [],
      nodejs_active_resources_total: [" eu 0"],
      nodejs_active_handles: ["Timer eu 1"],
      nodejs_active_handles_total: [" eu 1"],
    });
  });

  it("are left out where the runtime does not tell", async () => {
    mock.method(process, "getActiveResourcesInfo", () => {
      throw new Error("not implemented");
    });
    assert.deepEqual(await names(collect({ include })), [
      "nodejs_active_handles",
      "nodejs_active_handles_total",
      "nodejs_active_requests",
      "nodejs_active_requests_total",
    ]);
  });
});

describe("gc", () => {
  it("observes every collection, by kind, until it is stopped", async () => {
    let report = (_list: { getEntries(): unknown[] }) => {};
    const observed: unknown[] = [];
    const disconnect = mock.fn();
    class PerformanceObserver {
      disconnect = disconnect;
      constructor(callback: typeof report) {
        report = callback;
      }
      observe(options: unknown) {
        observed.push(options);
      }
    }
    const constants = {
      NODE_PERFORMANCE_GC_MAJOR: 4,
      NODE_PERFORMANCE_GC_MINOR: 1,
      NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP: 2,
      NODE_PERFORMANCE_GC_INCREMENTAL: 8,
      NODE_PERFORMANCE_GC_WEAKCB: 16,
    };
    carryOnly({ "node:perf_hooks": { PerformanceObserver, constants } });
    const register = new Registry();
    const metrics = collectDefaultMetrics({ register, include: ["gc"], labels: { zone: "eu" } });
    assert.deepEqual(observed, [{ entryTypes: ["gc"] }]);
    const kinds = [1, 4, 1, 8, 16, 2, 3];
    report({ getEntries: () => kinds.map((kind) => ({ duration: 2, detail: { kind } })) });
    const { values } = await family(register, "nodejs_gc_duration_seconds");
    const counts = (values as ({ metricName?: string } & Family["values"][number])[])
      .filter(({ metricName }) => metricName === "nodejs_gc_duration_seconds_count")
      .map(({ value, labels }) => [labels.kind, labels.zone, value]);
    assert.deepEqual(counts, [["minor", "eu", 3], ["major", "eu", 1], ["incremental", "eu", 1], ["weakcb", "eu", 1]]);
    metrics.stop();
    metrics.stop();
    assert.equal(disconnect.mock.callCount(), 1);
  });
});
