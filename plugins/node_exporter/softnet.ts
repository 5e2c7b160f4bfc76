import { counter, defineCollector } from "@exporterkit/core";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { hexadecimal } from "./_number.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how the CPUs cope with incoming packets. */
export function softnet(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "How the CPUs cope with incoming packets.",
    metrics: {
      processed: counter(
        "node_softnet_processed_total",
        "Packets that the CPU processed, from /proc/net/softnet_stat.",
        ["cpu"],
      ),
      dropped: counter(
        "node_softnet_dropped_total",
        "Packets that were dropped because the CPU's backlog was full, from /proc/net/softnet_stat.",
        ["cpu"],
      ),
      timesSqueezed: counter(
        "node_softnet_times_squeezed_total",
        "Times that the CPU stopped processing packets because its share of time was used up, from /proc/net/softnet_stat.",
        ["cpu"],
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/net/softnet_stat`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      for (const { cpu, processed, dropped, timesSqueezed } of parseSoftnetStat(text, path)) {
        metrics.processed.set({ cpu }, processed);
        metrics.dropped.set({ cpu }, dropped);
        metrics.timesSqueezed.set({ cpu }, timesSqueezed);
      }
    },
  });
}

/** What one CPU did with packets. */
export interface CpuPackets {
  readonly cpu: number;
  readonly processed: number;
  readonly dropped: number;
  readonly timesSqueezed: number;
}

/**
 * Reads /proc/net/softnet_stat: a line of hexadecimal numbers per CPU.
 *
 * CPUs that are off have no line. Since Linux 5.10 the 13th number says which CPU a line is about; before, lines are
 * counted.
 *
 * @throws {SyntaxError} If a line does not begin with three such numbers.
 */
export function parseSoftnetStat(text: string, path = "/proc/net/softnet_stat"): CpuPackets[] {
  return linesOf(text).map((line, i) => {
    const numbers = fieldsOf(line).map(hexadecimal);
    const [processed, dropped, timesSqueezed, ...rest] = numbers;
    if (processed === undefined || dropped === undefined || timesSqueezed === undefined || numbers.some(Number.isNaN)) {
      throw malformed(path, { line: i + 1, text: line, expected: "at least three hexadecimal numbers" });
    }
    return { cpu: rest[9] ?? i, processed, dropped, timesSqueezed };
  });
}
