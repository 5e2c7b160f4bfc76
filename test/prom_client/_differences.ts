/** What ours does otherwise than prom-client 15.1.3 on purpose. */
import { mock } from "node:test";

// deno-lint-ignore no-explicit-any -- One call for two libraries, wrong arguments too.
type Any = any;

/** Something that is different on purpose. */
export interface Difference {
  /** What ours does. */
  readonly what: string;
  /** Why prom-client's way is plainly wrong, or nobody can rely on it. */
  readonly why: string;
  /** Shows it: what it gives is `theirs` with prom-client and `ours` with ours. */
  show(library: Any, registry: Any): unknown;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** The calls of the differential test keep away from these; each is shown on its own. */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: "label sets never collide",
    why: "prom-client adds up two series whose labels look alike once they are joined",
    async show({ Counter }, registry) {
      const counter = new Counter({ name: "m", help: "h", labelNames: ["a", "b"], registers: [registry] });
      counter.inc({ a: "1,b:2" });
      counter.inc({ a: "1", b: "2" });
      return lines(await registry.metrics());
    },
    theirs: ['m{a="1,b:2"} 2'],
    ours: ['m{a="1,b:2"} 1', 'm{a="1",b="2"} 1'],
  },
  {
    what: "a label that is undefined is left out",
    why: "prom-client finds the series without the label, yet prints one with the text undefined",
    async show({ Counter }, registry) {
      new Counter({ name: "m", help: "h", labelNames: ["a"], registers: [registry] }).inc({ a: undefined });
      return lines(await registry.metrics());
    },
    theirs: ['m{a="undefined"} 1'],
    ours: ["m 1"],
  },
  {
    what: "label values of every type are escaped",
    why: "prom-client prints quotes inside an array as they are, which no parser can read",
    async show({ Gauge }, registry) {
      new Gauge({ name: "m", help: "h", labelNames: ["a"], registers: [registry] }).set({ a: ['"'] }, 1);
      return lines(await registry.metrics());
    },
    theirs: ['m{a="""} 1'],
    ours: ['m{a="\\""} 1'],
  },
  {
    what: "objects as label values are text in JSON too",
    why: "prom-client keeps the caller's object, whose text may have become another one",
    async show({ Gauge }, registry) {
      new Gauge({ name: "m", help: "h", labelNames: ["a"], registers: [registry] }).set({ a: ["x"] }, 1);
      return (await registry.getMetricsAsJSON())[0].values[0].labels;
    },
    theirs: { a: ["x"] },
    ours: { a: "x" },
  },
  {
    what: "what a caller does to a labels object later has no effect",
    why: "prom-client prints the same series twice",
    async show({ Counter }, registry) {
      const counter = new Counter({ name: "m", help: "h", labelNames: ["a"], registers: [registry] });
      const labels = { a: "1" };
      counter.inc(labels);
      labels.a = "2";
      counter.inc(labels);
      return lines(await registry.metrics());
    },
    theirs: ['m{a="2"} 1', 'm{a="2"} 1'],
    ours: ['m{a="1"} 1', 'm{a="2"} 1'],
  },
  {
    what: "a gauge keeps its labels as they were first written",
    why: "prom-client prints them in the order of the last call; the order has no meaning",
    async show({ Gauge }, registry) {
      const gauge = new Gauge({ name: "m", help: "h", labelNames: ["a", "b"], registers: [registry] });
      gauge.set({ a: "1", b: "2" }, 1);
      gauge.set({ b: "2", a: "1" }, 2);
      return lines(await registry.metrics());
    },
    theirs: ['m{b="2",a="1"} 2'],
    ours: ['m{a="1",b="2"} 2'],
  },
  {
    what: "default labels are not written into the series",
    why: "prom-client's series keep them for ever once JSON was asked for",
    async show({ Counter }, registry) {
      new Counter({ name: "m", help: "h", registers: [registry] });
      registry.setDefaultLabels({ app: "old" });
      await registry.getMetricsAsJSON();
      registry.setDefaultLabels({ app: "new" });
      return lines(await registry.metrics());
    },
    theirs: ['m{app="old"} 0'],
    ours: ['m{app="new"} 0'],
  },
  {
    what: "an empty label of a series counts, in JSON as in text",
    why: "prom-client puts the default label there in JSON, but not in text",
    async show({ Counter }, registry) {
      new Counter({ name: "m", help: "h", labelNames: ["a"], registers: [registry] }).inc({ a: "" });
      registry.setDefaultLabels({ a: "default" });
      return (await registry.getMetricsAsJSON())[0].values[0].labels;
    },
    theirs: { a: "default" },
    ours: { a: "" },
  },
  {
    what: "OpenMetrics does not rename metrics",
    why: "prom-client takes `_total` off the metric itself, so that JSON and text say something else from then on",
    async show({ Counter, Registry }, registry) {
      const counter = new Counter({ name: "m_total", help: "h", registers: [registry] });
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      await registry.metrics();
      return counter.name;
    },
    theirs: "m",
    ours: "m_total",
  },
  {
    what: "OpenMetrics of an empty registry is valid",
    why: "prom-client begins it with an empty line, which OpenMetrics forbids",
    show({ Registry }, registry) {
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      return registry.metrics();
    },
    theirs: "\n# EOF\n",
    ours: "# EOF\n",
  },
  {
    what: "a counter refuses NaN",
    why: "prom-client's counter is NaN from then on",
    show: ({ Counter }) => thrown(() => new Counter({ name: "m", help: "h", registers: [] }).inc(NaN)),
    theirs: undefined,
    ours: "TypeError: Value is not a valid number: NaN",
  },
  {
    what: "a counter refuses an empty text",
    why: "prom-client's value becomes a text, to which further texts are added",
    show: ({ Counter }) => thrown(() => new Counter({ name: "m", help: "h", registers: [] }).inc("")),
    theirs: undefined,
    ours: "TypeError: Value is not a valid number: ",
  },
  {
    what: "buckets are put in order, each once, without infinite ones",
    why: "prom-client prints counts that decrease, bounds twice, and a bound that is spelt Infinity",
    async show({ Histogram }, registry) {
      new Histogram({ name: "m", help: "h", buckets: [5, 1, 1, Infinity], registers: [registry] }).observe(2);
      return lines(await registry.metrics());
    },
    theirs: [
      'm_bucket{le="5"} 1',
      'm_bucket{le="1"} 1',
      'm_bucket{le="1"} 1',
      'm_bucket{le="Infinity"} 1',
      'm_bucket{le="+Inf"} 1',
      "m_sum 2",
      "m_count 1",
    ],
    ours: ['m_bucket{le="1"} 0', 'm_bucket{le="5"} 1', 'm_bucket{le="+Inf"} 1', "m_sum 2", "m_count 1"],
  },
  {
    what: "zero() refuses unknown labels, as observe() does",
    why: "prom-client prints a label that was never declared",
    show: ({ Histogram }) => thrown(() => new Histogram({ name: "m", help: "h", registers: [] }).zero({ a: "x" })),
    theirs: undefined,
    ours: 'Error: Added label "a" is not included in initial labelset: []',
  },
  {
    what: "a summary says that a text is no number",
    why: "prom-client takes its letters for labels",
    show: ({ Summary }) => thrown(() => new Summary({ name: "m", help: "h", registers: [] }).observe("5")),
    theirs: 'Error: Added label "0" is not included in initial labelset: []',
    ours: "TypeError: Value is not a valid number: 5",
  },
  {
    what: "every age bucket of a summary has its own observations",
    why: "prom-client's share one at the start, where each observation then counts as often as there are buckets",
    async show({ Summary }) {
      mock.timers.enable({ apis: ["Date"], now: 0 });
      try {
        const summary = new Summary({
          name: "m",
          help: "h",
          percentiles: [0.5],
          maxAgeSeconds: 2,
          ageBuckets: 2,
          registers: [],
        });
        summary.observe(9);
        mock.timers.setTime(1100);
        summary.observe(1);
        return (await summary.get()).values[0].value;
      } finally {
        mock.timers.reset();
      }
    },
    theirs: 1 + 8 / 1.5,
    ours: 5,
  },
  {
    what: "a metric with a reserved label is not registered",
    why: "prom-client registers it before it throws: its name is taken by a metric that nobody has",
    show({ Histogram }, registry) {
      thrown(() => new Histogram({ name: "m", help: "h", labelNames: ["le"], registers: [registry] }));
      return registry.getMetricsAsArray().length;
    },
    theirs: 1,
    ours: 0,
  },
  {
    what: "labelNames may be undefined",
    why: "prom-client throws that it cannot read a property of undefined",
    show: ({ Gauge }) => thrown(() => new Gauge({ name: "m", help: "h", labelNames: undefined, registers: [] })),
    theirs: "TypeError: Cannot read properties of undefined (reading 'length')",
    ours: undefined,
  },
  {
    what: "names that every object has are free",
    why: "prom-client finds the constructor of the object that holds its metrics",
    show: ({ Gauge }, registry) => thrown(() => new Gauge({ name: "constructor", help: "h", registers: [registry] })),
    theirs: "Error: A metric with the name constructor has already been registered.",
    ours: undefined,
  },
  {
    what: "one failing collect does not cost the others",
    why: "prom-client's whole answer fails; ours does so with `strict`",
    async show({ Gauge }, registry) {
      registry.onCollectError = () => {};
      new Gauge({
        name: "bad",
        help: "h",
        registers: [registry],
        collect() {
          throw new Error("no");
        },
      });
      new Gauge({ name: "good", help: "h", registers: [registry] });
      return await registry.metrics().then(lines, String);
    },
    theirs: "Error: no",
    ours: ["good 0"],
  },
  {
    what: "exemplars keep labels and value of a series that was looked up",
    why: "prom-client adds 1 to the series without labels",
    async show({ Counter, Registry }) {
      const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
      const counter = new Counter({
        name: "m",
        help: "h",
        labelNames: ["a"],
        enableExemplars: true,
        registers: [registry],
      });
      counter.labels("x").inc(5);
      return lines(await registry.metrics());
    },
    theirs: ["m_total 1"],
    ours: ['m_total{a="x"} 5'],
  },
  {
    what: "values without exemplar can be counted where exemplars are enabled",
    why: "prom-client drops the number",
    async show({ Counter, Registry }) {
      const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
      new Counter({ name: "m", help: "h", enableExemplars: true, registers: [registry] }).inc(5);
      return lines(await registry.metrics());
    },
    theirs: ["m_total 1"],
    ours: ["m_total 5"],
  },
  {
    what: "an exemplar that is too long changes nothing",
    why: "prom-client has counted when it throws",
    async show({ Counter, Registry }) {
      const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
      const counter = new Counter({ name: "m", help: "h", enableExemplars: true, registers: [registry] });
      const error = thrown(() => counter.inc({ value: 2, exemplarLabels: { a: "x".repeat(200) } }));
      return [error, ...lines(await registry.metrics()).map((line) => line.replace(/ #.*/, ""))];
    },
    theirs: ["RangeError: Label set size must be smaller than 128 UTF-8 chars", "m_total 2"],
    ours: ["RangeError: Label set size must be smaller than 128 UTF-8 chars", "m_total 0"],
  },
  {
    what: "metrics without an aggregator are summed up",
    why: "prom-client throws, although its documentation says that the sum is the default",
    async show({ AggregatorRegistry }) {
      const metric = { name: "m", help: "h", type: "gauge", values: [{ value: 1, labels: {} }] };
      try {
        return lines(await AggregatorRegistry.aggregate([[metric], [metric]]).metrics());
      } catch (error) {
        return (error as Error).message;
      }
    },
    theirs: "'undefined' is not a defined aggregator.",
    ours: ["m 2"],
  },
  {
    what: "inc() returns nothing",
    why: "prom-client gives the key of an inner map, which its types do not tell",
    show: ({ Counter }) => new Counter({ name: "m", help: "h", registers: [] }).inc(),
    theirs: { labelHash: "" },
    ours: undefined,
  },
];

/** The samples of a text. */
function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

function thrown(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
