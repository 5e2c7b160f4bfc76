import { counter, defineCollector, gauge } from "@exporterkit/core";
import type { NginxSettings } from "./settings.ts";
import type { StatusPage } from "./status_page.ts";

/** Reads connections and requests from the page of nginx's `stub_status`. */
export const stubStatus = defineCollector<{ nginx: NginxSettings }, StatusPage>()({
  help: "Connections and requests, from the page of stub_status.",
  metrics: {
    accepted: counter("nginx_connections_accepted", "Client connections that were accepted (accepts of stub_status)."),
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
  },
  async collect({ resource: page, metrics, signal }) {
    const status = parseStubStatus(await page.read(signal), page.name);
    metrics.accepted.set(status.accepts);
    metrics.active.set(status.active);
    metrics.handled.set(status.handled);
    metrics.reading.set(status.reading);
    metrics.waiting.set(status.waiting);
    metrics.writing.set(status.writing);
    metrics.requests.set(status.requests);
  },
});

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
