import { counter, defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The kernel's soft interrupts, in the order in which /proc/stat counts them. */
const VECTORS = ["hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu"];

/** Collects what the kernel counts for the machine as a whole. */
export function stat(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Interrupts, context switches, forks, processes and the time of boot.",
    metrics: {
      intr: counter("node_intr_total", "Interrupts that were served, from intr of /proc/stat."),
      ctxt: counter("node_context_switches_total", "Context switches, from ctxt of /proc/stat."),
      processes: counter("node_forks_total", "Processes and threads that were started, from processes of /proc/stat."),
      btime: gauge("node_boot_time_seconds", "When the machine was booted, in Unix time, from btime of /proc/stat."),
      procs_running: gauge("node_procs_running", "Processes ready to run, from procs_running of /proc/stat."),
      procs_blocked: gauge("node_procs_blocked", "Processes waiting for I/O, from procs_blocked of /proc/stat."),
      softirq: counter(
        "node_softirqs_total",
        "Soft interrupts that were served, from softirq of /proc/stat.",
        ["vector"],
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/stat`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const stat = parseStat(text, path);
      for (const field of FIELDS) {
        const value = stat.get(field)?.[0];
        if (value !== undefined) metrics[field].set(value);
      }
      if (!settings.collector.stat.softirq) return;
      const [, ...softirqs] = stat.get("softirq") ?? [];
      VECTORS.forEach((vector, i) => {
        if (softirqs[i] !== undefined) metrics.softirq.set({ vector }, softirqs[i]);
      });
    },
  });
}

const FIELDS = ["intr", "ctxt", "processes", "btime", "procs_running", "procs_blocked"] as const;
const READ: ReadonlySet<string> = new Set([...FIELDS, "softirq"]);

/**
 * Reads the lines of /proc/stat that are not about a CPU: a total, which breakdowns may follow.
 *
 * @throws {SyntaxError} If such a line has no number.
 */
export function parseStat(text: string, path = "/proc/stat"): Map<string, number[]> {
  const fields = new Map<string, number[]>();
  linesOf(text).forEach((line, i) => {
    const [field, ...parts] = fieldsOf(line);
    if (!READ.has(field!)) return;
    const values = numbersOf(parts.slice(0, VECTORS.length + 1));
    if (values === undefined || values.length === 0) {
      throw malformed(path, { line: i + 1, text: line, expected: `"${field}" and a number` });
    }
    fields.set(field!, values);
  });
  return fields;
}
