/** Scrapes as Prometheus does them: with a time-out that it tells. */

/** How long {@link scrape} waits, in seconds; a real Prometheus would wait for 10. */
export const SCRAPE_TIMEOUT_SECONDS = 3;

/**
 * Scrapes an exporter within {@link SCRAPE_TIMEOUT_SECONDS}.
 *
 * @param url Address without a path.
 * @param path What is asked for there.
 * @returns The exposition, or `undefined` if there was no answer until then, as if Prometheus had given up.
 */
export async function scrape(url: string, path = "/metrics"): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}${path}`, {
      headers: { "X-Prometheus-Scrape-Timeout-Seconds": String(SCRAPE_TIMEOUT_SECONDS) },
      signal: AbortSignal.timeout(SCRAPE_TIMEOUT_SECONDS * 1000),
    });
    return await answer.text();
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return undefined;
    throw error;
  }
}
