/**
 * The API of prom-client over the columns and encoders of this package: a replacement that needs no change but the import.
 *
 * Everything is exported by name, and all values once more as properties of the default export.
 *
 * @example In one line
 * ```ts
 * import { Counter, register } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * new Counter({ name: "jobs_total", help: "Jobs done.", labelNames: ["queue"] }).inc({ queue: "mail" });
 * assert.match(await register.metrics(), /jobs_total\{queue="mail"\} 1\n/);
 * ```
 * @module
 */
import { aggregators } from "./aggregators.ts";
import { exponentialBuckets, linearBuckets } from "./buckets.ts";
import { AggregatorRegistry, ClusterRegistry } from "./cluster_registry.ts";
import { openMetricsContentType, prometheusContentType, type RegistryContentType } from "./content_types.ts";
import { Counter } from "./counter.ts";
import { collectDefaultMetrics } from "./default_metrics.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { Pushgateway } from "./pushgateway.ts";
import { globalRegistry, Registry } from "./registry.ts";
import { Summary } from "./summary.ts";
import { MetricType } from "./types.ts";
import { validateMetricName } from "./validation.ts";
import { WorkerRegistry } from "./worker_registry.ts";

export { aggregators } from "./aggregators.ts";
export type { AggregatorFunction, MetricJson } from "./aggregators.ts";
export { exponentialBuckets, linearBuckets } from "./buckets.ts";
export { AggregatorRegistry, ClusterRegistry } from "./cluster_registry.ts";
export type { ClusterRegistryOptions } from "./cluster_registry.ts";
export { openMetricsContentType, prometheusContentType } from "./content_types.ts";
export type {
  Charset,
  OpenMetricsContentType,
  OpenMetricsMIME,
  OpenMetricsVersion,
  PrometheusContentType,
  PrometheusMetricsVersion,
  PrometheusMIME,
  RegistryContentType,
} from "./content_types.ts";
export { Counter } from "./counter.ts";
export type { CounterConfiguration, IncreaseDataWithExemplar } from "./counter.ts";
export { collectDefaultMetrics } from "./default_metrics.ts";
export type {
  CollectDefaultMetrics,
  DefaultMetric,
  DefaultMetricName,
  DefaultMetricsCollectorConfiguration,
  RunningDefaultMetrics,
} from "./default_metrics.ts";
export { Gauge } from "./gauge.ts";
export type { GaugeConfiguration } from "./gauge.ts";
export { Histogram } from "./histogram.ts";
export type { HistogramConfiguration, ObserveDataWithExemplar, SharedLabelsValue } from "./histogram.ts";
export type { MetricConfiguration } from "./metric.ts";
export { Pushgateway } from "./pushgateway.ts";
export type { TextSource } from "./pushgateway.ts";
export { Registry } from "./registry.ts";
export type { RegisteredMetric } from "./registered_metric.ts";
export type { CollectFailure, RegistryOptions } from "./registry.ts";
export { Summary } from "./summary.ts";
export type { SummaryConfiguration } from "./summary.ts";
export * from "./types.ts";
export { validateMetricName } from "./validation.ts";
export { WorkerRegistry } from "./worker_registry.ts";

/** Any metric of this package. */
export type Metric<T extends string = string> = Counter<T> | Gauge<T> | Histogram<T> | Summary<T>;

/** The registry of all metrics that name none: one for the whole program. */
export const register: Registry = globalRegistry() as Registry;

/** The content type of the global registry's text, for the header of an answer; it follows what is set there. */
export let contentType: RegistryContentType = register.contentType;
globalRegistry().watchContentType((chosen) => {
  contentType = chosen;
});

/** All values of this module, as properties of one object. */
export interface PromClient {
  register: typeof register;
  Registry: typeof Registry;
  contentType: RegistryContentType;
  prometheusContentType: typeof prometheusContentType;
  openMetricsContentType: typeof openMetricsContentType;
  validateMetricName: typeof validateMetricName;
  Counter: typeof Counter;
  Gauge: typeof Gauge;
  Histogram: typeof Histogram;
  Summary: typeof Summary;
  Pushgateway: typeof Pushgateway;
  linearBuckets: typeof linearBuckets;
  exponentialBuckets: typeof exponentialBuckets;
  collectDefaultMetrics: typeof collectDefaultMetrics;
  aggregators: typeof aggregators;
  AggregatorRegistry: typeof AggregatorRegistry;
  ClusterRegistry: typeof ClusterRegistry;
  WorkerRegistry: typeof WorkerRegistry;
  MetricType: typeof MetricType;
}

const client: PromClient = {
  register,
  Registry,
  get contentType() {
    return register.contentType;
  },
  set contentType(chosen) {
    globalRegistry().setContentType(chosen);
  },
  prometheusContentType,
  openMetricsContentType,
  validateMetricName,
  Counter,
  Gauge,
  Histogram,
  Summary,
  Pushgateway,
  linearBuckets,
  exponentialBuckets,
  collectDefaultMetrics,
  aggregators,
  AggregatorRegistry,
  ClusterRegistry,
  WorkerRegistry,
  MetricType,
};
export default client;
