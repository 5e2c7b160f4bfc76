import { parseProcStatus, type ProcStatus } from "../../collectors/proc_self.ts";
import { attempt, readText, runningProcess } from "../_builtins.ts";
import { Gauge } from "../gauge.ts";
import { defaultMetric } from "./_default_metric.ts";

/** The families by the key of what is read, in the order in which they are registered. */
const FAMILIES = {
  residentBytes: ["process_resident_memory_bytes", "Resident memory size in bytes."],
  virtualBytes: ["process_virtual_memory_bytes", "Virtual memory size in bytes."],
  dataBytes: ["process_heap_bytes", "Process heap size in bytes."],
} as const;

/** The memory of the process as the operating system sees it: all of it on Linux, elsewhere what is resident. */
export const osMemoryHeap = defaultMetric(Object.values(FAMILIES).map(([name]) => name), ({ labels, family }) => {
  const known = readMemory();
  const keys = (Object.keys(FAMILIES) as (keyof ProcStatus)[]).filter((key) => known[key] !== undefined);
  const gauges = keys.map((key, index) => {
    const [name, help] = FAMILIES[key];
    // The turn of the first comes first, so it sets all of them from one reading.
    return new Gauge({ ...family(name, help), ...(index > 0 ? {} : { collect }) });
  });

  function collect(): void {
    const memory = readMemory();
    keys.forEach((key, index) => {
      const bytes = memory[key];
      if (bytes !== undefined) gauges[index]?.set(labels, bytes);
    });
  }
});

function readMemory(): ProcStatus {
  const status = runningProcess() && readText("/proc/self/status");
  if (status !== undefined) return parseProcStatus(status);
  const residentBytes = attempt(() => {
    const usage = runningProcess()?.memoryUsage;
    return usage?.rss ? usage.rss() : usage?.().rss;
  });
  return residentBytes === undefined ? {} : { residentBytes };
}
