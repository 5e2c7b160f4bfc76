import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { BUCKETS, type Peer, SERIES } from "../_peer.ts";

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** OpenTelemetry's metrics through the serializer of its Prometheus exporter. It has no handles and removes nothing. */
export const openTelemetry: Peer = {
  name: "OpenTelemetry",
  registry() {
    // By default all series beyond 2000 become one.
    const reader = new Reader({ cardinalitySelector: () => 1_000_000 });
    const meter = new MeterProvider({ readers: [reader] }).getMeter("bench");
    const serializer = new PrometheusSerializer("", false, undefined, true, true);
    return {
      counter(name) {
        const live = meter.createCounter(name, { description: "Requests served." });
        return { inc: (labels, amount) => live.add(amount, labels) };
      },
      histogram(name) {
        const advice = { explicitBucketBoundaries: BUCKETS };
        const live = meter.createHistogram(name, { description: "Time to answer.", advice });
        return { observe: (labels, value) => live.record(value, labels) };
      },
      calls(sets) {
        const requests = meter.createCounter("hot_total", { description: "Requests served." });
        const advice = { explicitBucketBoundaries: BUCKETS };
        const times = meter.createHistogram("hot_seconds", { description: "Time to answer.", advice });
        return {
          inc(calls) {
            for (let i = 0; i < calls; i++) requests.add(1, sets[i % SERIES]!);
          },
          incFresh(calls) {
            for (let i = 0; i < calls; i++) requests.add(1, { ...sets[i % SERIES]! });
          },
          observe(calls) {
            for (let i = 0; i < calls; i++) times.record(i % 32, sets[i % SERIES]!);
          },
        };
      },
      async expose() {
        const { resourceMetrics } = await reader.collect();
        return new TextEncoder().encode(serializer.serialize(resourceMetrics));
      },
    };
  },
};
