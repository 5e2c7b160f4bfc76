import { attempt, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

const TOTAL = "nodejs_heap_size_total_bytes";
const USED = "nodejs_heap_size_used_bytes";
const EXTERNAL = "nodejs_external_memory_bytes";

/** The memory of the process as its JavaScript engine sees it. */
export const heapSizeAndUsed = defaultMetric([TOTAL, USED, EXTERNAL], ({ labels, family }) => {
  if (memoryUsage() === undefined) return;

  new Gauge({
    ...family(TOTAL, "Process heap size from Node.js in bytes."),
    // Its turn comes first, so it sets all three from one reading.
    collect() {
      const memory = memoryUsage();
      if (memory === undefined) return;
      this.set(labels, memory.heapTotal);
      used.set(labels, memory.heapUsed);
      if (memory.external !== undefined) external.set(labels, memory.external);
    },
  });
  const used = new Gauge(family(USED, "Process heap size used from Node.js in bytes."));
  const external = new Gauge(family(EXTERNAL, "Node.js external memory size in bytes."));
});

function memoryUsage() {
  return attempt(() => runningProcess()?.memoryUsage?.());
}
