import { defineCollector, gauge } from "@exporterkit/core";
import { eachNumber } from "./_stats_text.ts";
import type { MemcachedClient } from "./client.ts";
import type { Settings } from "./settings.ts";

/** What the command `stats settings` says; the keys of `metrics` are memcached's names. */
export const serverSettings = defineCollector<Settings, MemcachedClient>()({
  help: "Limits and the LRU crawler's settings, from the command stats settings.",
  metrics: {
    maxconns: gauge("memcached_max_connections", "Most connections that may be open (maxconns)."),
    lru_crawler: gauge("memcached_lru_crawler_enabled", "Whether the LRU crawler runs (lru_crawler)."),
    lru_crawler_sleep: gauge(
      "memcached_lru_crawler_sleep",
      "Microseconds that the LRU crawler sleeps between items (lru_crawler_sleep).",
    ),
    lru_crawler_tocrawl: gauge(
      "memcached_lru_crawler_to_crawl",
      "Most items per slab class that a run of the LRU crawler looks at, 0 for all (lru_crawler_tocrawl).",
    ),
    lru_maintainer_thread: gauge(
      "memcached_lru_crawler_maintainer_thread",
      "Whether a thread moves items between the LRUs (lru_maintainer_thread).",
    ),
    hot_lru_pct: gauge(
      "memcached_lru_crawler_hot_percent",
      "Percentage of a slab class for the HOT LRU (hot_lru_pct).",
    ),
    warm_lru_pct: gauge(
      "memcached_lru_crawler_warm_percent",
      "Percentage of a slab class for the WARM LRU (warm_lru_pct).",
    ),
    hot_max_factor: gauge(
      "memcached_lru_crawler_hot_max_factor",
      "How old items of the HOT LRU get, as a factor of the COLD LRU's age (hot_max_factor).",
    ),
    warm_max_factor: gauge(
      "memcached_lru_crawler_warm_max_factor",
      "How old items of the WARM LRU get, as a factor of the COLD LRU's age (warm_max_factor).",
    ),
  },
  async collect({ resource, metrics, signal }) {
    const stats = await resource.stats("stats settings", signal);
    const names = Object.keys(metrics) as (keyof typeof metrics)[];
    eachNumber(stats, names, (name, number) => metrics[name].set(number));
  },
});
