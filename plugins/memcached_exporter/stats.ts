import { counter, defineCollector, gauge } from "@exporterkit/core";
import { HITS, labelsOf, MISSES, plainSets } from "./_commands.ts";
import { eachNumber, numberOf } from "./_stats_text.ts";
import type { MemcachedClient } from "./client.ts";
import type { Settings } from "./settings.ts";

/** What the command `stats` says; the keys of `metrics` are memcached's names, but for the first two. */
export const stats = defineCollector<Settings, MemcachedClient>()({
  help: "Connections, commands, items and memory, from the command stats.",
  metrics: {
    commands: counter(
      "memcached_commands_total",
      "Commands, by how they ended (<command>_hits, <command>_misses, cas_badval, cmd_flush, and cmd_set without cas).",
      ["command", "status"],
    ),
    server: gauge("memcached_version", "Version of memcached, with a constant value of 1 (version).", ["version"]),
    accepting_conns: gauge("memcached_accepting_connections", "Whether it takes new connections (accepting_conns)."),
    bytes: gauge("memcached_current_bytes", "Bytes that the items take (bytes)."),
    bytes_read: counter("memcached_read_bytes_total", "Bytes read from clients (bytes_read)."),
    bytes_written: counter("memcached_written_bytes_total", "Bytes sent to clients (bytes_written)."),
    conn_yields: counter(
      "memcached_connections_yielded_total",
      "How often a connection had to wait since it had made its requests of one event (conn_yields).",
    ),
    crawler_items_checked: counter(
      "memcached_lru_crawler_items_checked_total",
      "Items that the LRU crawler looked at (crawler_items_checked).",
    ),
    crawler_reclaimed: counter(
      "memcached_lru_crawler_reclaimed_total",
      "Items that the LRU crawler freed (crawler_reclaimed).",
    ),
    curr_connections: gauge("memcached_current_connections", "Connections that are open (curr_connections)."),
    curr_items: gauge("memcached_current_items", "Items that are stored (curr_items)."),
    evictions: counter(
      "memcached_items_evicted_total",
      "Items that had not expired and were removed to free memory (evictions).",
    ),
    limit_maxbytes: gauge("memcached_limit_bytes", "Bytes that items may take (limit_maxbytes)."),
    listen_disabled_num: counter(
      "memcached_connections_listener_disabled_total",
      "How often it stopped taking connections at their limit (listen_disabled_num).",
    ),
    lru_crawler_starts: counter(
      "memcached_lru_crawler_starts_total",
      "Runs of the LRU crawler (lru_crawler_starts).",
    ),
    moves_to_cold: counter(
      "memcached_lru_crawler_moves_to_cold_total",
      "Items moved from the HOT or WARM to the COLD LRU (moves_to_cold).",
    ),
    moves_to_warm: counter(
      "memcached_lru_crawler_moves_to_warm_total",
      "Items moved from the COLD to the WARM LRU (moves_to_warm).",
    ),
    moves_within_lru: counter(
      "memcached_lru_crawler_moves_within_lru_total",
      "Items moved within the HOT or WARM LRU (moves_within_lru).",
    ),
    reclaimed: counter(
      "memcached_items_reclaimed_total",
      "Items that were stored in memory of expired ones (reclaimed).",
    ),
    rejected_connections: counter(
      "memcached_connections_rejected_total",
      "Connections that were refused at their limit (rejected_connections).",
    ),
    rusage_system: counter(
      "memcached_process_system_cpu_seconds_total",
      "CPU time of memcached in the kernel (rusage_system).",
    ),
    rusage_user: counter("memcached_process_user_cpu_seconds_total", "CPU time of memcached itself (rusage_user)."),
    store_no_memory: counter(
      "memcached_item_no_memory_total",
      "Stores that failed for lack of memory (store_no_memory).",
    ),
    store_too_large: counter(
      "memcached_item_too_large_total",
      "Stores that failed since the item was too large (store_too_large).",
    ),
    time: gauge("memcached_time_seconds", "The server's clock, in seconds since the epoch (time)."),
    total_connections: counter(
      "memcached_connections_total",
      "Connections that were opened since the start (total_connections).",
    ),
    total_items: counter("memcached_items_total", "Items that were stored since the start (total_items)."),
    uptime: counter("memcached_uptime_seconds", "Seconds since the start (uptime)."),
    extstore_bytes_evicted: counter(
      "memcached_extstore_bytes_evicted_total",
      "Bytes evicted from extstore (extstore_bytes_evicted).",
    ),
    extstore_bytes_fragmented: gauge(
      "memcached_extstore_bytes_fragmented",
      "Bytes of extstore that are fragmented (extstore_bytes_fragmented).",
    ),
    extstore_bytes_read: counter(
      "memcached_extstore_bytes_read_total",
      "Bytes read from extstore (extstore_bytes_read).",
    ),
    extstore_bytes_used: counter(
      "memcached_extstore_bytes_used",
      "Bytes of extstore that are in use (extstore_bytes_used).",
    ),
    extstore_bytes_written: counter(
      "memcached_extstore_bytes_written_total",
      "Bytes written to extstore (extstore_bytes_written).",
    ),
    extstore_compact_lost: counter(
      "memcached_extstore_compact_lost_total",
      "Items lost while pages were compacted (extstore_compact_lost).",
    ),
    extstore_compact_rescues: counter(
      "memcached_extstore_compact_rescued_total",
      "Items moved on while pages were compacted (extstore_compact_rescues).",
    ),
    extstore_compact_skipped: counter(
      "memcached_extstore_compact_skipped_total",
      "Items left out while pages were compacted (extstore_compact_skipped).",
    ),
    extstore_io_queue: gauge(
      "memcached_extstore_io_queue_depth",
      "Requests that wait for extstore (extstore_io_queue).",
    ),
    extstore_limit_maxbytes: gauge("memcached_extstore_bytes_limit", "Size of extstore (extstore_limit_maxbytes)."),
    extstore_objects_evicted: counter(
      "memcached_extstore_objects_evicted_total",
      "Items evicted from extstore (extstore_objects_evicted).",
    ),
    extstore_objects_read: counter(
      "memcached_extstore_objects_read_total",
      "Items read from extstore (extstore_objects_read).",
    ),
    extstore_objects_used: gauge("memcached_extstore_objects_used", "Items in extstore (extstore_objects_used)."),
    extstore_objects_written: counter(
      "memcached_extstore_objects_written_total",
      "Items written to extstore (extstore_objects_written).",
    ),
    extstore_page_allocs: counter(
      "memcached_extstore_pages_allocated_total",
      "Pages of extstore that were allocated (extstore_page_allocs).",
    ),
    extstore_page_evictions: counter(
      "memcached_extstore_pages_evicted_total",
      "Pages of extstore that were evicted (extstore_page_evictions).",
    ),
    extstore_page_reclaims: counter(
      "memcached_extstore_pages_reclaimed_total",
      "Empty pages of extstore that were reclaimed (extstore_page_reclaims).",
    ),
    extstore_pages_free: gauge(
      "memcached_extstore_pages_free",
      "Pages of extstore that are free (extstore_pages_free).",
    ),
    extstore_pages_used: gauge(
      "memcached_extstore_pages_used",
      "Pages of extstore that are in use (extstore_pages_used).",
    ),
  },
  async collect({ resource, metrics: { commands, server, ...numbers }, signal }) {
    const stats = await resource.stats("stats", signal);
    server.set({ version: stats.get("version") ?? "" }, 1);
    const names = Object.keys(numbers) as (keyof typeof numbers)[];
    eachNumber(stats, names, (name, number) => numbers[name].set(number));
    eachNumber(stats, [...HITS, ...MISSES], (name, number) => commands.set(labelsOf(name), number));
    const sets = plainSets(stats, ["cas_misses", "cas_hits", "cas_badval"]);
    if (sets !== undefined) commands.set({ command: "set", status: "hit" }, sets);
    const flushes = numberOf(stats, "cmd_flush");
    if (flushes !== undefined) commands.set({ command: "flush", status: "hit" }, flushes);
  },
});
