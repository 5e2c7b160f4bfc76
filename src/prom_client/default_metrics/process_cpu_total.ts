import { activeSpan } from "../_active_span.ts";
import { attempt, runningProcess } from "../_builtins.ts";
import { Counter } from "../counter.ts";
import { defaultMetric } from "./_default_metric.ts";

const USER = "process_cpu_user_seconds_total";
const SYSTEM = "process_cpu_system_seconds_total";
const BOTH = "process_cpu_seconds_total";

/** The CPU time that was spent since the metric was registered. */
export const processCpuTotal = defaultMetric([USER, SYSTEM, BOTH], ({ config, labels, family }) => {
  let last = cpuUsage();
  if (last === undefined) return;
  const enableExemplars = config.enableExemplars === true;

  new Counter({
    ...family(USER, "Total user CPU time spent in seconds."),
    enableExemplars,
    // Its turn comes first, so it counts for all three.
    collect() {
      const now = cpuUsage();
      if (now === undefined || last === undefined) return;
      const userMicros = now.user - last.user;
      const systemMicros = now.system - last.system;
      last = now;
      const exemplarLabels = enableExemplars ? spanLabels() : undefined;
      add(this, userMicros / 1e6, exemplarLabels);
      add(system, systemMicros / 1e6, exemplarLabels);
      add(both, (userMicros + systemMicros) / 1e6, exemplarLabels);
    },
  });
  const system = new Counter({ ...family(SYSTEM, "Total system CPU time spent in seconds."), enableExemplars });
  const both = new Counter({ ...family(BOTH, "Total user and system CPU time spent in seconds."), enableExemplars });

  function add(counter: Counter<string>, value: number, exemplarLabels: Record<string, string> | undefined): void {
    if (exemplarLabels === undefined) counter.inc(labels, value);
    else counter.inc({ labels, value, exemplarLabels });
  }
});

function cpuUsage(): { readonly user: number; readonly system: number } | undefined {
  return attempt(() => runningProcess()?.cpuUsage?.());
}

function spanLabels(): Record<string, string> {
  const span = activeSpan();
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}
