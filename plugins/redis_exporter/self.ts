import { counter, defineCollector, gauge, type ScrapedContext, summary } from "@exporterkit/core";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** What the exporter counts itself. */
export const held = {
  scrapes: counter("redis_exporter_scrapes_total", "Scrapes of this exporter that ran the collector self."),
  durations: summary("redis_exporter_scrape_duration_seconds", "How long scrapes of this exporter took."),
  lastDuration: gauge("redis_exporter_last_scrape_duration_seconds", "How long the last scrape took."),
  refusals: counter(
    "redis_target_scrape_request_errors_total",
    "Requests for a probe that were refused, for their target or for what else they ask.",
  ),
};

type Scraped = ScrapedContext<typeof held>;

/** Tells of a scrape that ended. */
export function scraped({ held, seconds }: Scraped): void {
  held.durations.observe(seconds);
  held.lastDuration.set(seconds);
}

/** Collects what redis_exporter says about its own scrapes: also whether and why Redis was not reached. */
export const self = defineCollector<RedisSettings, Redis, typeof held>()({
  help: "Scrapes of this exporter, and why the last one did not reach Redis.",
  metrics: {
    error: gauge("redis_exporter_last_scrape_error", "1 with the reason if Redis was not reached, else 0.", ["err"]),
    connectSeconds: gauge(
      "redis_exporter_last_scrape_connect_time_seconds",
      "How long it took to connect and to log in, when that was last done.",
    ),
    pingSeconds: gauge(
      "redis_exporter_last_scrape_ping_time_seconds",
      "How long the last PING took; with --ping-on-connect.",
    ),
  },
  collect(context) {
    const { settings, metrics, held } = context;
    held.scrapes.inc();
    try {
      const redis = context.resource;
      metrics.error.set({ err: "" }, 0);
      metrics.connectSeconds.set(redis.connectSeconds);
      if (settings.pingOnConnect && redis.pingSeconds !== undefined) metrics.pingSeconds.set(redis.pingSeconds);
    } catch (error) {
      metrics.error.set({ err: reasonOf(error) }, 1);
    }
  },
});

/** The innermost reason that is worded for people: it does not change from scrape to scrape. */
function reasonOf(error: unknown): string {
  let reason = error as Error;
  while (reason.cause instanceof Error && !/^Cannot reach |^Redis |^The connection /.test(reason.message)) {
    reason = reason.cause;
  }
  return reason.message;
}
