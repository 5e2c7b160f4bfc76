import { getRequestListener } from "@hono/node-server";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Handler } from "../http/handler.ts";
import { errorText, type Logger } from "../log/logger.ts";
import type { Address } from "./address.ts";
import type { Listener } from "./platform.ts";
import { subjectAltNames } from "./subject_alt_names.ts";
import type { TlsSettings, TlsSettingsReader } from "./tls_settings.ts";
import type { TlsSupport } from "./tls_support.ts";

/** What a server with TLS needs. */
export interface TlsOptions {
  readonly settings: TlsSettingsReader;
  readonly support: TlsSupport;
  /** Whether HTTP/2 is offered. */
  readonly http2: boolean;
  readonly log: Logger;
}

/** How often the files are read where a connection comes too late for it. */
const REREAD_MS = 1000;

/**
 * Serves requests over TLS, with HTTP/2 and HTTP/1.1 on the same port.
 *
 * The same server of `node:http2` on Node, Deno and Bun: their own servers can neither take another certificate nor ask for
 * one. The files are read again for every connection; if something is wrong then, the connection is closed.
 */
export function listenWithTls(address: Address, answer: Handler, options: TlsOptions): Promise<Listener> {
  const { settings, support, http2, log } = options;
  let current = settings.read();
  const asksForCertificate = current.clientAuth !== "NoClientCert";
  let isReplaced = false;
  let trouble = "";

  const server = createSecureServer(
    {
      ...current.context,
      allowHTTP1: true,
      requestCert: asksForCertificate,
      // Whoever is let in is decided below, since it may change.
      rejectUnauthorized: false,
      ...(http2 ? {} : { ALPNCallback: () => "http/1.1" }),
    },
    getRequestListener(answer, { overrideGlobalObjects: false }),
  );
  if (typeof server.setSecureContext !== "function") {
    throw new Error(
      "Cannot serve with TLS: this version of the runtime cannot take another certificate, a newer one can",
    );
  }

  /** Whether the settings are good; new ones count from the next handshake on. */
  function refresh(): boolean {
    try {
      const read = settings.read();
      if (asksForCertificate !== (read.clientAuth !== "NoClientCert")) {
        throw new Error("client_auth_type cannot change from or to NoClientCert while the exporter runs: restart it");
      }
      if (read !== current) {
        server.setSecureContext(read.context);
        current = read;
        isReplaced = true;
        log.info("New TLS settings are in use");
      }
      trouble = "";
    } catch (error) {
      const text = errorText(error);
      if (text !== trouble) log.error("TLS connections are refused", { error: text });
      trouble = text;
    }
    return trouble === "";
  }

  server.prependListener("connection", (socket: Socket) => {
    if (!refresh()) socket.destroy();
  });
  const timer = support.isOneConnectionLate ? setInterval(refresh, REREAD_MS) : undefined;
  timer?.unref();
  filterConnections(server, (socket) => {
    const isFromBefore = isReplaced && support.keepsOldSessions && socket.isSessionReused();
    return trouble === "" && mayAsk(socket, current, isFromBefore);
  });
  server.on("tlsClientError", (error: Error) => log.debug("TLS handshake failed", { error }));

  const close = closerOf(server);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: address.port, host: address.host === "" ? undefined : address.host }, () => {
      server.off("error", reject);
      const { port } = server.address() as AddressInfo;
      resolve({
        port,
        close() {
          clearInterval(timer);
          return close();
        },
      });
    });
  });
}

/** Puts a check between the handshake and HTTP: who does not pass never gets to say anything. */
function filterConnections(server: Http2SecureServer, mayPass: (socket: TLSSocket) => boolean): void {
  const listeners = server.listeners("secureConnection");
  server.removeAllListeners("secureConnection");
  server.on("secureConnection", (socket: TLSSocket) => {
    if (mayPass(socket)) listeners.forEach((listener) => listener.call(server, socket));
    else socket.destroy();
  });
}

/** Whether a client may ask, by what exporter-toolkit and Go's `tls.ClientAuthType` say. */
function mayAsk(socket: TLSSocket, settings: TlsSettings, isFromBefore: boolean): boolean {
  const { clientAuth, clientAllowedSans } = settings;
  if (clientAuth === "NoClientCert" || clientAuth === "RequestClientCert") return true;
  // Empty without a certificate, whatever the types say. `authorized` alone says nothing on Deno: it is true then.
  const certificate = (socket.getPeerCertificate() as { raw?: Uint8Array } | undefined)?.raw;
  if (certificate === undefined) return clientAuth === "VerifyClientCertIfGiven";
  if (isFromBefore) return false;
  if (clientAuth !== "RequireAnyClientCert" && !socket.authorized) return false;
  return clientAllowedSans === undefined || subjectAltNames(certificate).some((san) => clientAllowedSans.includes(san));
}

/** Lets requests under way finish, then ends each connection: a scraper keeps its own open for minutes. */
function closerOf(server: Http2SecureServer): () => Promise<void> {
  const sessions = new Set<ServerHttp2Session>();
  /** Connections whose handshake is not over, by the port they come from. */
  const handshakes = new Map<number | undefined, Socket>();
  /** Connections with HTTP/1.1, by how many requests they have under way. */
  const sockets = new Map<Socket, number>();
  let isClosing = false;
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    handshakes.set(remotePort, socket);
    socket.once("close", () => handshakes.delete(remotePort));
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    if (isClosing) session.close();
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    handshakes.delete(socket.remotePort);
    if (socket.alpnProtocol === "h2") return;
    sockets.set(socket, 0);
    socket.once("close", () => sockets.delete(socket));
  });
  server.prependListener("request", (request, response) => {
    if (request.httpVersionMajor !== 1) return;
    const { socket } = request as unknown as IncomingMessage;
    sockets.set(socket, (sockets.get(socket) ?? 0) + 1);
    (response as unknown as ServerResponse).once("close", () => {
      const underWay = (sockets.get(socket) ?? 1) - 1;
      if (sockets.has(socket)) sockets.set(socket, underWay);
      if (isClosing && underWay === 0) socket.end();
    });
  });
  return () => {
    isClosing = true;
    return new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of handshakes.values()) socket.destroy();
      for (const session of sessions) session.close();
      for (const [socket, underWay] of sockets) if (underWay === 0) socket.destroy();
    });
  };
}
