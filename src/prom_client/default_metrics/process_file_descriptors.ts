import { parseProcLimits } from "../../collectors/proc_self.ts";
import { readNames, readText } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const OPEN = "process_open_fds";
const MAX = "process_max_fds";

/** How many file descriptors are open, on Linux. */
export const processOpenFileDescriptors = defaultMetric([OPEN], ({ labels, family }) => {
  if (countOpen() === undefined) return;
  new Gauge({
    ...family(OPEN, "Number of open file descriptors."),
    collect() {
      const count = countOpen();
      if (count !== undefined) this.set(labels, count);
    },
  });
});

/** How many file descriptors may be open, on Linux, as it was when the metric was registered. */
export const processMaxFileDescriptors = defaultMetric([MAX], ({ labels, family }) => {
  const { maxFds } = parseProcLimits(readText("/proc/self/limits") ?? "");
  if (maxFds === undefined) return;
  new Gauge({
    ...family(MAX, "Maximum number of open file descriptors."),
    // Set anew for each scrape, so that it is there after a reset of the registry.
    collect() {
      this.set(labels, maxFds);
    },
  });
});

function countOpen(): number | undefined {
  const names = readNames("/proc/self/fd");
  // One of them was open only to read the folder.
  return names === undefined ? undefined : names.length - 1;
}
