import { readFile } from "node:fs/promises";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps, type RequestOptions } from "node:https";
import { UpstreamError, type UpstreamFailure } from "@exporterkit/core";
import type { ScrapeUri } from "./scrape_uri.ts";
import type { NginxSettings } from "./settings.ts";

/** A page that can be asked for its text. */
export interface StatusPage {
  /** The page as messages name it. */
  readonly name: string;
  /**
   * Asks, on the connection of the time before if nginx has kept it.
   *
   * @param options How long it may take at most. @default as long as the settings say, or the signal lets it
   * @throws {Error} If it cannot be had, with what to do about it.
   */
  read(signal: AbortSignal, options?: { readonly patienceMs?: number }): Promise<string>;
  /** Ends the connection. */
  close(): void;
}

/** How nginx is connected to, and how long it may take. */
type ConnectionOptions = RequestOptions & { readonly signal: AbortSignal };

/** More than any page of stub_status is. */
const MAX_BYTES = 64 * 1024;

/** What an answer other than 200 may come from. */
const ADVICE: Readonly<Record<number, string>> = {
  301: "give the address that it redirects to",
  302: "give the address that it redirects to",
  307: "give the address that it redirects to",
  308: "give the address that it redirects to",
  401: "give user and password in the address, http://user:password@...",
  403: "allow this exporter's address in the location of stub_status",
  404: "give the path of the location that has stub_status",
};

const REASONS: Readonly<Record<number, UpstreamFailure>> = { 401: "unauthenticated", 403: "denied" };

/** The page at an address. Nothing is asked yet; files with certificates are read anew for each request. */
export function statusPage(uri: ScrapeUri, settings: NginxSettings): StatusPage {
  const { shown: name, isTls } = uri;
  const agent = new (isTls ? HttpsAgent : HttpAgent)({ keepAlive: true, maxFreeSockets: 1 });
  return {
    name,
    close: () => agent.destroy(),
    async read(signal, { patienceMs = Infinity } = {}) {
      const limitMs = Math.min(settings.timeout ?? Infinity, patienceMs);
      const limit = limitMs === Infinity ? undefined : AbortSignal.timeout(limitMs);
      const end = limit === undefined ? signal : AbortSignal.any([signal, limit]);
      try {
        const options = { agent, signal: end, ...isTls ? await tlsOptions(settings) : {} };
        return await untilAborted(ask(uri, options).then(textOf), end, { giveUp: () => agent.destroy() });
      } catch (error) {
        // The scrape knows best why it gave up.
        if (signal.aborted) throw signal.reason;
        if (limit?.aborted) throw new UpstreamError("timeout", `Cannot read ${name}: no answer within ${limitMs} ms`);
        throw new Error(`Cannot read ${name}`, { cause: error });
      }
    },
  };
}

function ask(uri: ScrapeUri, options: ConnectionOptions): Promise<IncomingMessage> {
  const { isTls, address, host, path, auth } = uri;
  const headers = { Host: host, Accept: "text/plain", "User-Agent": "exporterkit-nginx-exporter" };
  const login = auth === undefined ? {} : { auth };
  return new Promise((resolve, reject) => {
    const outgoing = (isTls ? requestHttps : requestHttp)({ ...options, ...address, ...login, path, headers }, resolve);
    outgoing.on("error", (error) => {
      // nginx may have closed a connection that was kept, as one that was restarted has.
      if (outgoing.reusedSocket && !options.signal.aborted) resolve(ask(uri, options));
      else reject(error);
    });
    outgoing.end();
  });
}

/** Waits no longer than a signal lets it. A request on a connection that was kept does not heed that in Deno 2.9. */
function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
  { giveUp }: { readonly giveUp: () => void },
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      giveUp();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function tlsOptions({ sslVerify, sslCaCert, sslClientCert, sslClientKey }: NginxSettings) {
  const [ca, cert, key] = await Promise.all(
    [sslCaCert, sslClientCert, sslClientKey].map((path) => path === undefined ? undefined : readFile(path)),
  );
  return { rejectUnauthorized: sslVerify, ca, cert, key };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const { statusCode = 0, statusMessage = "" } = answer;
  if (statusCode !== 200) {
    answer.destroy();
    const advice = ADVICE[statusCode];
    throw new UpstreamError(
      REASONS[statusCode] ?? "error",
      `it answered ${`${statusCode} ${statusMessage}`.trim()}, expected 200${advice ? `; ${advice}` : ""}`,
    );
  }
  let text = "";
  answer.setEncoding("utf8");
  for await (const piece of answer) {
    text += piece;
    if (text.length > MAX_BYTES) {
      throw new Error(`it answered more than ${MAX_BYTES} bytes, expected the page of stub_status`);
    }
  }
  return text;
}
