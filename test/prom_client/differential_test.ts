/**
 * The same random calls on prom-client 15.1.3 and on ours give the same text, the same objects and the same errors, apart
 * from {@link DIFFERENCES}.
 */
import { describe, it, mock } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import * as ours from "@exporterkit/core/prom-client";
import theirs from "prom-client";
import { DIFFERENCES } from "./_differences.ts";

type Library = typeof theirs;
// deno-lint-ignore no-explicit-any -- The calls are made up, wrong ones too.
type Any = any;

/** One call on a metric or a registry. */
interface Call {
  readonly on: "metric" | "registry" | "child";
  readonly method: string;
  readonly args: readonly unknown[];
  /** What is called on `labels(...)`. */
  readonly child?: readonly unknown[];
}

const LABELS = ["a", "b", "c"];
const labelValue = fc.constantFrom<unknown>("x", "y", 'q"\\\n', "", 1, 200, 0.5, true, null, "ü");
const anyLabels = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...LABELS), labelValue, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ z: "1" }, { a: "1", toString: "x" }, {}) },
).map((given) => Object.fromEntries(Object.entries(given)));
const number = fc.oneof(
  fc.integer({ min: -3, max: 2000 }),
  fc.double({ noNaN: true, min: -1e3, max: 1e25 }),
  fc.constantFrom(0, 1, 0.5, 1e21, 1e-7, 123456789, 1e6, 2 ** 53, 5e-324),
);
const oddNumber = fc.oneof(
  { weight: 20, arbitrary: number as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(Infinity, -Infinity, "5", "abc", undefined, null, {}, [1]) },
);
const gaugeNumber = fc.oneof({ weight: 10, arbitrary: oddNumber }, { weight: 1, arbitrary: fc.constant<unknown>(NaN) });

const KINDS = ["Counter", "Gauge", "Histogram", "Summary"] as const;

const config = fc.record({
  kind: fc.constantFrom(...KINDS),
  labelNames: fc.subarray(LABELS),
  help: fc.constantFrom("Help.", 'Line\nbreak \\ "quoted"'),
  buckets: fc.constantFrom([0.1, 1, 10], [1e-7, 0.5, 1e21], [], [5]),
  name: fc.constantFrom("m", "m_total", "other", "m:n", "_"),
  aggregator: fc.constantFrom(undefined, "sum", "average"),
});

function callsOf(kind: typeof KINDS[number], labelNames: readonly string[]): fc.Arbitrary<Call> {
  const value = kind === "Gauge" ? gaugeNumber : oddNumber;
  // See "a summary says that a text is no number".
  const alone = kind === "Summary" ? value.filter((value) => typeof value !== "string") : value;
  const methods =
    { Counter: ["inc"], Gauge: ["set", "inc", "dec"], Histogram: ["observe"], Summary: ["observe"] }[kind];
  const method = fc.constantFrom(...methods);
  const labels = kind === "Gauge" ? anyLabels.map(sorted) : anyLabels;
  const series = fc.oneof(fc.tuple(labels), fc.array(labelValue.filter((value) => value !== null), { maxLength: 3 }));
  const onMetric = (method: fc.Arbitrary<string>, args: fc.Arbitrary<readonly unknown[]>) =>
    fc.record({ on: fc.constant("metric" as const), method, args });
  const written = onMetric(
    method,
    fc.oneof(fc.tuple(labels, value), fc.tuple(alone), fc.tuple(labels), fc.constant([])),
  );
  const onChild = fc.record({
    on: fc.constant("child" as const),
    method,
    args: fc.oneof(fc.tuple(value), fc.constant([])),
    child: series,
  });
  const rare = fc.oneof(
    onMetric(fc.constant("remove"), series as fc.Arbitrary<unknown[]>),
    onMetric(fc.constant("reset"), fc.constant([])),
    ...(kind === "Histogram"
      ? [
        onMetric(
          fc.constant("zero"),
          fc.tuple(fc.constantFrom({}, Object.fromEntries(labelNames.map((name) => [name, "x"])))),
        ),
      ]
      : []),
  );
  return fc.oneof({ weight: 6, arbitrary: written }, { weight: 2, arbitrary: onChild }, { weight: 2, arbitrary: rare });
}

function sorted(labels: object): object {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1));
}

const scenario = fc.record({
  defaults: fc.constantFrom<Record<string, unknown>>({}, {}, { app: "x" }, { a: "default", region: 'e"u' }),
  metrics: fc.array(
    config.chain((made) =>
      fc.tuple(fc.constant(made), fc.array(callsOf(made.kind, made.labelNames), { maxLength: 30 }))
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

describe("the same calls on prom-client and on ours", () => {
  it("give the same text, objects and errors", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ defaults, metrics }) => {
        const runs = [theirs, ours as unknown as Library].map((library) => run(library, defaults, metrics));
        const [expected, actual] = await Promise.all(runs);
        assert.deepEqual(actual, expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the same exemplars on prom-client and on ours", () => {
  it("give the same OpenMetrics and objects", async () => {
    mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_123 });
    try {
      const [expected, actual] = await Promise.all([theirs, ours].map((library: Any) => exemplars(library)));
      assert.match(expected.text, /m_bucket\{le="1",a="x"\} 2 # \{id="2"\} 0.7 1700000000.123\n/);
      assert.deepEqual(actual, expected);
    } finally {
      mock.timers.reset();
    }
  });
});

async function exemplars({ Registry, Counter, Histogram }: Any): Promise<Any> {
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const common = { help: "h", labelNames: ["a"], enableExemplars: true, registers: [registry] };
  const counter = new Counter({ name: "c", ...common });
  counter.inc({ labels: { a: "x" }, value: 2, exemplarLabels: { trace: 'q"', span: "s" } });
  counter.inc({ labels: { a: "x" }, value: 3 });
  counter.inc({ labels: { a: "y" }, exemplarLabels: {} });
  counter.inc({ labels: { a: "z" } });
  const histogram = new Histogram({ name: "m", buckets: [0.5, 1], ...common });
  const labels = { a: "x" };
  histogram.observe({ labels, value: 0.2 });
  histogram.observe({ labels, value: 0.7, exemplarLabels: { id: "2" } });
  histogram.observe({ labels, value: 7, exemplarLabels: { id: "3" } });
  histogram.observe({ labels, value: 8, exemplarLabels: {} });
  const plain = (object: Any) => JSON.parse(JSON.stringify(object));
  const objects = plain(await registry.getMetricsAsJSON());
  return { text: await registry.metrics(), objects };
}

describe("what is different on purpose", () => {
  for (const { what, show, theirs: expected, ours: improved } of DIFFERENCES) {
    it(what, async () => {
      assert.deepEqual(await show(theirs, new theirs.Registry()), expected);
      assert.deepEqual(await show(ours, new ours.Registry()), improved);
    });
  }
});

async function run(
  library: Library,
  defaults: Readonly<Record<string, unknown>>,
  metrics: readonly (readonly [Any, readonly Call[]])[],
): Promise<unknown> {
  const { registry, log } = await play(library, defaults, metrics);
  const names: string[] = registry.getMetricsAsArray().map(({ name }: { name: string }) => name);
  const prometheus = await registry.metrics();
  const single = await Promise.all(names.map((name) => registry.getSingleMetricAsString(name)));
  const objects = (await registry.getMetricsAsJSON()).map((object: Any) => copied(object, defaults));
  // Played again, since prom-client puts default labels into its series when it makes objects.
  const { registry: again } = await play(library, defaults, metrics);
  again.setContentType(library.Registry.OPENMETRICS_CONTENT_TYPE);
  return { log, prometheus, single, objects, openMetrics: await again.metrics() };
}

async function play(
  library: Library,
  defaults: Readonly<Record<string, unknown>>,
  metrics: readonly (readonly [Any, readonly Call[]])[],
): Promise<{ registry: Any; log: unknown[] }> {
  const registry: Any = new library.Registry();
  const log: unknown[] = [];
  for (const [{ kind, buckets, ...facts }, calls] of metrics) {
    const made = attempt(() =>
      new (library as Any)[kind]({
        ...facts,
        ...(kind === "Histogram" ? { buckets: [...buckets] } : {}),
        registers: [registry],
      })
    );
    log.push(made.error);
    const metric = made.result;
    if (metric === undefined) continue;
    for (const { on, method, args, child = [] } of calls) {
      const { error } = attempt(() => {
        const target = on === "child" ? metric.labels(...child) : metric;
        target[method](...args);
      });
      log.push(error);
    }
    log.push(copied(await metric.get()), Object.keys(metric.hashMap));
    if (kind === "Histogram") log.push(copied(await metric.getForPromString()));
  }
  registry.setDefaultLabels(defaults);
  return { registry, log };
}

/** A copy of an object: prom-client goes on to change what it gave. */
function copied(object: Any, defaults: Readonly<Record<string, unknown>> = {}): Any {
  const values = object.values.map((value: Any) => ({
    ...value,
    // 0 and -0 are the same number.
    value: value.value === 0 ? 0 : value.value,
    // See "an empty label of a series counts".
    labels: Object.fromEntries(
      Object.entries(value.labels).map(([name, text]) => [name, text === "" ? defaults[name] ?? "" : text]),
    ),
  }));
  return { ...object, values };
}

function attempt(call: () => unknown): { result?: Any; error?: string } {
  try {
    return { result: call() };
  } catch (error) {
    return { error: `${(error as Error).name}: ${(error as Error).message}` };
  }
}
