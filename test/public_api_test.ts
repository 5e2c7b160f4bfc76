import { describe, it } from "node:test";
import assert from "node:assert/strict";

/** The values that each subpath of `@exporterkit/core` exports. Growth of the API shows up here, on purpose. */
const EXPORTED: Record<string, readonly string[]> = {
  ".": [
    "Secret",
    "UpstreamError",
    "alias",
    "counter",
    "defineCollector",
    "defineExporter",
    "defineProbeCollector",
    "duration",
    "gauge",
    "gaugeHistogram",
    "handler",
    "histogram",
    "hostPath",
    "info",
    "secret",
    "serve",
    "stateSet",
    "summary",
    "untyped",
    "withHistogramKind",
    "withProbe",
  ],
  "./build": ["PRESET_NAMES", "build"],
  "./cli": [],
  "./discovery": ["announceByLease", "announceInFile", "announceToConsul", "readTargetGroups", "targetGroups"],
  "./exposition": [
    "createGzip",
    "encode",
    "encodeChunks",
    "escapeName",
    "negotiate",
    "negotiateCoding",
    "parse",
    "parseText",
    "unescapeName",
  ],
  "./http": ["ProbeError", "RunningExporter", "createHandler", "guardFromAuth", "guardFromBindings"],
  "./lint": ["lint"],
  "./metrics": [
    "Counter",
    "CounterHandle",
    "DEFAULT_BUCKETS",
    "Gauge",
    "GaugeHandle",
    "GaugeHistogram",
    "Histogram",
    "HistogramHandle",
    "Info",
    "Registry",
    "StateSet",
    "Summary",
    "SummaryHandle",
    "Untyped",
    "counter",
    "gauge",
    "gaugeHistogram",
    "histogram",
    "info",
    "stateSet",
    "summary",
    "untyped",
    "withHistogramKind",
  ],
  "./prom-client": [
    "AggregatorRegistry",
    "ClusterRegistry",
    "Counter",
    "Gauge",
    "Histogram",
    "MetricType",
    "Pushgateway",
    "Registry",
    "Summary",
    "WorkerRegistry",
    "aggregators",
    "collectDefaultMetrics",
    "contentType",
    "default",
    "exponentialBuckets",
    "linearBuckets",
    "openMetricsContentType",
    "prometheusContentType",
    "register",
    "validateMetricName",
  ],
  "./push": ["PushError", "PushGroup"],
};

const { name, exports }: { name: string; exports: Record<string, string> } = JSON.parse(
  await Deno.readTextFile(new URL("../deno.json", import.meta.url)),
);

describe("the public API", () => {
  it("has the subpaths that deno.json exports", () => {
    assert.deepEqual(Object.keys(EXPORTED).sort(), Object.keys(exports).sort());
  });

  for (const [subpath, names] of Object.entries(EXPORTED)) {
    it(`has these names under ${subpath}`, async () => {
      const module: object = await import(name + subpath.slice(1));
      assert.deepEqual(Object.keys(module).sort(), [...names].sort());
    });
  }
});
