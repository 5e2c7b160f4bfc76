import type { Registry } from "../registry.ts";
import type { RegistryContentType } from "../content_types.ts";

/** How default metrics are collected, as `prom-client` and `@prometheus-io/client` name it. */
export interface DefaultMetricsCollectorConfiguration<T extends RegistryContentType = RegistryContentType> {
  /** Where the metrics are registered. @default the global registry */
  register?: Registry<T>;
  /** Put before the name of every metric. @default "" */
  prefix?: string;
  /** Label names and values of every series. @default {} */
  labels?: object;
  /** Upper bounds of `nodejs_gc_duration_seconds`, in seconds. @default [0.001, 0.01, 0.1, 1, 2, 5] */
  gcDurationBuckets?: number[];
  /** How often the delay of the event loop is sampled, in milliseconds. @default 10 */
  eventLoopMonitoringPrecision?: number;
  /**
   * Gives the CPU counters the active OpenTelemetry span as exemplar; for OpenMetrics registries only.
   * @default false
   */
  enableExemplars?: boolean;
  /**
   * Whether the utilization of the event loop is observed too.
   * @default whether one of the settings `eventLoopUtilization...` is given
   */
  eventLoopUtilization?: boolean;
  /** How often the utilization of the event loop is observed, in milliseconds. @default 100 */
  eventLoopUtilizationTimeout?: number;
  /**
   * Upper bounds of `nodejs_eventloop_utilization_histogram`, as ratios.
   * @default [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1]
   */
  eventLoopUtilizationBuckets?: number[];
  /**
   * Percentiles of `nodejs_eventloop_utilization_summary`, as ratios.
   * @default [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]
   */
  eventLoopUtilizationPercentiles?: number[];
  /** Parts that the window of the summary consists of. @default 5 */
  eventLoopUtilizationAgeBuckets?: number;
  /** Length of the window of the summary, in seconds. @default 60 */
  eventLoopUtilizationMaxAgeSeconds?: number;
  /** The only metrics to collect. @default all of `collectDefaultMetrics.metricsList` */
  include?: readonly DefaultMetricName[];
  /** Metrics not to collect. @default [] */
  exclude?: readonly DefaultMetricName[];
}

/** A default metric: a reading of the process or its runtime, which may fill several families. */
export type DefaultMetricName =
  | "processCpuTotal"
  | "processStartTime"
  | "osMemoryHeap"
  | "processOpenFileDescriptors"
  | "processMaxFileDescriptors"
  | "eventLoopLag"
  | "eventLoopUtilization"
  | "processResources"
  | "processHandles"
  | "processRequests"
  | "heapSizeAndUsed"
  | "heapSpacesSizeAndUsed"
  | "version"
  | "gc";

/** Registers one default metric, or nothing where the runtime cannot tell its values. */
export interface DefaultMetric {
  /** @returns What ends the observation, where something has to be observed between the scrapes. */
  (registry?: Registry<RegistryContentType>, config?: DefaultMetricsCollectorConfiguration): (() => void) | undefined;
  /** The families that it may register, without prefix. */
  readonly metricNames: readonly string[];
}

/** What a default metric is made from. */
export interface Setup {
  readonly config: DefaultMetricsCollectorConfiguration;
  /** The labels of the configuration. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** What every family of a metric is constructed with, `ownLabelNames` before those of the configuration. */
  family(name: string, help: string, ownLabelNames?: readonly string[]): FamilyConfiguration;
}

/** The part of the configuration of a counter, gauge, histogram or summary that is the same for all of them. */
export interface FamilyConfiguration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[] | undefined;
}

/**
 * Defines a default metric.
 *
 * @param metricNames The families that `add` may register, without prefix.
 * @param add Registers them. It first tries whether the runtime can tell the values, and does nothing if not.
 */
export function defaultMetric(
  metricNames: readonly string[],
  add: (setup: Setup) => (() => void) | void,
): DefaultMetric {
  return Object.assign(
    (registry?: Registry<RegistryContentType>, config: DefaultMetricsCollectorConfiguration = {}) =>
      add(setupOf(registry, config)) ?? undefined,
    { metricNames },
  );
}

function setupOf(
  registry: Registry<RegistryContentType> | undefined,
  config: DefaultMetricsCollectorConfiguration,
): Setup {
  const labels = { ...config.labels } as Record<string, string | number>;
  return {
    config,
    labels,
    family: (name, help, ownLabelNames = []) => ({
      name: `${config.prefix ?? ""}${name}`,
      help,
      labelNames: [...ownLabelNames, ...Object.keys(labels)],
      registers: registry ? [registry as Registry] : undefined,
    }),
  };
}
