import { readFile } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import type { Socket } from "node:net";
import { pipeline, type Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { chooseAddress } from "./addresses.ts";
import { type HttpAnswer, type HttpRequest, type HttpSession, type HttpTransport, portOf } from "./http_transport.ts";
import { byProxy, connectByProxy } from "./http_proxy.ts";
import { connect, secure, tlsStateOf } from "./sockets.ts";

/** Sends requests over sockets of its own, and tells all about them. */
export const socketTransport: HttpTransport = {
  tellsConnections: true,
  phases: ["resolve", "connect", "tls", "processing", "transfer"],
  readFile: (path) => readFile(path, "utf8"),
  async send(request: HttpRequest, session: HttpSession): Promise<HttpAnswer> {
    const { module, spent } = session;
    const timed = timer(spent);
    const isPlain = request.url.protocol === "http:";
    const port = portOf(request.url);
    const address = request.address ?? await timed("resolve", () => addressOf(request, port, session));
    const to = { address, port };
    const socket = await timed(
      "connect",
      () => module.proxy_url === undefined ? connect(to, session.signal) : connectByProxy(to, { isPlain, session }),
    );
    try {
      if (isPlain) {
        const asked = module.proxy_url === undefined ? request : await byProxy(request, module);
        return await timed("processing", () => send(socket, asked, session));
      }
      const protocols = module.enable_http2 ? ["h2", "http/1.1"] : ["http/1.1"];
      const host = request.serverName;
      const secured = await timed("tls", () => secure(socket, module.tls_config, { host, protocols }));
      const ask = secured.alpnProtocol === "h2" ? sendHttp2 : send;
      const answer = await timed("processing", () => ask(secured, request, session));
      return { ...answer, tls: tlsStateOf(secured) };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  },
};

async function addressOf({ url }: HttpRequest, port: number, { network, module }: HttpSession): Promise<string> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (module.proxy_url !== undefined && module.skip_resolve_phase_with_proxy) return host;
  return chooseAddress(await network.resolve(host, port), host, module);
}

function timer(spent: HttpSession["spent"]) {
  return async <Value>(phase: Parameters<HttpSession["spent"]>[0], work: () => Promise<Value>): Promise<Value> => {
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      spent(phase, (performance.now() - startMs) / 1000);
    }
  };
}

/** HTTP/1.1 over a connection that is there already. */
function send(socket: Socket, request: HttpRequest, session: HttpSession): Promise<HttpAnswer> {
  const { url, path, method, headers, body } = request;
  return new Promise((resolve, reject) => {
    const sent = requestHttp({
      method,
      path: path ?? `${url.pathname}${url.search}`,
      headers: { host: url.host, ...Object.fromEntries(headers), ...lengthOf(body), connection: "close" },
      createConnection: () => socket,
    });
    sent.on("error", reject);
    socket.once("close", () => reject(new Error("The connection ended before there was an answer")));
    sent.on("response", (incoming) => {
      const { statusCode: status = 0, httpVersion, rawHeaders } = incoming;
      const received = new Headers();
      for (let i = 0; i < rawHeaders.length; i += 2) received.append(rawHeaders[i]!, rawHeaders[i + 1]!);
      resolve({
        status,
        headers: received,
        version: `HTTP/${httpVersion}`,
        ...bodyOf(incoming, received, session),
        close: () => void socket.destroy(),
      });
    });
    sent.end(body);
  });
}

/** HTTP/2 over a connection that has agreed to it. */
function sendHttp2(
  socket: TLSSocket,
  { url, method, headers, body }: HttpRequest,
  session: HttpSession,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const connection = connectHttp2(url.origin, { createConnection: () => socket });
    connection.on("error", reject);
    const { host = url.host, connection: _, ...others } = Object.fromEntries(headers);
    const stream = connection.request({
      ":method": method,
      ":scheme": "https",
      ":authority": host,
      ":path": `${url.pathname}${url.search}`,
      ...others,
      ...lengthOf(body),
    }, { endStream: body === "" });
    stream.on("error", reject);
    stream.once("close", () => reject(new Error("The stream ended before there was an answer")));
    stream.on("response", ({ ":status": status = 0, ...fields }) => {
      const received = new Headers();
      for (const [name, value] of Object.entries(fields)) {
        if (!name.startsWith(":")) [value ?? ""].flat().forEach((one) => received.append(name, String(one)));
      }
      resolve({
        status,
        headers: received,
        version: "HTTP/2.0",
        ...bodyOf(stream, received, session),
        close() {
          connection.destroy();
          socket.destroy();
        },
      });
    });
    if (body !== "") stream.end(body);
  });
}

function lengthOf(body: string): Record<string, string> {
  return body === "" ? {} : { "content-length": String(new TextEncoder().encode(body).length) };
}

const DECOMPRESSORS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** The parts of an answer that are about its body. */
function bodyOf(
  incoming: Readable,
  headers: Headers,
  { module: { compression } }: HttpSession,
): Pick<HttpAnswer, "contentLength" | "body" | "tls"> {
  const contentLength = Number(headers.get("content-length") ?? -1);
  const create = compression === "" || compression === "identity" ? undefined : DECOMPRESSORS[compression];
  const body = create === undefined ? incoming : pipeline(incoming, create(), () => {});
  // What nobody reads may fail unseen.
  body.on("error", () => {});
  return { contentLength, body, tls: undefined };
}
