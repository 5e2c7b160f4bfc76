import { counter, defineCollector } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Collects how long processes ran on each CPU, and waited for it. */
export function schedstat(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "How long processes ran on each CPU, and waited for it.",
    metrics: {
      running: counter(
        "node_schedstat_running_seconds_total",
        "Time in which processes ran on the CPU, from /proc/schedstat.",
        ["cpu"],
      ),
      waiting: counter(
        "node_schedstat_waiting_seconds_total",
        "Time in which processes waited for the CPU, from /proc/schedstat.",
        ["cpu"],
      ),
      timeslices: counter(
        "node_schedstat_timeslices_total",
        "Time slices that the CPU gave to processes, from /proc/schedstat.",
        ["cpu"],
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/schedstat`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      for (const { cpu, running, waiting, timeslices } of parseSchedstat(text, path)) {
        metrics.running.set({ cpu }, running);
        metrics.waiting.set({ cpu }, waiting);
        metrics.timeslices.set({ cpu }, timeslices);
      }
    },
  });
}

/** What the scheduler counts for one CPU; times in seconds. */
export interface CpuSchedule {
  readonly cpu: string;
  readonly running: number;
  readonly waiting: number;
  readonly timeslices: number;
}

/**
 * Reads the lines of the CPUs from /proc/schedstat (version 15 and later: nine numbers, the last three are read).
 *
 * @throws {SyntaxError} If such a line has fewer numbers.
 */
export function parseSchedstat(text: string, path = "/proc/schedstat"): CpuSchedule[] {
  return linesOf(text).flatMap((line, i) => {
    const [label, ...fields] = fieldsOf(line);
    const cpu = /^cpu(\d+)$/.exec(label!)?.[1];
    if (cpu === undefined) return [];
    const [running, waiting, timeslices] = numbersOf(fields.slice(6, 9)) ?? [];
    if (running === undefined || waiting === undefined || timeslices === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: `"cpu${cpu}" and nine numbers` });
    }
    return [{ cpu, running: running / NANOSECONDS_PER_SECOND, waiting: waiting / NANOSECONDS_PER_SECOND, timeslices }];
  });
}
