import { attempt, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const NAME = "process_start_time_seconds";

/** When the process started. */
export const processStartTime = defaultMetric([NAME], ({ labels, family }) => {
  const upSeconds = attempt(() => runningProcess()?.uptime?.());
  if (upSeconds === undefined) return;
  const startSeconds = Math.round(Date.now() / 1000 - upSeconds);
  new Gauge({
    ...family(NAME, "Start time of the process since unix epoch in seconds."),
    aggregator: "omit",
    // Set anew for each scrape, so that it is there after a reset of the registry.
    collect() {
      this.set(labels, startSeconds);
    },
  });
});
