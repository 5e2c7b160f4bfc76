import { defineCollector, gauge } from "@exporterkit/core";
import { parseKeys, scan, select } from "./_keys.ts";
import { wantedKeys } from "./_wanted_keys.ts";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Counts the keys that match patterns. */
export const countKeys = defineCollector<RedisSettings, Redis>()({
  help: "How many keys match the patterns of --count-keys, from SCAN.",
  metrics: {
    count: gauge("redis_keys_count", "Keys that match the pattern in the label key, from SCAN.", ["db", "key"]),
  },
  async collect(context) {
    const { settings, metrics, signal } = context;
    const patterns = parseKeys(wantedKeys(context).countKeys);
    if (patterns.length === 0) return;
    await context.resource.withConnection(async (redis) => {
      for (const one of patterns) {
        await select(redis, one, signal);
        const found = await scan(redis, { pattern: one.key, batchSize: settings.checkKeysBatchSize, signal });
        metrics.count.set({ db: `db${one.database}`, key: one.key }, found.size);
      }
    }, signal);
  },
});
