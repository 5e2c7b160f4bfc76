import { counter, defineCollector, gauge } from "@exporterkit/core";
import { bySlab, eachNumber } from "./_stats_text.ts";
import type { MemcachedClient } from "./client.ts";
import type { Settings } from "./settings.ts";

/** The LRUs that an item can be hit in, by the statistic. */
const HITS = { hits_to_hot: "hot", hits_to_warm: "warm", hits_to_cold: "cold", hits_to_temp: "temporary" } as const;

const SLAB = ["slab"] as const;

/** What the command `stats items` says; the keys of `metrics` are memcached's names, but for the first. */
export const items = defineCollector<Settings, MemcachedClient>()({
  help: "Items of each slab class, from the command stats items.",
  metrics: {
    hits: counter("memcached_slab_lru_hits_total", "Hits in each LRU (hits_to_<lru>).", ["lru", "slab"]),
    number: gauge("memcached_slab_current_items", "Items that are stored (number).", SLAB),
    number_hot: gauge("memcached_slab_hot_items", "Items in the HOT LRU (number_hot).", SLAB),
    number_warm: gauge("memcached_slab_warm_items", "Items in the WARM LRU (number_warm).", SLAB),
    number_cold: gauge("memcached_slab_cold_items", "Items in the COLD LRU (number_cold).", SLAB),
    number_temp: gauge("memcached_slab_temporary_items", "Items in the TEMPORARY LRU (number_temp).", SLAB),
    age: gauge("memcached_slab_items_age_seconds", "Age of the oldest item (age).", SLAB),
    age_hot: gauge("memcached_slab_hot_age_seconds", "Age of the oldest item in the HOT LRU (age_hot).", SLAB),
    age_warm: gauge("memcached_slab_warm_age_seconds", "Age of the oldest item in the WARM LRU (age_warm).", SLAB),
    mem_requested: counter(
      "memcached_slab_mem_requested_bytes",
      "Bytes that the items asked for (mem_requested).",
      SLAB,
    ),
    crawler_reclaimed: counter(
      "memcached_slab_items_crawler_reclaimed_total",
      "Items that the LRU crawler freed (crawler_reclaimed).",
      SLAB,
    ),
    evicted: counter("memcached_slab_items_evicted_total", "Items that were removed to free memory (evicted).", SLAB),
    evicted_nonzero: counter(
      "memcached_slab_items_evicted_nonzero_total",
      "Items with a time to expire that were removed before it to free memory (evicted_nonzero).",
      SLAB,
    ),
    evicted_time: counter(
      "memcached_slab_items_evicted_time_seconds",
      "How long the item that was last removed to free memory had not been asked for (evicted_time).",
      SLAB,
    ),
    evicted_unfetched: counter(
      "memcached_slab_items_evicted_unfetched_total",
      "Items that were removed to free memory and had never been asked for (evicted_unfetched).",
      SLAB,
    ),
    expired_unfetched: counter(
      "memcached_slab_items_expired_unfetched_total",
      "Items that expired and had never been asked for (expired_unfetched).",
      SLAB,
    ),
    moves_to_cold: counter(
      "memcached_slab_items_moves_to_cold",
      "Items moved from the HOT or WARM to the COLD LRU (moves_to_cold).",
      SLAB,
    ),
    moves_to_warm: counter(
      "memcached_slab_items_moves_to_warm",
      "Items moved from the COLD to the WARM LRU (moves_to_warm).",
      SLAB,
    ),
    moves_within_lru: counter(
      "memcached_slab_items_moves_within_lru",
      "Items moved within the HOT or WARM LRU (moves_within_lru).",
      SLAB,
    ),
    outofmemory: counter(
      "memcached_slab_items_outofmemory_total",
      "Stores that failed for lack of memory (outofmemory).",
      SLAB,
    ),
    reclaimed: counter(
      "memcached_slab_items_reclaimed_total",
      "Items that were stored in memory of expired ones (reclaimed).",
      SLAB,
    ),
    tailrepairs: counter(
      "memcached_slab_items_tailrepairs_total",
      "Items that were freed although somebody still referred to them (tailrepairs).",
      SLAB,
    ),
  },
  async collect({ resource, metrics: { hits, ...numbers }, signal }) {
    const names = Object.keys(numbers) as (keyof typeof numbers)[];
    for (const [slab, stats] of bySlab(await resource.stats("stats items", signal), "items:")) {
      eachNumber(stats, names, (name, number) => numbers[name].set({ slab }, number));
      eachNumber(stats, Object.keys(HITS) as (keyof typeof HITS)[], (name, number) => {
        hits.set({ slab, lru: HITS[name] }, number);
      });
    }
  },
});
