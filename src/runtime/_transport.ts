import type { IncomingMessage } from "node:http";
import type { ClientTls, OutgoingRequest, Transport } from "../network/transport.ts";

/**
 * Connects to chosen addresses with Node's own sockets, which Deno and Bun have too: `fetch` lets nobody choose.
 *
 * Node's HTTP is loaded by the first request: most exporters probe nothing, and Deno would start later for it.
 */
export const transport: Transport = {
  async resolve(host) {
    const { lookup } = await import("node:dns/promises");
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  send,
};

/** What is sent unless the request has it. */
const DEFAULT_HEADERS = { "accept": "*/*", "accept-encoding": "gzip", "user-agent": "Exporterkit" };
/** A proxy would look names up by itself; Deno takes that of the environment unless the agent has an environment too. */
const OWN_CONNECTION = { keepAlive: false, proxyEnv: {} };
/** Fetch standard, "null body status". */
const BODYLESS: ReadonlySet<number> = new Set([204, 205, 304]);

async function send(outgoing: OutgoingRequest, addresses: readonly string[]): Promise<Response> {
  const { url, method, body, signal } = outgoing;
  const { Agent, request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  signal.throwIfAborted();
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return await new Promise((resolve, reject) => {
    const sent = request({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { host: url.host, ...DEFAULT_HEADERS, ...Object.fromEntries(outgoing.headers) },
      agent: new Agent(OWN_CONNECTION),
      ...tlsOptions(outgoing.tls),
      lookup: (_, { all }, callback) =>
        all ? callback(null, found) : callback(null, found[0]?.address ?? "", found[0]?.family),
    });
    const abort = () => void sent.destroy(signal.reason);
    signal.addEventListener("abort", abort);
    sent.once("close", () => signal.removeEventListener("abort", abort));
    sent.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    sent.on("response", (incoming) => {
      try {
        resolve(responseOf(incoming, outgoing));
      } catch (error) {
        sent.destroy();
        reject(error);
      }
    });
    sent.end(body);
  });
}

function tlsOptions({ serverName, verify, ...options }: ClientTls = {}) {
  return {
    ...options,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(verify === undefined ? {} : { rejectUnauthorized: verify }),
  };
}

function responseOf(incoming: IncomingMessage, { method, signal }: OutgoingRequest): Response {
  const { statusCode: status = 0, statusMessage: statusText = "", rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  if (method === "HEAD" || BODYLESS.has(status)) {
    incoming.resume();
    return new Response(null, { status, statusText, headers });
  }
  const isGzip = /^(?:x-)?gzip$/i.test(headers.get("content-encoding") ?? "");
  const body = bodyOf(incoming, signal);
  return new Response(isGzip ? body.pipeThrough(new DecompressionStream("gzip")) : body, {
    status,
    statusText,
    headers,
  });
}

/** What is not read stays in the socket; what is cancelled ends the connection. */
function bodyOf(incoming: IncomingMessage, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isOver = false;
  const once = (end: () => void) => {
    if (!isOver) end();
    isOver = true;
  };
  return new ReadableStream({
    start(controller) {
      const fail = (error: unknown) => once(() => controller.error(signal.aborted ? signal.reason : error));
      incoming.pause();
      incoming.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        controller.enqueue(chunk);
        incoming.pause();
      });
      incoming.on("end", () => once(() => controller.close()));
      incoming.on("error", fail);
      incoming.on("close", () => fail(new TypeError("The connection ended before the body did")));
    },
    pull: () => void incoming.resume(),
    cancel: () => once(() => incoming.destroy()),
  }, { highWaterMark: 0 });
}
