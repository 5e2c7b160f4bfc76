import { attempt, builtin, runningProcess } from "../_builtins.ts";
import { Histogram } from "../histogram.ts";
import { Summary } from "../summary.ts";
import { defaultMetric } from "./_default_metric.ts";

const SUMMARY = "nodejs_eventloop_utilization_summary";
const HISTOGRAM = "nodejs_eventloop_utilization_histogram";
const HELP =
  "Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.";

const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];
const PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** Times in milliseconds. */
interface Utilization {
  readonly idle: number;
  readonly active: number;
  readonly utilization: number;
}

type ReadUtilization = (now?: Utilization, before?: Utilization) => Utilization;

interface PerfHooks {
  readonly performance?: { readonly eventLoopUtilization?: ReadUtilization };
}

interface Timers {
  setInterval(callback: () => void, ms: number): { unref(): unknown };
  clearInterval(timer: unknown): void;
}

/** Which part of the time the event loop is busy, observed several times a second. */
export const eventLoopUtilization = defaultMetric([SUMMARY, HISTOGRAM], ({ config, labels, family }) => {
  const read = builtin<PerfHooks>("node:perf_hooks")?.performance?.eventLoopUtilization;
  const timers = builtin<Timers>("node:timers");
  let last = runningProcess() && attempt(() => read?.());
  if (read === undefined || timers === undefined || last === undefined) return;

  const summary = new Summary({
    ...family(SUMMARY, HELP),
    maxAgeSeconds: config.eventLoopUtilizationMaxAgeSeconds ?? 60,
    ageBuckets: config.eventLoopUtilizationAgeBuckets ?? 5,
    percentiles: config.eventLoopUtilizationPercentiles ?? PERCENTILES,
  });
  const histogram = new Histogram({
    ...family(HISTOGRAM, HELP),
    buckets: config.eventLoopUtilizationBuckets ?? BUCKETS,
  });

  const everyMs = config.eventLoopUtilizationTimeout ?? 100;
  let lastMs = performance.now();
  const timer = timers.setInterval(() => {
    const now = read();
    const nowMs = performance.now();
    const since = read(now, last);
    // A loop that blocks this timer was as busy in each of the turns that it missed.
    const turns = Math.round((nowMs - lastMs) / everyMs);
    last = now;
    lastMs = nowMs;
    // Deno and Bun answer, but measure nothing.
    if (since.idle + since.active === 0) return;
    for (let turn = 0; turn < turns; turn++) {
      summary.observe(labels, since.utilization);
      histogram.observe(labels, since.utilization);
    }
  }, everyMs);
  timer.unref();
  return () => timers.clearInterval(timer);
});
