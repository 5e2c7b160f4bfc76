import { defineCollector, gauge } from "@exporterkit/core";
import { type Redis, toList } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** Collects the last latency spike of each event. */
export const latency = defineCollector<RedisSettings, Redis>()({
  help: "Latency spikes, where latency-monitor-threshold is set, from LATENCY LATEST.",
  metrics: {
    last: gauge(
      "redis_latency_spike_last",
      "When an event was last slow, in seconds since the epoch, from LATENCY LATEST.",
      [
        "event_name",
      ],
    ),
    seconds: gauge("redis_latency_spike_duration_seconds", "How long it took then, from LATENCY LATEST.", [
      "event_name",
    ]),
  },
  async collect({ resource: redis, metrics, signal }) {
    if (await redis.mode(signal) === "sentinel") return;
    for (const event of toList(await redis.send(["LATENCY", "LATEST"], signal))) {
      const [name, atSeconds, milliseconds] = toList(event);
      metrics.last.set({ event_name: String(name) }, Number(atSeconds));
      metrics.seconds.set({ event_name: String(name) }, Number(milliseconds) / 1000);
    }
  },
});
