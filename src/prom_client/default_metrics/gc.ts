import { attempt, builtin, runningProcess } from "../_builtins.ts";
import { Histogram } from "../histogram.ts";
import { defaultMetric } from "./_default_metric.ts";

const NAME = "nodejs_gc_duration_seconds";
const BUCKETS = [0.001, 0.01, 0.1, 1, 2, 5];

interface PerfHooks {
  readonly PerformanceObserver?: new (callback: (list: EntryList) => void) => Observer;
  readonly constants?: Readonly<Record<string, number>>;
}

interface Observer {
  observe(options: { entryTypes: string[] }): void;
  disconnect(): void;
}

interface EntryList {
  getEntries(): GcEntry[];
}

interface GcEntry {
  /** In milliseconds. */
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

/**
 * How long garbage collection stopped the program. Only Node tells; elsewhere the family stays without series, so
 * that it can be asked for.
 */
export const gc = defaultMetric([NAME], ({ config, labels, family }) => {
  const { PerformanceObserver, constants = {} } = builtin<PerfHooks>("node:perf_hooks") ?? {};
  if (PerformanceObserver === undefined || runningProcess() === undefined) return;

  const histogram = new Histogram({
    ...family(NAME, "Garbage collection duration by kind, one of major, minor, incremental or weakcb.", ["kind"]),
    buckets: config.gcDurationBuckets ?? BUCKETS,
  });
  const kinds = kindNames(constants);
  const observer = attempt(() => {
    const observer = new PerformanceObserver((list) => {
      for (const { duration, detail } of list.getEntries()) {
        const kind = kinds.get(detail?.kind);
        if (kind !== undefined) histogram.observe({ kind, ...labels }, duration / 1000);
      }
    });
    observer.observe({ entryTypes: ["gc"] });
    return observer;
  });
  return () => observer?.disconnect();
});

function kindNames(constants: Readonly<Record<string, number>>): Map<number | undefined, string> {
  return new Map([
    [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
    // With `--minor-ms` V8 marks and sweeps the young generation too.
    [constants.NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP, "minor"],
    [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
    [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
    [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
  ]);
}
