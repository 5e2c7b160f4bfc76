import { defineCollector, gauge } from "@exporterkit/core";
import { select } from "./_keys.ts";
import { type Command, type Commands, type Redis, toList } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Looks at one batch of keys: the next cursor, then each group with its keys and their bytes. */
const SCRIPT = `
local cursor, keys = unpack(redis.call('SCAN', ARGV[1], 'COUNT', ARGV[2]))
local counts, bytes = {}, {}
for _, key in ipairs(keys) do
  local name = 'unclassified'
  for at = 3, #ARGV do
    local found = {string.find(key, ARGV[at])}
    if found[1] then
      name = table.concat(found, '', 3)
      break
    end
  end
  counts[name] = (counts[name] or 0) + 1
  bytes[name] = (bytes[name] or 0) + (redis.call('MEMORY', 'USAGE', key) or 0)
end
local groups = {}
for name, count in pairs(counts) do
  table.insert(groups, {name, count, bytes[name]})
end
return {cursor, groups}`;

/** Collects how many keys each group has, and how much memory they use. */
export const keyGroups = defineCollector<RedisSettings, Redis>()({
  help: "Number and memory of keys by group, with --check-key-groups, from EVAL with SCAN and MEMORY USAGE.",
  metrics: {
    count: gauge("redis_key_group_count", "Keys of a group.", ["db", "key_group"]),
    bytes: gauge("redis_key_group_memory_usage_bytes", "Bytes that the keys of a group use, from MEMORY USAGE.", [
      "db",
      "key_group",
    ]),
    groups: gauge("redis_number_of_distinct_key_groups", "Groups of a database.", ["db"]),
    milliseconds: gauge(
      "redis_last_key_groups_scrape_duration_milliseconds",
      "How long it took to put all keys into groups, 0 without --check-key-groups.",
    ),
  },
  async collect(context) {
    const { settings, metrics, signal } = context;
    const patterns = parsePatterns(settings.checkKeyGroups);
    if (patterns.length === 0) {
      // As the official exporter has it: always there.
      metrics.milliseconds.set(0);
      return;
    }
    const startMs = performance.now();
    const { resource } = context;
    const databases = await resource.mode(signal) === "cluster" ? 1 : await resource.databases(signal);
    await resource.withConnection(async (redis) => {
      for (let database = 0; database < databases; database++) {
        const db = `db${database}`;
        await select(redis, { database, key: "" }, signal);
        const all = await groupsOf(redis, [String(settings.checkKeysBatchSize), ...patterns], signal);
        metrics.groups.set({ db }, all.size);
        for (const { name, count, bytes } of largest([...all.values()], settings.maxDistinctKeyGroups)) {
          metrics.count.set({ db, key_group: name }, count);
          metrics.bytes.set({ db, key_group: name }, bytes);
        }
      }
    }, signal);
    metrics.milliseconds.set(Math.floor(performance.now() - startMs));
  },
});

/** The keys of a database that have the same captures. */
export interface KeyGroup {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** Reads patterns that commas separate; one that has commas itself stands in double quotes, as in CSV. */
export function parsePatterns(text = ""): string[] {
  return [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
    .map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain.trim())
    .filter((pattern) => pattern !== "");
}

/** Those that use most memory; the others become one group, `overflow`. */
export function largest(groups: readonly KeyGroup[], most: number): KeyGroup[] {
  const sorted = groups.toSorted((a, b) => b.bytes - a.bytes || a.count - b.count || (a.name < b.name ? -1 : 1));
  const rest = sorted.slice(most);
  if (rest.length === 0) return sorted;
  const add = (sum: KeyGroup, { count, bytes }: KeyGroup) => ({
    ...sum,
    count: sum.count + count,
    bytes: sum.bytes + bytes,
  });
  return [...sorted.slice(0, most), rest.reduce(add, { name: "overflow", count: 0, bytes: 0 })];
}

async function groupsOf(redis: Commands, args: readonly string[], signal: AbortSignal): Promise<Map<string, KeyGroup>> {
  const groups = new Map<string, KeyGroup>();
  for (const node of await redis.nodes?.(signal) ?? [redis]) {
    let cursor = "0";
    do {
      const command: Command = ["EVAL", SCRIPT, "0", cursor, ...args];
      const [next, found] = toList(await node.send(command, signal));
      for (const [name, count, bytes] of toList(found).map(toList)) {
        const key = String(name);
        const known = groups.get(key);
        groups.set(key, {
          name: key,
          count: (known?.count ?? 0) + Number(count),
          bytes: (known?.bytes ?? 0) + Number(bytes),
        });
      }
      cursor = String(next ?? "0");
    } while (cursor !== "0");
  }
  return groups;
}
