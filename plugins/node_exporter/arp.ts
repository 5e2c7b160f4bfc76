import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { deviceFilter } from "./_device_filter.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Counts the entries of the ARP table. */
export function arp(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Entries of the ARP table per device, from /proc/net/arp.",
    metrics: {
      entries: gauge("node_arp_entries", "Entries of the ARP table, counted in /proc/net/arp.", ["device"]),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/net/arp`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const wanted = deviceFilter(settings.collector.arp);
      for (const [device, count] of parseArp(text, path)) {
        if (wanted(device)) metrics.entries.set({ device }, count);
      }
    },
  });
}

/** Counts the lines of `/proc/net/arp` per device. */
export function parseArp(text: string, path = "/proc/net/arp"): Map<string, number> {
  const counts = new Map<string, number>();
  linesOf(text).forEach((line, i) => {
    if (i === 0 || line === "") return;
    const fields = fieldsOf(line);
    if (fields.length !== 6) throw malformed(path, { line: i + 1, text: line, expected: "6 fields" });
    const device = fields[5]!;
    counts.set(device, (counts.get(device) ?? 0) + 1);
  });
  return counts;
}
