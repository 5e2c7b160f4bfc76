import type { ClientTls, OutgoingRequest } from "./transport.ts";

/** A `fetch` that also takes how to speak TLS; redirects are followed with the same. */
export type NetworkFetch = (
  input: string | URL | Request,
  init?: RequestInit & { readonly tls?: ClientTls | undefined },
) => Promise<Response>;

/** As many as the Fetch standard follows. */
const MOST_REDIRECTS = 20;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What is meant for one origin only. */
const CREDENTIAL_HEADERS = ["authorization", "proxy-authorization", "cookie", "host"];
const BODY_HEADERS = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/**
 * A `fetch` that sends every request by itself, also those that redirects ask for, as the Fetch standard has it.
 *
 * @param send Sends one request and follows no redirect. Whatever it throws ends the fetch.
 */
export function fetchBy(send: (request: OutgoingRequest) => Promise<Response>): NetworkFetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    let request: OutgoingRequest = {
      url: checkedUrl(asked.url),
      method: asked.method,
      headers: new Headers(asked.headers),
      body: asked.body === null ? undefined : new Uint8Array(await asked.arrayBuffer()),
      signal: asked.signal,
      tls: init?.tls,
    };
    for (let followed = 0;; followed++) {
      const response = await send(request);
      const location = REDIRECT_STATUSES.has(response.status) ? response.headers.get("location") : null;
      if (location === null || asked.redirect === "manual") return toldFrom(response, request.url, followed > 0);
      await response.body?.cancel();
      if (asked.redirect === "error") throw new TypeError(`Cannot fetch ${request.url.origin}: it redirects`);
      if (followed === MOST_REDIRECTS) {
        throw new TypeError(`Cannot fetch ${request.url.origin}: more than ${MOST_REDIRECTS} redirects`);
      }
      request = redirected(request, checkedUrl(location, request.url), response.status);
    }
  };
}

function checkedUrl(text: string, base?: URL): URL {
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`Cannot fetch a URL of scheme "${url.protocol.slice(0, -1)}": expected http or https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`Cannot fetch from ${url.host}: the URL holds credentials, send them as a header`);
  }
  return url;
}

/** Fetch standard, "HTTP-redirect fetch". */
function redirected(request: OutgoingRequest, url: URL, status: number): OutgoingRequest {
  const headers = new Headers(request.headers);
  if (url.origin !== request.url.origin) CREDENTIAL_HEADERS.forEach((name) => headers.delete(name));
  const isReading = request.method === "GET" || request.method === "HEAD";
  const becomesGet = status === 303 ? !isReading : status < 303 && request.method === "POST";
  if (!becomesGet) return { ...request, url, headers };
  BODY_HEADERS.forEach((name) => headers.delete(name));
  return { ...request, url, headers, method: "GET", body: undefined };
}

/** A response that says where it came from, which no constructor can be told. */
function toldFrom(response: Response, url: URL, redirected: boolean): Response {
  const clone = () => toldFrom(Response.prototype.clone.call(response), url, redirected);
  for (const [key, value] of Object.entries({ url: url.href, redirected, clone })) {
    Object.defineProperty(response, key, { value, configurable: true });
  }
  return response;
}
