/**
 * Writes the tables of README.md from the collectors: `deno run -A plugins/node_exporter/_readme.ts`.
 *
 * A test runs `withTables` too, so that a table that is out of date does not go unseen.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Collector } from "@exporterkit/core";
import { collectors } from "./collectors.ts";
import type { Host } from "./host.ts";

/** A row of the metrics table: name, type, labels, meaning and source. */
type Row = readonly [name: string, type: string, labels: string, meaning: string];

/** Families that collectors declare only while they run, since their names or labels come from the kernel. */
const DYNAMIC: Readonly<Record<string, readonly Row[]>> = {
  dmi: [["node_dmi_info", "gauge", "one per file", "Files of /sys/class/dmi/id as text, of value 1."]],
  hwmon: [[
    "node_hwmon_<sensor>_<element>",
    "gauge, counter",
    "chip, sensor",
    "Files of /sys/class/hwmon/<chip>, in base units.",
  ]],
  ipvs: [
    ["node_ipvs_backend_connections_active", "gauge", "those of the flag", "ActiveConn of /proc/net/ip_vs."],
    ["node_ipvs_backend_connections_inactive", "gauge", "those of the flag", "InActConn of /proc/net/ip_vs."],
    ["node_ipvs_backend_weight", "gauge", "those of the flag", "Weight of /proc/net/ip_vs."],
  ],
  meminfo: [["node_memory_<field>_bytes", "gauge", "", "Fields of /proc/meminfo."]],
  netdev: [[
    "node_network_<statistic>_total",
    "counter",
    "device",
    "Files of /sys/class/net/<device>/statistics, with --collector.netdev.enable-detailed-metrics.",
  ]],
  netstat: [[
    "node_netstat_<protocol>_<field>",
    "untyped",
    "",
    "Fields of /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6.",
  ]],
  powersupplyclass: [
    ["node_power_supply_<file>", "gauge", "power_supply", "Numbers in /sys/class/power_supply/<power_supply>."],
    ["node_power_supply_info", "gauge", "power_supply, one per file", "Texts in the same folder, of value 1."],
  ],
  rapl: [["node_rapl_<zone>_joules_total", "counter", "index, path", "Energy in /sys/class/powercap/<zone>."]],
  sockstat: [[
    "node_sockstat_<protocol>_<field>",
    "gauge",
    "",
    "Fields of /proc/net/sockstat and /proc/net/sockstat6.",
  ]],
  textfile: [["<any>", "as in the file", "as in the file", "The *.prom files of the folders."]],
  vmstat: [["node_vmstat_<field>", "untyped", "", "Fields of /proc/vmstat."]],
  zfs: [
    ["node_zfs_<file>_<field>", "untyped", "", "Files of /proc/spl/kstat/zfs."],
    ["node_zfs_zpool_<field>", "untyped", "zpool", "Fields of /proc/spl/kstat/zfs/<zpool>/io."],
    ["node_zfs_zpool_dataset_<field>", "untyped", "zpool, dataset", "Fields of /proc/spl/kstat/zfs/<zpool>/objset-*."],
  ],
};

/** A README with its tables as the collectors are now. */
export function withTables(readme: string): string {
  return [["collectors", collectorsTable()], ["metrics", metricsTable()]].reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin!), text.indexOf(end!)];
    if (from === -1 || to < from) {
      throw new Error(`Cannot write the table of ${name}: README.md has no ${begin} ${end}`);
    }
    return `${text.slice(0, from)}${begin}\n\n${table}\n${text.slice(to)}`;
  }, readme);
}

function collectorsTable(): string {
  const rows = all().map(([name, { help, enabled = true }]) => [`\`${name}\``, enabled ? "on" : "off", inline(help)]);
  return table([["collector", "default", "what it reports"], ...rows]);
}

function metricsTable(): string {
  const rows = all().flatMap(([collector, { metrics = {} }]) => {
    const declared = Object.values(metrics).map(({ name, type, labelNames, help }): Row => [
      name,
      type === "unknown" ? "untyped" : type,
      labelNames.join(", "),
      help,
    ]);
    const both = [...declared, ...DYNAMIC[collector] ?? []];
    if (both.length === 0) {
      throw new Error(`Cannot write the table of metrics: nothing is known of those of collector "${collector}"`);
    }
    return both.map(([name, type, labels, meaning]) => [`\`${name}\``, type, inline(labels), inline(meaning)]);
  });
  return table([["metric", "type", "labels", "meaning and source"], ...rows]);
}

/** On a machine with everything; no collector reads anything before it is asked to. */
function all(): [string, Collector][] {
  const host = { adjtimex: () => undefined } as unknown as Host;
  return Object.entries<unknown>(collectors(host)) as [string, Collector][];
}

/** Plain text that Markdown shows as it is. */
function inline(text: string): string {
  return text.replace(/[|<>*\\]/g, "\\$&");
}

/** Padded as `deno fmt` does. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) {
  const path = new URL("README.md", import.meta.url);
  writeFileSync(path, withTables(readFileSync(path, "utf8")));
}
