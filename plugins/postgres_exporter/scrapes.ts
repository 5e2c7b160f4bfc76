import { counter, gauge, type ScrapedContext } from "@exporterkit/core";

/** What postgres_exporter says of its scrapes, beside what every exporter says here. */
export const scrapeMetrics = {
  scrapes: counter("pg_exporter_scrapes_total", "Scrapes of PostgreSQL."),
  duration: gauge("pg_exporter_last_scrape_duration_seconds", "How long the last scrape took."),
  error: gauge(
    "pg_exporter_last_scrape_error",
    "Whether anything of the last scrape failed, as 1, or nothing did, as 0.",
  ),
};

/** Tells of a scrape that ended. */
export function scraped({ held, seconds, isSuccess }: ScrapedContext<typeof scrapeMetrics>): void {
  held.scrapes.inc();
  held.duration.set(seconds);
  held.error.set(isSuccess ? 0 : 1);
}
