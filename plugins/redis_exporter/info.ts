import { counter, defineCollector, gauge } from "@exporterkit/core";
import { parseInfo, parseParts, type Section, toNumber } from "./_info_text.ts";
import { INFO_FAMILIES } from "./info_families.ts";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const MASTER = ["master_host", "master_port"] as const;
const SLAVE = ["slave_ip", "slave_port", "slave_state"] as const;

/** What is more than one number. */
const OWN = {
  totalSystemMemory: gauge(
    "redis_total_system_memory_bytes",
    "Memory of the machine, from total_system_memory of INFO; with --include-system-metrics.",
  ),
  latestFork: gauge("redis_latest_fork_seconds", "How long the last fork took, from latest_fork_usec of INFO."),
  startTime: gauge(
    "redis_start_time_seconds",
    "When Redis started: the exporter's clock less uptime_in_seconds of INFO.",
  ),
  instance: gauge("redis_instance_info", "What the server is, from its fields in INFO.", [
    "role",
    "redis_version",
    "redis_build_id",
    "redis_mode",
    "os",
    "maxmemory_policy",
    "tcp_port",
    "run_id",
    "process_id",
  ]),
  keys: gauge("redis_db_keys", "Keys of a database, from keys of INFO keyspace.", ["db"]),
  expiring: gauge("redis_db_keys_expiring", "Keys that expire, from expires of INFO keyspace.", ["db"]),
  averageTtl: gauge("redis_db_avg_ttl_seconds", "Time to live on average, from avg_ttl of INFO keyspace.", ["db"]),
  errors: counter("redis_errors_total", "Errors that were answered, from INFO errorstats.", ["err"]),
  slaveOffset: gauge("redis_connected_slave_offset_bytes", "Offset of a replica, from slaveN of INFO.", SLAVE),
  slaveLag: gauge("redis_connected_slave_lag_seconds", "Lag of a replica, from slaveN of INFO.", SLAVE),
  slave: gauge("redis_slave_info", "Of whom this is a replica, from INFO replication.", [...MASTER, "read_only"]),
  masterLink: gauge("redis_master_link_up", "Whether the primary is reached, from master_link_status of INFO.", MASTER),
  masterIo: gauge(
    "redis_master_last_io_seconds_ago",
    "Seconds since the primary was heard of, from master_last_io_seconds_ago of INFO.",
    MASTER,
  ),
  masterSync: gauge(
    "redis_master_sync_in_progress",
    "Whether it synchronizes with the primary, from master_sync_in_progress of INFO.",
    MASTER,
  ),
  slaveReplOffset: gauge("redis_slave_repl_offset", "Offset of this replica, from slave_repl_offset of INFO.", MASTER),
};

/** What can be set to one number. */
type Numbers = Readonly<Record<string, { set(value: number): void } | undefined>>;

/** Collects what INFO says of server, clients, memory, persistence, statistics, replication and databases. */
export const info = defineCollector<RedisSettings, Redis>()({
  help: "Server, clients, memory, persistence, statistics, replication and databases, from INFO.",
  metrics: { ...INFO_FAMILIES, ...OWN },
  async collect({ settings, resource: redis, metrics, signal, now }) {
    const [text, mode, databases] = await Promise.all([
      redis.send(["INFO"], signal),
      redis.mode(signal),
      redis.databases(signal),
    ]);
    const sections = parseInfo(String(text));
    const fields: Section = new Map([...sections.values()].flatMap((section) => [...section]));

    for (
      const [field, family] of Object.entries(metrics as unknown as Numbers).filter(([name]) => name in INFO_FAMILIES)
    ) {
      const value = toNumber(fields.get(field));
      if (value !== undefined) family?.set(value);
    }
    const number = (field: string) => toNumber(fields.get(field));
    const uptime = number("uptime_in_seconds");
    if (uptime !== undefined) metrics.startTime.set(Math.floor(now() / 1000) - uptime);
    const forkMicroseconds = number("latest_fork_usec");
    if (forkMicroseconds !== undefined) metrics.latestFork.set(forkMicroseconds / 1e6);
    const memory = number("total_system_memory");
    if (settings.includeSystemMetrics && memory !== undefined) metrics.totalSystemMemory.set(memory);

    metrics.instance.set({
      role: fields.get("role") ?? "",
      redis_version: fields.get("redis_version") ?? "",
      redis_build_id: fields.get("redis_build_id") ?? "",
      redis_mode: fields.get("redis_mode") ?? fields.get("server_mode") ?? "",
      os: fields.get("os") ?? "",
      maxmemory_policy: fields.get("maxmemory_policy") ?? "",
      tcp_port: fields.get("tcp_port") ?? "",
      run_id: fields.get("run_id") ?? "",
      process_id: fields.get("process_id") ?? "",
    }, 1);
    for (const [error, count] of parseErrors(sections.get("Errorstats"))) metrics.errors.set({ err: error }, count);
    // A cluster has one database; a Sentinel has none, and is said to have all of them.
    for (const { db, keys, expiring, averageTtl } of parseKeyspace(sections.get("Keyspace"), { mode, databases })) {
      metrics.keys.set({ db }, keys);
      metrics.expiring.set({ db }, expiring);
      if (averageTtl !== undefined) metrics.averageTtl.set({ db }, averageTtl);
    }
    const { replicas, masters } = parseReplication(sections.get("Replication"));
    for (const { labels, offset, lag } of replicas) {
      metrics.slaveOffset.set(labels, offset);
      if (lag !== undefined) metrics.slaveLag.set(labels, lag);
    }
    for (const { labels, linkUp, lastIo, syncing, offset } of masters) {
      if (linkUp !== undefined) metrics.masterLink.set(labels, linkUp ? 1 : 0);
      if (lastIo !== undefined) metrics.masterIo.set(labels, lastIo);
      if (syncing !== undefined) metrics.masterSync.set(labels, syncing);
      if (offset !== undefined) metrics.slaveReplOffset.set(labels, offset);
    }
    if (fields.get("role") === "slave") {
      const read_only = fields.get("slave_read_only") ?? "";
      metrics.slave.set({ ...masterLabels(fields, "master"), read_only }, 1);
    }
  },
});

/** Reads `errorstat_ERR:count=4`: how often each error was answered. */
export function parseErrors(section: Section = new Map()): Map<string, number> {
  return new Map([...section].flatMap(([field, value]): [string, number][] => {
    const count = toNumber(parseParts(value).get("count"));
    return field.startsWith("errorstat_") && count !== undefined ? [[field.slice("errorstat_".length), count]] : [];
  }));
}

/** What INFO says of one database. */
export interface Database {
  readonly db: string;
  readonly keys: number;
  readonly expiring: number;
  /** In seconds. */
  readonly averageTtl?: number;
}

/**
 * Reads `db0:keys=1,expires=0,avg_ttl=0`. Databases that INFO leaves out are empty.
 *
 * @param options.mode A `cluster` has one database.
 * @param options.databases How many there are otherwise.
 */
export function parseKeyspace(
  section: Section | undefined,
  { mode, databases }: { readonly mode: string; readonly databases: number },
): Database[] {
  const known = [...section ?? []].flatMap(([db, value]): Database[] => {
    const parts = parseParts(value);
    const [keys, expiring, averageMs] = ["keys", "expires", "avg_ttl"].map((part) => toNumber(parts.get(part)));
    if (!db.startsWith("db") || keys === undefined || expiring === undefined) return [];
    return [{ db, keys, expiring, ...(averageMs === undefined ? {} : { averageTtl: averageMs / 1000 }) }];
  });
  const names = new Set(known.map(({ db }) => db));
  const empty = Array.from({ length: mode === "cluster" ? 1 : databases }, (_, i) => `db${i}`)
    .filter((db) => !names.has(db)).map((db) => ({ db, keys: 0, expiring: 0 }));
  return [...known, ...empty];
}

interface Replica {
  readonly labels: Readonly<Record<typeof SLAVE[number], string>>;
  readonly offset: number;
  readonly lag?: number;
}

interface Master {
  readonly labels: Readonly<Record<typeof MASTER[number], string>>;
  readonly linkUp?: boolean;
  readonly lastIo?: number;
  readonly syncing?: number;
  readonly offset?: number;
}

/** Reads who replicates from this server, and from whom it replicates: KeyDB has several, numbered, primaries. */
export function parseReplication(section: Section = new Map()): { replicas: Replica[]; masters: Master[] } {
  const replicas = [...section].filter(([field]) => /^slave\d+$/.test(field)).flatMap(([, value]): Replica[] => {
    const parts = parseParts(value);
    const [offset, lag] = [toNumber(parts.get("offset")), toNumber(parts.get("lag"))];
    if (offset === undefined) return [];
    const [slave_ip = "", slave_port = "", slave_state = ""] = ["ip", "port", "state"].map((part) => parts.get(part));
    return [{ labels: { slave_ip, slave_port, slave_state }, offset, ...(lag === undefined ? {} : { lag }) }];
  });
  const names = [...section.keys()].flatMap((field) => /^(master(?:_\d+)?)_host$/.exec(field)?.[1] ?? []);
  const masters = names.map((name) => ({
    labels: masterLabels(section, name),
    linkUp: section.has(`${name}_link_status`) ? section.get(`${name}_link_status`) === "up" : undefined,
    lastIo: toNumber(section.get(`${name}_last_io_seconds_ago`)),
    syncing: toNumber(section.get(`${name}_sync_in_progress`)),
    offset: name === "master" ? toNumber(section.get("slave_repl_offset")) : undefined,
  }));
  return { replicas, masters };
}

function masterLabels(section: Section, name: string): Master["labels"] {
  return { master_host: section.get(`${name}_host`) ?? "", master_port: section.get(`${name}_port`) ?? "" };
}
