import { counter, gauge, gaugeHistogram, histogram, Registry, summary } from "@exporterkit/core/metrics";

/** When everything in this corpus began to count, was measured, and when its exemplars were seen. */
export const TIMES = { created: 1_700_000_000_250, sample: 1_720_000_000_125, exemplar: 1_720_000_000_007 };

/** The longest labels of an exemplar: 128 characters, most of them of two UTF-16 units. */
export const LONGEST = { trace_id: "😀".repeat(120) };

/** What can be said about samples beside their values: times and exemplars. */
export function annotatedRegistry(): Registry {
  const registry = new Registry();
  const times = { createdMs: TIMES.created, timestampMs: TIMES.sample };
  const seen = (value: number, labels: Record<string, string>) => ({ labels, value, timestampMs: TIMES.exemplar });
  const requests = registry.add(counter("noted_requests_total", "Requests.", ["code"]));
  requests.set({ code: 200 }, 17, { ...times, exemplar: seen(0.5, LONGEST) });
  // No escapes: Prometheus' OpenMetrics parser leaves them as they are in the labels of exemplars, and there only.
  requests.set({ code: 500 }, 3, { createdMs: TIMES.created, exemplar: { labels: { trace_id: "ü ," }, value: -1e7 } });
  registry.add(gauge("noted_level", "Level.")).set(2, { timestampMs: TIMES.sample });
  registry.add(histogram("noted_seconds", "Time.", ["path"], { buckets: [0.1, 1] })).set(
    { path: "/" },
    { buckets: [1, 3], count: 4, sum: 8.5, exemplars: [seen(0.05, { trace_id: "a" }), undefined, seen(7, {})] },
    times,
  );
  registry.add(gaugeHistogram("noted_ages", "Ages.", [], { buckets: [10] })).set(
    { buckets: [2], count: 5, sum: 70, exemplars: [seen(4, { trace_id: "a" })] },
    { timestampMs: TIMES.sample },
  );
  registry.add(summary("noted_pause_seconds", "Pauses.", [], { quantiles: [0.5] })).set(
    { quantiles: [0.25], count: 2, sum: 0.5 },
    times,
  );
  return registry;
}

/** One sample and what was said about it. */
export interface AnnotatedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp?: number;
  readonly created?: number;
  readonly exemplars?: readonly { labels: Readonly<Record<string, string>>; value: number; timestamp?: number }[];
}

/** What Prometheus must see of it: text carries sample timestamps only, and OpenMetrics has suffixes of its own. */
export function annotatedSamples(syntax: "text" | "openmetrics" | "protobuf"): AnnotatedSample[] {
  const { created, sample: timestamp, exemplar } = TIMES;
  const [ageCount, ageSum] = syntax === "openmetrics" ? ["noted_ages_gcount", "noted_ages_gsum"] : [
    "noted_ages_count",
    "noted_ages_sum",
  ];
  const seen = (value: number, labels: Record<string, string>) => [{ labels, value, timestamp: exemplar }];
  const path = "/";
  const samples: AnnotatedSample[] = [
    {
      name: "noted_ages_bucket",
      labels: { le: "10.0" },
      value: 2,
      timestamp,
      exemplars: seen(4, { trace_id: "a" }),
    },
    { name: "noted_ages_bucket", labels: { le: "+Inf" }, value: 5, timestamp },
    { name: ageSum!, labels: {}, value: 70, timestamp },
    { name: ageCount!, labels: {}, value: 5, timestamp },
    { name: "noted_level", labels: {}, value: 2, timestamp },
    { name: "noted_pause_seconds", labels: { quantile: "0.5" }, value: 0.25, timestamp, created },
    { name: "noted_pause_seconds_sum", labels: {}, value: 0.5, timestamp, created },
    { name: "noted_pause_seconds_count", labels: {}, value: 2, timestamp, created },
    {
      name: "noted_requests_total",
      labels: { code: "200" },
      value: 17,
      timestamp,
      created,
      exemplars: seen(0.5, LONGEST),
    },
    {
      name: "noted_requests_total",
      labels: { code: "500" },
      value: 3,
      created,
      exemplars: [{ labels: { trace_id: "ü ," }, value: -1e7 }],
    },
    {
      name: "noted_seconds_bucket",
      labels: { path, le: "0.1" },
      value: 1,
      timestamp,
      created,
      exemplars: seen(0.05, { trace_id: "a" }),
    },
    { name: "noted_seconds_bucket", labels: { path, le: "1.0" }, value: 3, timestamp, created },
    {
      name: "noted_seconds_bucket",
      labels: { path, le: "+Inf" },
      value: 4,
      timestamp,
      created,
      exemplars: seen(7, {}),
    },
    { name: "noted_seconds_sum", labels: { path }, value: 8.5, timestamp, created },
    { name: "noted_seconds_count", labels: { path }, value: 4, timestamp, created },
  ];
  if (syntax !== "text") return samples;
  return samples.map(({ created: _created, exemplars: _exemplars, ...sample }) => sample);
}
