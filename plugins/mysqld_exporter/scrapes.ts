import { counter, gauge, type ScrapedContext } from "@exporterkit/core";

/** What mysqld_exporter says of its scrapes, beside what every exporter says here. */
export const scrapeMetrics = {
  scrapes: counter("mysql_exporter_scrapes_total", "Scrapes of the server."),
  error: gauge(
    "mysql_exporter_last_scrape_error",
    "Whether a collector of the last scrape failed, as 1, or none, as 0.",
  ),
  errors: counter("mysql_exporter_scrape_errors_total", "Scrapes in which a collector failed.", ["collector"]),
  duration: gauge("mysql_exporter_collector_duration_seconds", "How long the last scrape waited for a collector.", [
    "collector",
  ]),
};

/** Tells of a scrape that ended. Collectors are called as mysqld_exporter does, `collect.global_status`. */
export function scraped({ held, isSuccess, collectors }: ScrapedContext<typeof scrapeMetrics>): void {
  held.scrapes.inc();
  held.error.set(isSuccess ? 0 : 1);
  for (const [name, { isSuccess, seconds }] of collectors) {
    const collector = `collect.${name}`;
    held.duration.set({ collector }, seconds);
    if (!isSuccess) held.errors.inc({ collector });
  }
}
