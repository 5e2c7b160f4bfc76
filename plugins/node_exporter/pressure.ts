import { counter, defineCollector } from "@exporterkit/core";
import { linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how long processes waited for CPU, I/O and memory: the kernel's pressure stall information. */
export function pressure(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "How long processes waited for CPU, I/O and memory.",
    metrics: {
      cpuWaiting: counter(
        "node_pressure_cpu_waiting_seconds_total",
        "Time in which some process waited for a CPU, from /proc/pressure/cpu.",
      ),
      ioWaiting: counter(
        "node_pressure_io_waiting_seconds_total",
        "Time in which some process waited for I/O, from /proc/pressure/io.",
      ),
      ioStalled: counter(
        "node_pressure_io_stalled_seconds_total",
        "Time in which all processes waited for I/O, from /proc/pressure/io.",
      ),
      memoryWaiting: counter(
        "node_pressure_memory_waiting_seconds_total",
        "Time in which some process waited for memory, from /proc/pressure/memory.",
      ),
      memoryStalled: counter(
        "node_pressure_memory_stalled_seconds_total",
        "Time in which all processes waited for memory, from /proc/pressure/memory.",
      ),
    },
    async collect({ settings, metrics }) {
      const [cpu, io, memory] = await Promise.all([read("cpu"), read("io"), read("memory")]);
      if (cpu?.some !== undefined) metrics.cpuWaiting.set(cpu.some);
      if (io?.some !== undefined) metrics.ioWaiting.set(io.some);
      if (io?.full !== undefined) metrics.ioStalled.set(io.full);
      if (memory?.some !== undefined) metrics.memoryWaiting.set(memory.some);
      if (memory?.full !== undefined) metrics.memoryStalled.set(memory.full);

      async function read(resource: string): Promise<Pressure | undefined> {
        const path = `${settings.path.procfs}/pressure/${resource}`;
        const text = await ifPresent(host.readText(path));
        return text === undefined ? undefined : parsePressure(text, path);
      }
    },
  });
}

/** Seconds since boot in which some, or all, processes waited for a resource. */
export interface Pressure {
  readonly some?: number;
  readonly full?: number;
}

/**
 * Reads a file of /proc/pressure. Not every kernel writes both lines.
 *
 * @throws {SyntaxError} If one of them has no total.
 */
export function parsePressure(text: string, path: string): Pressure {
  const pressure: { some?: number; full?: number } = {};
  linesOf(text).forEach((line, i) => {
    const kind = /^(some|full)\b/.exec(line)?.[1] as keyof Pressure | undefined;
    if (kind === undefined) return;
    const total = / total=(\d+)$/.exec(line)?.[1];
    if (total === undefined) {
      const expected = 'a line such as "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234"';
      throw malformed(path, { line: i + 1, text: line, expected });
    }
    // Two steps, as node_exporter divides: its last digits are then the same.
    pressure[kind] = Number(total) / 1000 / 1000;
  });
  return pressure;
}
