import { counter, defineCollector, gauge, type UpstreamLabels } from "@exporterkit/core";
import type { Settings } from "./settings.ts";
import type { LabelledPage } from "./status_pages.ts";

/** What of a scrape's time one of several pages may take, so that the others are served without it. */
const PATIENCE = 0.9;

/** By the names of what the page says. */
const METRICS = {
  accepts: counter("nginx_connections_accepted", "Client connections that were accepted (accepts of stub_status)."),
  active: gauge(
    "nginx_connections_active",
    "Client connections now, those that wait for a request included (Active connections of stub_status).",
  ),
  handled: counter(
    "nginx_connections_handled",
    "Accepted connections that were not dropped for lack of resources (handled of stub_status).",
  ),
  reading: gauge(
    "nginx_connections_reading",
    "Connections on which a request's header is being read (Reading of stub_status).",
  ),
  waiting: gauge("nginx_connections_waiting", "Connections that wait for a request (Waiting of stub_status)."),
  writing: gauge("nginx_connections_writing", "Connections that are being answered (Writing of stub_status)."),
  requests: counter("nginx_http_requests_total", "Requests of clients (requests of stub_status)."),
};

const NAMES = Object.keys(METRICS) as readonly (keyof typeof METRICS)[];

/** Reads connections and requests from the pages of `stub_status`. */
export const stubStatus = defineCollector<Settings, readonly LabelledPage[]>()({
  help: "Connections and requests, from the page of stub_status.",
  metrics: METRICS,
  async collect({ resource: pages, metrics, family, lost, signal, timeoutMs }) {
    const patience = pages.length === 1 ? {} : { patienceMs: Math.floor(timeoutMs * PATIENCE) };
    await Promise.all(pages.map(async ({ page, labels }) => {
      try {
        const status = parseStubStatus(await page.read(signal, patience), page.name);
        const labelNames = Object.keys(labels);
        for (const name of NAMES) {
          if (labelNames.length === 0) metrics[name].set(status[name]);
          else labelled(family, { ...METRICS[name], labelNames }).set(labels, status[name]);
        }
      } catch (error) {
        lost(labels, error);
      }
    }));
  },
});

/** The instrument of a metric with labels, whose names only settings know. */
function labelled<D>(
  family: (description: D) => unknown,
  description: D,
): { set(labels: UpstreamLabels, value: number): void } {
  return family(description) as { set(labels: UpstreamLabels, value: number): void };
}

/** The numbers of a page, by the names that nginx's documentation gives them. */
export interface StubStatus {
  readonly active: number;
  readonly accepts: number;
  readonly handled: number;
  readonly requests: number;
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
}

// Tengine, a fork of nginx, has request_time behind requests.
const PAGE =
  /^Active connections: (\d+)\s*\nserver accepts handled requests(?: request_time)?\s*\n\s*(\d+) (\d+) (\d+)(?: \d+)?\s*\nReading: (\d+) Writing: (\d+) Waiting: (\d+)\s*$/;

/**
 * Reads the page of `stub_status`.
 *
 * @param page The page as the error names it.
 * @throws {SyntaxError} If it is another page.
 */
export function parseStubStatus(text: string, page: string): StubStatus {
  const match = PAGE.exec(text);
  if (match === null) {
    throw new SyntaxError(
      `Cannot read ${page}: got ${JSON.stringify(text.slice(0, 100))}, expected a page of stub_status`,
    );
  }
  const [active, accepts, handled, requests, reading, writing, waiting] = match.slice(1).map(Number);
  return {
    active: active!,
    accepts: accepts!,
    handled: handled!,
    requests: requests!,
    reading: reading!,
    writing: writing!,
    waiting: waiting!,
  };
}
