import { runningProcess } from "./_builtins.ts";
import type {
  DefaultMetric,
  DefaultMetricName,
  DefaultMetricsCollectorConfiguration,
} from "./default_metrics/_default_metric.ts";
import { processHandles, processRequests, processResources } from "./default_metrics/active_objects.ts";
import { eventLoopLag } from "./default_metrics/event_loop_lag.ts";
import { eventLoopUtilization } from "./default_metrics/event_loop_utilization.ts";
import { gc } from "./default_metrics/gc.ts";
import { heapSizeAndUsed } from "./default_metrics/heap_size_and_used.ts";
import { heapSpacesSizeAndUsed } from "./default_metrics/heap_spaces_size_and_used.ts";
import { osMemoryHeap } from "./default_metrics/os_memory_heap.ts";
import { processCpuTotal } from "./default_metrics/process_cpu_total.ts";
import { processMaxFileDescriptors, processOpenFileDescriptors } from "./default_metrics/process_file_descriptors.ts";
import { processStartTime } from "./default_metrics/process_start_time.ts";
import { version } from "./default_metrics/version.ts";
import type { RegistryContentType } from "./content_types.ts";

export type { DefaultMetric, DefaultMetricName, DefaultMetricsCollectorConfiguration };

/** Default metrics that are being collected. */
export interface RunningDefaultMetrics {
  /**
   * Stops what is observed between scrapes: garbage collections and the delay and utilization of the event loop. The
   * metrics stay registered. Nothing happens the second time.
   */
  stop(): void;
}

/** The type of {@linkcode collectDefaultMetrics}. */
export interface CollectDefaultMetrics {
  /** See {@linkcode collectDefaultMetrics}. */
  <T extends RegistryContentType>(
    config?: DefaultMetricsCollectorConfiguration<T> | null,
  ): RunningDefaultMetrics;
  /** The names of the default metrics that are collected without being asked for, in their order. */
  readonly metricsList: DefaultMetricName[];
  /**
   * What registers each of the default metrics alone, by name: `prom-client/lib/metrics/<name>.js`. Its second
   * argument is the configuration.
   */
  readonly metrics: Readonly<Record<DefaultMetricName, DefaultMetric>>;
}

/** In the order in which they are registered. */
const METRICS: Readonly<Record<DefaultMetricName, DefaultMetric>> = {
  processCpuTotal,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
  eventLoopUtilization,
  processResources,
  processHandles,
  processRequests,
  heapSizeAndUsed,
  heapSpacesSizeAndUsed,
  version,
  gc,
};

/**
 * Registers the metrics that Prometheus recommends for every process, and those of the Node runtime: CPU, memory,
 * file descriptors, event loop, heap, garbage collection.
 *
 * What the runtime cannot tell is left out: Deno may read file descriptors and virtual memory with `--allow-all`
 * only (and is never made to ask for it), Bun and Deno do not tell about garbage collections, and Workers have no
 * process at all, thus none of the metrics. Node before 20.16 and 22.3 tells only what the global `process` knows.
 * None of this keeps a process alive.
 *
 * @param config Where to and what, see {@linkcode DefaultMetricsCollectorConfiguration}.
 * @returns What stops the observation; it may be ignored where metrics are collected as long as the process runs.
 * @throws {TypeError} If `config` is neither null, undefined nor an object, or `include` or `exclude` names something
 * that is no default metric.
 * @throws {Error} If a metric of that name is registered already.
 * @example In a registry of their own
 * ```ts
 * import { collectDefaultMetrics, Registry } from "@exporterkit/core/prom-client";
 *
 * const register = new Registry();
 * const running = collectDefaultMetrics({ register, prefix: "shop_", exclude: ["eventLoopLag"] });
 * console.log(await register.metrics());
 * running.stop();
 * ```
 */
export const collectDefaultMetrics: CollectDefaultMetrics = Object.defineProperties(collect, {
  name: { value: "collectDefaultMetrics" },
  metricsList: { get: metricsList, enumerable: true },
  metrics: { value: METRICS, enumerable: true },
}) as CollectDefaultMetrics;

function collect(config?: DefaultMetricsCollectorConfiguration | null): RunningDefaultMetrics {
  if (config !== null && config !== undefined && typeof config !== "object") {
    throw new TypeError("config must be null, undefined, or an object");
  }
  const given = config ?? {};
  const stops: (() => void)[] = [];
  const stop = () => stops.splice(0).forEach((end) => end());
  try {
    for (const name of chosenNames(given)) {
      const end = METRICS[name](given.register, given);
      if (end !== undefined) stops.push(end);
    }
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

function chosenNames(config: DefaultMetricsCollectorConfiguration): DefaultMetricName[] {
  const { include, exclude = [] } = config;
  for (const name of [...include ?? [], ...exclude]) {
    if (!Object.hasOwn(METRICS, name)) {
      const known = Object.keys(METRICS).join(", ");
      throw new TypeError(`Cannot collect default metric "${name}": it should be one of ${known}`);
    }
  }
  return allNames().filter((name) =>
    !exclude.includes(name) &&
    (include?.includes(name) ?? (name !== "eventLoopUtilization" || wantsUtilization(config)))
  );
}

/** Those who set something up for it want it; prom-client 15 knows none of these settings. */
function wantsUtilization(config: DefaultMetricsCollectorConfiguration): boolean {
  return config.eventLoopUtilization ??
    Object.entries(config).some(([key, value]) => key.startsWith("eventLoopUtilization") && value !== undefined);
}

function metricsList(): DefaultMetricName[] {
  const hasResources = runningProcess()?.getActiveResourcesInfo !== undefined;
  return allNames().filter((name) => name !== "eventLoopUtilization" && (name !== "processResources" || hasResources));
}

function allNames(): DefaultMetricName[] {
  return Object.keys(METRICS) as DefaultMetricName[];
}
