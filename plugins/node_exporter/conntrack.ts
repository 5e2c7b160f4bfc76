import { defineCollector, gauge } from "@exporterkit/core";
import { readNumber } from "./_attribute.ts";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { hexadecimal } from "./_number.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how full the table of tracked connections is, and what became of packets that went through it. */
export function conntrack(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Tracked connections.",
    metrics: {
      entries: gauge(
        "node_nf_conntrack_entries",
        "Connections being tracked, from /proc/sys/net/netfilter/nf_conntrack_count.",
      ),
      limit: gauge(
        "node_nf_conntrack_entries_limit",
        "How many connections can be tracked, from /proc/sys/net/netfilter/nf_conntrack_max.",
      ),
      found: gauge("node_nf_conntrack_stat_found", "Lookups that succeeded, from /proc/net/stat/nf_conntrack."),
      invalid: gauge(
        "node_nf_conntrack_stat_invalid",
        "Packets that could not be tracked, from /proc/net/stat/nf_conntrack.",
      ),
      ignore: gauge(
        "node_nf_conntrack_stat_ignore",
        "Packets that already belonged to a connection, from /proc/net/stat/nf_conntrack.",
      ),
      insert: gauge("node_nf_conntrack_stat_insert", "Entries that were inserted, from /proc/net/stat/nf_conntrack."),
      insert_failed: gauge(
        "node_nf_conntrack_stat_insert_failed",
        "Entries that could not be inserted, from /proc/net/stat/nf_conntrack.",
      ),
      drop: gauge(
        "node_nf_conntrack_stat_drop",
        "Packets that were dropped because tracking failed, from /proc/net/stat/nf_conntrack.",
      ),
      early_drop: gauge(
        "node_nf_conntrack_stat_early_drop",
        "Entries that made room for others in a full table, from /proc/net/stat/nf_conntrack.",
      ),
      search_restart: gauge(
        "node_nf_conntrack_stat_search_restart",
        "Lookups that began again because the table was resized, from /proc/net/stat/nf_conntrack.",
      ),
    },
    async collect({ settings, metrics }) {
      const { procfs } = settings.path;
      const path = `${procfs}/net/stat/nf_conntrack`;
      const [entries, limit, stat] = await Promise.all([
        readNumber(host, `${procfs}/sys/net/netfilter/nf_conntrack_count`),
        readNumber(host, `${procfs}/sys/net/netfilter/nf_conntrack_max`),
        ifPresent(host.readText(path)),
      ]);
      if (entries === undefined || limit === undefined) return;
      metrics.entries.set(entries);
      metrics.limit.set(limit);
      const totals = parseConntrackStat(stat ?? "", path);
      for (const column of COLUMNS) {
        const total = totals.get(column);
        if (total !== undefined) metrics[column].set(total);
      }
    },
  });
}

const COLUMNS = [
  "found",
  "invalid",
  "ignore",
  "insert",
  "insert_failed",
  "drop",
  "early_drop",
  "search_restart",
] as const;

/**
 * Reads /proc/net/stat/nf_conntrack: column names, then a line of hexadecimal numbers per CPU.
 *
 * @returns The sums over all CPUs, by column.
 * @throws {SyntaxError} If a line has another number of columns than the first.
 */
export function parseConntrackStat(text: string, path = "/proc/net/stat/nf_conntrack"): Map<string, number> {
  const [header = "", ...lines] = linesOf(text);
  const columns = fieldsOf(header);
  const sums = new Map<string, number>();
  lines.forEach((line, i) => {
    const values = fieldsOf(line).map(hexadecimal);
    if (values.length !== columns.length || values.some(Number.isNaN)) {
      throw malformed(path, { line: i + 2, text: line, expected: `${columns.length} hexadecimal numbers` });
    }
    columns.forEach((column, at) => sums.set(column, (sums.get(column) ?? 0) + values[at]!));
  });
  return sums;
}
