/** The one place that knows the sockets of the runtime: TCP, and TLS over it. */
import { readFile } from "node:fs/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import {
  connect as connectTls,
  createSecureContext,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { TlsState } from "./certificates.ts";
import type { TlsConfig } from "./tls_module.ts";
import { pemOf, VERSIONS } from "./tls_files.ts";

/** Where to connect to. */
export interface Endpoint {
  /** An address that was checked. */
  readonly address: string;
  readonly port: number;
  /** The address to connect from. @default the system chooses */
  readonly from?: string | undefined;
}

/** Who the certificate has to be for, and what is offered. */
export interface TlsOptions {
  /** Name or address of the server; `server_name` of the module goes before it. */
  readonly host: string;
  /** Protocols to offer above TLS, best first. @default none */
  readonly protocols?: readonly string[];
}

/** Opens a TCP connection, which ends with the signal. @throws {Error} If nobody answers there. */
export async function connect({ address, port, from }: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const localAddress = from === undefined ? {} : { localAddress: from };
  const socket = connectTcp({ host: address, port, autoSelectFamily: false, ...localAddress });
  endWith(socket, signal);
  await opened(socket, "connect");
  return socket;
}

/** Speaks TLS over a connection. @throws {Error} If the handshake fails, or the certificate is not as it should be. */
export async function secure(socket: Socket, config: TlsConfig, options: TlsOptions): Promise<TLSSocket> {
  const host = config.server_name || options.host;
  const secureContext = await contextOf(config);
  const secured = connectTls({
    socket,
    host,
    // TLS names no addresses: RFC 6066, 3.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: !config.insecure_skip_verify,
    secureContext,
    ...(options.protocols === undefined ? {} : { ALPNProtocols: [...options.protocols] }),
  });
  socket.once("close", () => secured.destroy());
  await opened(secured, "secureConnect");
  return secured;
}

/** What a connection tells about itself, once it is secured. */
export function tlsStateOf(socket: TLSSocket): TlsState {
  const chain = chainOf(socket.getPeerCertificate(true));
  const [leaf] = chain;
  if (leaf === undefined) throw new Error("The server showed no certificate");
  return {
    protocol: socket.getProtocol() ?? "",
    isVerified: socket.authorized,
    leaf: {
      der: leaf.raw,
      sha256: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
      dnsNames: [...(leaf.subjectaltname ?? "").matchAll(/DNS:(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g)]
        .map(([, quoted, plain]) => quoted ?? plain ?? ""),
    },
    chain: chain.map(({ valid_to, fingerprint256, issuerCertificate: issuer }) => ({
      endMs: Date.parse(valid_to),
      isAuthority: issuer?.fingerprint256 === fingerprint256,
    })),
  };
}

/** From the server's certificate up; a root is its own issuer. */
function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let one = leaf; one?.raw !== undefined; one = one.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256)) break;
    chain.push(one);
  }
  return chain;
}

/** The context of each `tls_config`, with what it was made from: a file may have been replaced since. */
const contexts = new WeakMap<TlsConfig, { readonly pem: string; readonly context: SecureContext }>();

async function contextOf(config: TlsConfig): Promise<SecureContext> {
  const files = await pemOf(config, (path) => readFile(path, "utf8"));
  const pem = JSON.stringify(files);
  const known = contexts.get(config);
  if (known?.pem === pem) return known.context;
  const { min_version: min, max_version: max } = config;
  const context = createSecureContext({
    ...files,
    ...(min === undefined ? {} : { minVersion: VERSIONS[min] }),
    ...(max === undefined ? {} : { maxVersion: VERSIONS[max] }),
  });
  contexts.set(config, { pem, context });
  return context;
}

function endWith(socket: Socket, signal: AbortSignal): void {
  const end = () => void socket.destroy();
  signal.addEventListener("abort", end);
  socket.once("close", () => signal.removeEventListener("abort", end));
  // Errors that nobody waits for any more would end the process.
  socket.on("error", () => {});
}

function opened(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("The connection was closed before it was open")));
  });
}
