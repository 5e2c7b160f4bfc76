import { builtin, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const LAG = "nodejs_eventloop_lag_seconds";
const NANOSECONDS = 1e9;

/** `IntervalHistogram` of `node:perf_hooks`, in nanoseconds. */
interface DelayMonitor {
  readonly count?: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  percentile(percentile: number): number;
  enable(): unknown;
  disable(): unknown;
  reset(): void;
}

interface PerfHooks {
  monitorEventLoopDelay?(options: { resolution: number }): DelayMonitor;
}

interface Timers {
  setImmediate(callback: () => void): unknown;
}

/** What is told of the delays since the last scrape. */
const STATISTICS = [
  ["min", "min", "The minimum recorded event loop delay.", (delay: DelayMonitor) => delay.min],
  ["max", "max", "The maximum recorded event loop delay.", (delay: DelayMonitor) => delay.max],
  ["mean", "average", "The mean of the recorded event loop delays.", (delay: DelayMonitor) => delay.mean],
  [
    "stddev",
    "average",
    "The standard deviation of the recorded event loop delays.",
    (delay: DelayMonitor) => delay.stddev,
  ],
  ...([50, 90, 99] as const).map((percentile) =>
    [
      `p${percentile}`,
      "average",
      `The ${percentile}th percentile of the recorded event loop delays.`,
      (delay: DelayMonitor) => delay.percentile(percentile),
    ] as const
  ),
] as const;

/** How late the event loop is: at the scrape before, and, where the runtime samples it, since then. */
export const eventLoopLag = defaultMetric(
  [LAG, ...STATISTICS.map(([statistic]) => nameOf(statistic))],
  ({ config, labels, family }) => {
    const soon = immediate();
    if (runningProcess() === undefined || soon === undefined) return;
    const delay = delayMonitor(config.eventLoopMonitoringPrecision ?? 10);

    new Gauge({
      ...family(LAG, "Lag of event loop in seconds."),
      aggregator: "average",
      // Its turn comes first, so it sets the statistics too.
      collect() {
        const start = performance.now();
        soon(() => this.set(labels, (performance.now() - start) / 1000));
        // With nothing recorded the minimum would be 2^63 and the mean no number.
        if (delay === undefined || delay.count === 0) return;
        for (const { gauge, read } of statistics) gauge.set(labels, read(delay) / NANOSECONDS);
        delay.reset();
      },
    });
    const statistics = delay === undefined ? [] : STATISTICS.map(([statistic, aggregator, help, read]) => ({
      gauge: new Gauge({ ...family(nameOf(statistic), help), aggregator }),
      read,
    }));

    delay?.enable();
    return () => delay?.disable();
  },
);

function nameOf(statistic: string): string {
  return LAG.replace("_seconds", `_${statistic}_seconds`);
}

/** Taken from the runtime if possible: test environments replace or remove the global. */
function immediate(): Timers["setImmediate"] | undefined {
  return builtin<Timers>("node:timers")?.setImmediate ?? (globalThis as Partial<Timers>).setImmediate;
}

function delayMonitor(resolution: number): DelayMonitor | undefined {
  const perfHooks = builtin<PerfHooks>("node:perf_hooks");
  try {
    return perfHooks?.monitorEventLoopDelay?.({ resolution });
  } catch (error) {
    // A precision that is none is the caller's mistake; not by class, since test environments have their own ones.
    if (["TypeError", "RangeError"].includes((error as Error).name)) throw error;
    return undefined;
  }
}
