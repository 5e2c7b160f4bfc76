import { defineProbeCollector, gauge, type ProbeContext } from "@exporterkit/core";
import { addressMetrics, resolveTarget } from "./addresses.ts";
import { tellTls, tlsMetrics } from "./certificates.ts";
import { authorizationOf } from "./http_authorization.ts";
import type { HttpModule } from "./http_module.ts";
import { followRedirects } from "./http_redirects.ts";
import { type HttpAnswer, type HttpRequest, type HttpSession, type HttpTransport, portOf } from "./http_transport.ts";
import { faultOfBody, faultOfHeaders } from "./http_regexps.ts";
import { probeInTime } from "./in_time.ts";
import type { Module, Settings } from "./settings.ts";

const metrics = {
  ...addressMetrics,
  ...tlsMetrics,
  duration: gauge("probe_http_duration_seconds", "Time of each phase of the requests, all redirects together.", [
    "phase",
  ]),
  contentLength: gauge("probe_http_content_length", "Length that the answer says its body has; -1 if it says none."),
  bodyLength: gauge("probe_http_uncompressed_body_length", "Length of the body, decompressed."),
  redirects: gauge("probe_http_redirects", "Redirects that the target answered with."),
  ssl: gauge("probe_http_ssl", "Whether the last answer came over TLS."),
  status: gauge("probe_http_status_code", "Status code of the last answer; 0 without one."),
  version: gauge("probe_http_version", "Version of HTTP of the last answer."),
  lastModified: gauge(
    "probe_http_last_modified_timestamp_seconds",
    "Last-Modified of the last answer, in seconds since the epoch.",
  ),
  failedByRegexp: gauge("probe_failed_due_to_regex", "Whether the probe failed because of a regular expression."),
};

type Context = ProbeContext<Settings, Module, unknown, unknown, typeof metrics, unknown>;

const USER_AGENT = "Blackbox Exporter (Exporterkit)";
/** More is never searched with regular expressions. */
const MOST_SEARCHED_BYTES = 64 * 1024 * 1024;

/** Probes web servers, by a transport. */
export function http(transport: HttpTransport) {
  return defineProbeCollector<Settings, Module>()({
    help: "Asks a web server, as the module says.",
    metrics,
    collect: (context) => probeInTime(context, (signal) => probe(context, { transport, signal })),
  });
}

interface Means {
  readonly transport: HttpTransport;
  readonly signal: AbortSignal;
}

async function probe(context: Context, { transport, signal }: Means): Promise<void> {
  const { module: { http: module }, metrics, network, fetch, host } = context;
  const { contentLength, bodyLength, redirects, ssl, status, failedByRegexp } = metrics;
  for (const known of [contentLength, bodyLength, redirects, ssl, status, failedByRegexp]) known.set(0);
  const url = urlOf(context.target);
  let address: string | undefined;
  if (transport.tellsConnections) {
    metrics.version.set(0);
    const resolved = (seconds: number) => metrics.duration.set({ phase: "resolve" }, seconds);
    address = await resolveTarget({ network, host, port: portOf(url), metrics, resolved }, module);
  }
  for (const phase of transport.phases) metrics.duration.inc({ phase }, 0);
  const session: HttpSession = {
    module,
    network,
    fetch,
    signal,
    spent: (phase, seconds) => metrics.duration.inc({ phase }, seconds),
  };
  const request = await requestOf(context, { url, address, session, transport });
  const answer = await followRedirects(request, {
    session,
    transport,
    redirected: (count) => metrics.redirects.set(count),
  });
  try {
    await judge(answer, context, session);
  } finally {
    answer.close();
  }
}

/** A target without a scheme is one of HTTP. */
function urlOf(target: string): URL {
  const url = new URL(target.includes("://") ? target : `http://${target}`);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new Error(`Cannot probe ${target}: expected http:// or https://`);
}

interface Asked {
  readonly url: URL;
  readonly address: string | undefined;
  readonly session: HttpSession;
  readonly transport: HttpTransport;
}

async function requestOf(
  { module: { http: module }, parameters: { hostname: [hostname = ""] = [] } }: Context,
  { url, address, session, transport }: Asked,
): Promise<HttpRequest> {
  const headers = new Headers({ "user-agent": USER_AGENT });
  if (module.compression !== "") headers.set("accept-encoding", module.compression);
  const authorization = await authorizationOf(module, { ...session, readFile: transport.readFile });
  if (authorization !== undefined) headers.set("authorization", authorization);
  for (const [name, value] of Object.entries(module.headers)) headers.set(name, value);
  if (hostname !== "") {
    const own = headers.get("host") ?? hostname;
    if (own !== hostname) {
      throw new Error(`Cannot send Host: the module says "${own}", parameter hostname says "${hostname}"`);
    }
    headers.set("host", hostname);
  }
  const { body_file: file } = module;
  return {
    url,
    address,
    method: module.method,
    headers,
    body: file === undefined ? module.body : await transport.readFile(file),
    serverName: (headers.get("host") ?? url.hostname).replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"),
  };
}

/** Says in the metrics what the answer is, and fails if it is not as the module wants it. */
async function judge(
  answer: HttpAnswer & { readonly url: URL; readonly isRefusedRedirect: boolean },
  { module: { http: module }, metrics, fail }: Context,
  session: HttpSession,
): Promise<void> {
  const { status, headers, version, tls } = answer;
  const problems: string[] = [];
  metrics.status.set(status);
  metrics.contentLength.set(answer.contentLength);
  if (version !== undefined) metrics.version.set(Number(version.replace("HTTP/", "")));
  const modifiedMs = Date.parse(headers.get("last-modified") ?? "");
  if (!Number.isNaN(modifiedMs)) metrics.lastModified.set(modifiedMs / 1000);

  const isSecure = answer.url.protocol === "https:";
  metrics.ssl.set(isSecure ? 1 : 0);
  if (tls !== undefined) tellTls(tls, metrics);
  if (isSecure && module.fail_if_ssl) problems.push("the last answer came over TLS");
  if (!isSecure && module.fail_if_not_ssl) problems.push("the last answer came without TLS");
  if (!isValid(status, module)) problems.push(`the status is ${status}`);
  const { valid_http_versions: versions } = module;
  if (versions.length > 0 && !versions.includes(version ?? "")) problems.push(`the version is ${version}`);

  const wrongHeader = isValid(status, module) ? faultOfHeaders(headers, module) : undefined;
  const searched = isValid(status, module) && wrongHeader === undefined && asksForBody(module);
  // The body of a redirect that is not followed is left unread, unless somebody asks for it.
  const isRead = searched || !answer.isRefusedRedirect;
  const read = (length: number) => answer.isRefusedRedirect ? undefined : metrics.bodyLength.set(length);
  const reading = { module, isSearched: searched, read, spent: session.spent, signal: session.signal };
  const body = isRead ? await readBody(answer, reading) : "";
  const wrong = wrongHeader ?? (searched ? faultOfBody(body, module) : undefined);
  metrics.failedByRegexp.set(wrong === undefined ? 0 : 1);
  if (wrong !== undefined) problems.push(wrong);
  if (problems.length > 0) fail(problems.join("; "));
}

function isValid(status: number, { valid_status_codes: codes }: HttpModule): boolean {
  return codes.length > 0 ? codes.includes(status) : status >= 200 && status < 300;
}

function asksForBody(module: HttpModule): boolean {
  return module.fail_if_body_matches_regexp.length + module.fail_if_body_not_matches_regexp.length > 0;
}

interface Reading extends Pick<HttpSession, "module" | "spent" | "signal"> {
  /** Whether the text is wanted, and not only the length. */
  readonly isSearched: boolean;
  /** Told how much has been read so far, in bytes. */
  readonly read: (length: number) => void;
}

/** @returns The text, if it is wanted. */
async function readBody(answer: HttpAnswer, reading: Reading): Promise<string> {
  const { module: { body_size_limit: limit }, isSearched, read, spent, signal } = reading;
  const most = Math.min(limit || Infinity, isSearched ? MOST_SEARCHED_BYTES : Infinity);
  const startMs = performance.now();
  const decoder = new TextDecoder();
  let [length, text] = [0, ""];
  for await (const chunk of answer.body) {
    signal.throwIfAborted();
    length += chunk.length;
    read(Math.min(length, most));
    if (length > most) throw new Error(`the body is longer than ${most} bytes`);
    if (isSearched) text += decoder.decode(chunk, { stream: true });
  }
  signal.throwIfAborted();
  spent("transfer", (performance.now() - startMs) / 1000);
  return text + decoder.decode();
}
