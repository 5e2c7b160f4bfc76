/** Wrong uses of prom-client 15.1.3 and of ours end in the same errors. */
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as ours from "@exporterkit/core/prom-client";
import theirs from "prom-client";

// deno-lint-ignore no-explicit-any -- All of it is wrong.
type Any = any;

const KINDS = ["Counter", "Gauge", "Histogram", "Summary"];
const valid = { name: "m", help: "h", labelNames: ["a", "b"], registers: [] };

/** What is wrong, and how it is done; each has to throw. */
const CASES: Readonly<Record<string, (client: Any) => unknown>> = {
  ...Object.fromEntries(KINDS.flatMap((kind) => {
    const constructions: Record<string, unknown> = {
      "no object": "m",
      "null": null,
      "nothing": undefined,
      "no help": { name: "m" },
      "an empty help": { name: "m", help: "" },
      "no name": { help: "h" },
      "a bad name": { name: "a-b", help: "h" },
      "a bad label name": { ...valid, labelNames: ["x-y"] },
      "a collect that is no function": { ...valid, collect: 5 },
    };
    return Object.entries(constructions).map(([what, config]) => [
      `a ${kind} made of ${what}`,
      (client: Any) => new client[kind](config),
    ]);
  })),
  ...Object.fromEntries(KINDS.flatMap((kind) => [
    [`too few values for labels() of a ${kind}`, (client: Any) => new client[kind](valid).labels("1")],
    [`too many values for remove() of a ${kind}`, (client: Any) => new client[kind](valid).remove("1", "2", "3")],
    [`an unknown label for remove() of a ${kind}`, (client: Any) => new client[kind](valid).remove({ z: 1 })],
    [`a name that is taken by a ${kind}`, (client: Any) => {
      const registers = [new client.Registry()];
      new client[kind]({ ...valid, registers });
      new client.Gauge({ ...valid, registers });
    }],
  ])),
  "a histogram with the label le": ({ Histogram }) => new Histogram({ ...valid, labelNames: ["le"] }),
  "a summary with the label quantile": ({ Summary }) => new Summary({ ...valid, labelNames: ["quantile"] }),
  "exemplars in Prometheus text": ({ Counter, Registry }) =>
    new Counter({ ...valid, enableExemplars: true, registers: [new Registry()] }),
  "exemplar labels that are too long": ({ Counter }) =>
    new Counter({ ...valid, enableExemplars: true }).inc({ labels: {}, exemplarLabels: { a: "x".repeat(128) } }),
  "an unknown content type": ({ Registry }) => new Registry("text/html"),
  "an unknown content type later": ({ Registry }) => new Registry().setContentType("text/html"),
  "registries of two content types": ({ Registry }) =>
    Registry.merge([new Registry(), new Registry(Registry.OPENMETRICS_CONTENT_TYPE)]),
  "an unknown aggregator": ({ AggregatorRegistry }) =>
    AggregatorRegistry.aggregate([[{ name: "m", help: "h", type: "gauge", values: [], aggregator: "x" }]]),
  "something that is no registry": ({ AggregatorRegistry }) => AggregatorRegistry.setRegistries([{}]),
  "linear buckets without a count": ({ linearBuckets }) => linearBuckets(0, 1, 0),
  "exponential buckets from 0": ({ exponentialBuckets }) => exponentialBuckets(0, 2, 3),
  "exponential buckets without a count": ({ exponentialBuckets }) => exponentialBuckets(1, 2, 0),
  "exponential buckets that do not grow": ({ exponentialBuckets }) => exponentialBuckets(1, 1, 3),
  "a push without a job": ({ Pushgateway }) => new Pushgateway("http://127.0.0.1:9").push(),
  "an addition without a job": ({ Pushgateway }) => new Pushgateway("http://127.0.0.1:9").pushAdd({ groupings: {} }),
  "a deletion without a job": ({ Pushgateway }) => new Pushgateway("http://127.0.0.1:9").delete({ jobName: "" }),
  "default metrics with a configuration that is none": ({ collectDefaultMetrics }) => collectDefaultMetrics("m"),
};

describe("what is thrown at once", () => {
  for (const [what, use] of Object.entries(CASES)) {
    it(`for ${what}`, () => {
      const [expected, actual] = [theirs, ours].map((client) => thrown(() => use(client)));
      assert.ok(expected !== undefined, "prom-client throws nothing");
      assert.equal(actual, expected);
    });
  }
});

function thrown(use: () => unknown): string | undefined {
  try {
    use();
    return undefined;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
