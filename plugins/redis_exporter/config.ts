import { defineCollector, gauge } from "@exporterkit/core";
import { toNumber } from "./_info_text.ts";
import { type Redis, toMap } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Configuration that holds passwords. */
const SECRET: ReadonlySet<string> = new Set([
  "masterauth",
  "requirepass",
  "tls-client-key-file-pass",
  "tls-key-file-pass",
]);

/** Collects limits, and, if asked for, all of the configuration. */
export const config = defineCollector<RedisSettings, Redis>()({
  help: "Configuration, from CONFIG GET.",
  metrics: {
    maxmemory: gauge("redis_config_maxmemory", "Limit of bytes, from maxmemory of CONFIG GET."),
    maxclients: gauge("redis_config_maxclients", "Limit of clients, from maxclients of CONFIG GET."),
    ioThreads: gauge("redis_config_io_threads", "I/O threads, from io-threads of CONFIG GET."),
    keyValue: gauge(
      "redis_config_key_value",
      "All configuration as labels, of value 1, from CONFIG GET; with --include-config-metrics.",
      ["key", "value"],
    ),
    value: gauge(
      "redis_config_value",
      "Configuration that is a number, from CONFIG GET; with --include-config-metrics.",
      ["key"],
    ),
  },
  async collect({ settings, resource: redis, metrics, signal }) {
    if (settings.configCommand === "-" || await redis.mode(signal) === "sentinel") return;
    const all = settings.includeConfigMetrics;
    // Only Redis 7 and newer take several patterns at once.
    const patterns = all ? ["*"] : ["max*", "io-threads"];
    const answers = await Promise.all(
      patterns.map((pattern) => redis.send([settings.configCommand, "GET", pattern], signal)),
    );
    const found = new Map(answers.flatMap((answer) => [...toMap(answer)]));
    const number = (key: string) => toNumber(found.get(key)?.toString());
    for (
      const [key, family] of [
        ["maxmemory", metrics.maxmemory],
        ["maxclients", metrics.maxclients],
        ["io-threads", metrics.ioThreads],
      ] as const
    ) {
      const value = number(key);
      if (value !== undefined) family.set(value);
    }
    if (!all) return;
    for (const [key, value] of found) {
      if (settings.redactConfigMetrics && SECRET.has(key)) continue;
      metrics.keyValue.set({ key, value: String(value ?? "") }, 1);
      const numeric = number(key);
      if (numeric !== undefined) metrics.value.set({ key }, numeric);
    }
  },
});
