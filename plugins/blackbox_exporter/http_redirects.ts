import type { HttpAnswer, HttpRequest, HttpSession, HttpTransport } from "./http_transport.ts";

/** The answer after which no redirect was followed. */
export type LastAnswer = HttpAnswer & {
  readonly url: URL;
  /** Whether it is a redirect that is not followed. */
  readonly isRefusedRedirect: boolean;
};

/** How redirects are followed. */
export interface Following {
  readonly session: HttpSession;
  readonly transport: HttpTransport;
  /** Told of each redirect: how many there have been. */
  readonly redirected: (count: number) => void;
}

/** As many as blackbox_exporter follows. */
const MOST_REDIRECTS = 10;
const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What is meant for one host only. */
const OF_ONE_HOST = ["authorization", "cookie", "host"];
const OF_BODY = ["content-type", "content-length", "content-encoding", "content-language"];

/**
 * Sends a request, and those that redirects ask for, with the cookies that answers set on the way.
 *
 * Each host is checked as the target was. @throws {Error} If one may not be connected to.
 */
export async function followRedirects(first: HttpRequest, following: Following): Promise<LastAnswer> {
  const { session, transport, redirected } = following;
  const cookies = new Map<string, Map<string, string>>();
  let request = first;
  for (let count = 1;; count++) {
    const answer = await transport.send(withCookies(request, cookies), session);
    const location = STATUSES.has(answer.status) ? answer.headers.get("location") : null;
    if (location === null) return { ...answer, url: request.url, isRefusedRedirect: false };
    redirected(count);
    const { follow_redirects: isFollowing, no_follow_redirects: isRefused } = session.module;
    if ((isRefused ?? !isFollowing) || count > MOST_REDIRECTS) {
      return { ...answer, url: request.url, isRefusedRedirect: true };
    }
    keepCookies(answer.headers, request.url, cookies);
    answer.close();
    request = redirectedTo(new URL(location, request.url), request, answer.status);
  }
}

function redirectedTo(url: URL, request: HttpRequest, status: number): HttpRequest {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`Cannot follow a redirect to a URL of scheme "${url.protocol.slice(0, -1)}"`);
  }
  const headers = new Headers(request.headers);
  const isSameHost = url.host === request.url.host;
  if (!isSameHost) OF_ONE_HOST.forEach((name) => headers.delete(name));
  const next = {
    ...request,
    url,
    headers,
    address: isSameHost ? request.address : undefined,
    serverName: isSameHost ? request.serverName : url.hostname.replace(/^\[(.*)\]$/, "$1"),
  };
  // As Go does: only 307 and 308 are asked in the same way again.
  if (status >= 307 || request.method === "GET" || request.method === "HEAD") return next;
  OF_BODY.forEach((name) => headers.delete(name));
  return { ...next, method: "GET", body: "" };
}

/** Those of the same host, whatever path they are for. */
function withCookies(request: HttpRequest, cookies: ReadonlyMap<string, ReadonlyMap<string, string>>): HttpRequest {
  const own = cookies.get(request.url.hostname);
  if (own === undefined) return request;
  const headers = new Headers(request.headers);
  headers.set("cookie", [...own].map(([name, value]) => `${name}=${value}`).join("; "));
  return { ...request, headers };
}

function keepCookies(headers: Headers, { hostname }: URL, cookies: Map<string, Map<string, string>>): void {
  for (const cookie of headers.getSetCookie()) {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
    if (name === undefined) continue;
    const own = cookies.get(hostname) ?? new Map<string, string>();
    cookies.set(hostname, own.set(name.trim(), value!.trim()));
  }
}
