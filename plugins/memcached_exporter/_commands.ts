import { numberOf, type Stats } from "./_stats_text.ts";

/** Commands of which memcached counts hits and misses. */
const COMMANDS = ["get", "delete", "incr", "decr", "cas", "touch"];

/** The statistics of commands that found an item, and of swaps that came too late. */
export const HITS: readonly string[] = [...COMMANDS.map((command) => `${command}_hits`), "cas_badval"];

/** The statistics of commands that found none. */
export const MISSES: readonly string[] = COMMANDS.map((command) => `${command}_misses`);

const STATUSES: Readonly<Record<string, string>> = { hits: "hit", misses: "miss", badval: "badval" };

/** The labels of a statistic that {@link HITS} or {@link MISSES} names. */
export function labelsOf(name: string): { readonly command: string; readonly status: string } {
  const [command = "", end = ""] = name.split("_");
  return { command, status: STATUSES[end]! };
}

/**
 * How many stores were no compare-and-swap: memcached counts those under `cmd_set` as well.
 *
 * @param swaps The statistics of compare-and-swaps that `cmd_set` includes.
 * @returns `undefined` if this memcached does not say it.
 */
export function plainSets(stats: Stats, swaps: readonly string[]): number | undefined {
  const stores = numberOf(stats, "cmd_set");
  const counts = swaps.map((name) => numberOf(stats, name));
  if (stores === undefined || counts.includes(undefined)) return undefined;
  // A swap may be counted in the class of the item that it replaces, and its store in that of the new one.
  return Math.max(0, counts.reduce<number>((rest, count) => rest - count!, stores));
}
