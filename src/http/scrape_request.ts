/** How long a scrape may take when the scraper does not say: Prometheus' default `scrape_timeout`. */
export const DEFAULT_TIMEOUT_SECONDS = 10;
/** Time kept back for encoding, sending and the network, unless the scraper leaves too little for it. */
export const DEFAULT_TIMEOUT_OFFSET_SECONDS = 0.5;
/** The share of a short deadline that may be kept back at most. */
const MOST_OFFSET_SHARE = 0.25;

/** What is known about the time after collecting. */
export interface TimeoutOptions {
  /** Time to keep back, in seconds. @default 0.5 */
  readonly offsetSeconds?: number;
  /** How long the last encoding took, in milliseconds. @default 0 */
  readonly lastEncodeMs?: number;
}

/**
 * How long the collectors of a scrape may take.
 *
 * Reads `X-Prometheus-Scrape-Timeout-Seconds` and keeps back the larger of the offset (at most a quarter of the header)
 * and the time that the last encoding took. A header that is missing or not a positive number means 10 seconds.
 *
 * @returns Milliseconds.
 */
export function scrapeTimeoutMs(headers: Headers, options: TimeoutOptions = {}): number {
  const { offsetSeconds = DEFAULT_TIMEOUT_OFFSET_SECONDS, lastEncodeMs = 0 } = options;
  const asked = Number(headers.get("X-Prometheus-Scrape-Timeout-Seconds") ?? NaN);
  const seconds = Number.isFinite(asked) && asked > 0 ? Math.min(asked, MOST_SECONDS) : DEFAULT_TIMEOUT_SECONDS;
  const offsetMs = Math.min(offsetSeconds, seconds * MOST_OFFSET_SHARE) * 1000;
  return Math.max(seconds * 1000 - Math.max(offsetMs, lastEncodeMs), seconds * 1000 * MOST_OFFSET_SHARE);
}

/** The longest that a timer of all runtimes can wait is 2^31 ms; a day is more than any scraper waits. */
const MOST_SECONDS = 86_400;

/** The collectors that a scrape asks for, or why it cannot be answered. */
export type Selection = { readonly collectors?: ReadonlySet<string> } | { readonly problem: string };

/**
 * Reads `collect[]` and `exclude[]`, as node_exporter has them.
 *
 * @param query The request's query.
 * @param enabled Names of the collectors that run.
 */
export function selectCollectors(query: URLSearchParams, enabled: readonly string[]): Selection {
  const collect = query.getAll("collect[]");
  const exclude = query.getAll("exclude[]");
  if (collect.length > 0 && exclude.length > 0) {
    return { problem: "Combined collect and exclude queries are not allowed." };
  }
  const unknown = collect.filter((name) => !enabled.includes(name));
  if (unknown.length > 0) {
    return {
      problem: `Unknown or disabled collector: ${unknown.join(", ")}. Enabled collectors: ${enabled.join(", ")}.`,
    };
  }
  if (collect.length > 0) return { collectors: new Set(collect) };
  if (exclude.length > 0) return { collectors: new Set(enabled.filter((name) => !exclude.includes(name))) };
  return {};
}
