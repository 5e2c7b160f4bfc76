import { counter } from "../metrics/counter.ts";
import { gauge } from "../metrics/gauge.ts";
import type { Registry } from "../metrics/registry.ts";

/** What a runtime can tell about its own process; what it cannot tell is left out. */
export interface ProcessStats {
  /** User and system time, in seconds. */
  readonly cpuSeconds?: number;
  /** Open file descriptors. */
  readonly openFds?: number;
  /** Most file descriptors that may be open. */
  readonly maxFds?: number;
  /** Virtual memory, in bytes. */
  readonly virtualBytes?: number;
  /** Most virtual memory that may be used, in bytes; -1 where there is no limit. */
  readonly maxVirtualBytes?: number;
  /** Resident memory, in bytes. */
  readonly residentBytes?: number;
  /** When the process started, in seconds since the epoch. */
  readonly startSeconds?: number;
}

/**
 * Adds the `process_*` metrics of the Prometheus client library guidelines to a registry.
 *
 * @returns A function that reads the values anew.
 */
export function addProcessMetrics(registry: Registry, read: () => ProcessStats): () => void {
  const known = read();
  const updates = Object.entries(METRICS)
    .filter(([key]) => known[key as keyof ProcessStats] !== undefined)
    .map(([key, description]) => {
      const instrument = registry.add(description);
      return (stats: ProcessStats) => {
        const value = stats[key as keyof ProcessStats];
        if (value !== undefined) instrument.set(value);
      };
    });
  return () => {
    const stats = read();
    updates.forEach((update) => update(stats));
  };
}

const METRICS = {
  cpuSeconds: counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds."),
  openFds: gauge("process_open_fds", "Number of open file descriptors."),
  maxFds: gauge("process_max_fds", "Maximum number of open file descriptors."),
  virtualBytes: gauge("process_virtual_memory_bytes", "Virtual memory size in bytes."),
  maxVirtualBytes: gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes."),
  residentBytes: gauge("process_resident_memory_bytes", "Resident memory size in bytes."),
  startSeconds: gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds."),
};
