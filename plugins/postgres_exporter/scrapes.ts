import { counter, gauge, type ScrapedContext } from "@exporterkit/core";

/** What postgres_exporter says of its scrapes, beside what every exporter says here. */
export const scrapeMetrics = {
  scrapes: counter("pg_exporter_scrapes_total", "Scrapes of PostgreSQL."),
  duration: gauge("pg_exporter_last_scrape_duration_seconds", "How long the last scrape took."),
  error: gauge(
    "pg_exporter_last_scrape_error",
    "Whether anything of the last scrape failed, as 1, or nothing did, as 0.",
  ),
  loadError: gauge(
    "pg_exporter_user_queries_load_error",
    "Whether the file of --extend.query-path could not be used.",
    [
      "filename",
      "hashsum",
    ],
  ),
};

/** Of which exporters a collector failed at some servers in the scrape that is under way, by their held metrics. */
const partly = new WeakSet<object>();

/** Notes that not all is well, although the collector succeeds. */
export function failedPartly(held: object): void {
  partly.add(held);
}

/** Tells of a scrape that ended. */
export function scraped({ held, seconds, isSuccess }: ScrapedContext<typeof scrapeMetrics>): void {
  held.scrapes.inc();
  held.duration.set(seconds);
  held.error.set(isSuccess && !partly.has(held) ? 0 : 1);
  partly.delete(held);
}
