import { defineCollector, gauge } from "@exporterkit/core";
import { type Redis, type Reply, toList } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Collects how many slow commands are logged, and the last of them. */
export const slowlog = defineCollector<RedisSettings, Redis>()({
  help: "The log of slow commands, from SLOWLOG.",
  metrics: {
    length: gauge("redis_slowlog_length", "Entries of the log of slow commands, from SLOWLOG LEN."),
    lastId: gauge("redis_slowlog_last_id", "ID of the last entry, 0 without one, from SLOWLOG GET 1."),
    lastSeconds: gauge(
      "redis_last_slow_execution_duration_seconds",
      "Time that the command of the last entry took, 0 without one, from SLOWLOG GET 1.",
    ),
  },
  async collect({ resource: redis, metrics, signal }) {
    if (await redis.mode(signal) === "sentinel") return;
    const [length, entries] = await Promise.all([
      redis.send(["SLOWLOG", "LEN"], signal),
      redis.send(["SLOWLOG", "GET", "1"], signal),
    ]);
    metrics.length.set(Number(length));
    const { id, seconds } = parseSlowlog(entries);
    metrics.lastId.set(id);
    metrics.lastSeconds.set(seconds);
  },
});

/** Reads the first entry of SLOWLOG GET: its ID, when it was, the microseconds it took, and more. */
export function parseSlowlog(entries: Reply): { readonly id: number; readonly seconds: number } {
  const [id, , microseconds] = toList(toList(entries)[0]);
  return { id: Number(id ?? 0), seconds: Number(microseconds ?? 0) / 1e6 };
}
