import { readFile } from "node:fs/promises";
import net from "node:net";
import tls from "node:tls";
import { UpstreamError } from "@exporterkit/core";
import { type DataSource, serverLabel } from "./data_source.ts";

/** Where a connection goes if not to what the host resolves to, and when it is given up. */
export interface DialOptions {
  /** Addresses to connect to, best first. @default the host itself */
  readonly addresses?: readonly string[];
  /** Told of each socket before it is connected, for whoever may have to destroy it. */
  readonly opened: (socket: net.Socket) => void;
}

/** `SSLRequest` of PostgreSQL's protocol: length 8, then the code. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
/** How a server agrees to TLS. */
const AGREED = "S".charCodeAt(0);

/**
 * Connects to a server, with the TLS that the data source asks for.
 *
 * @throws {UpstreamError} If the server has no TLS although it is asked for, or its certificate is refused.
 * @throws {Error} If nothing listens there.
 */
export async function dial(source: DataSource, options: DialOptions): Promise<net.Socket> {
  const isLocal = source.host.startsWith("/");
  const socket = await connect(source, options);
  // As libpq does: whoever can read a local socket's traffic has the machine.
  if (source.sslMode === "disable" || isLocal) return socket;
  if (await agreesToTls(socket)) return await secured(socket, source, options);
  if (source.sslMode === "allow" || source.sslMode === "prefer") return socket;
  socket.destroy();
  throw new UpstreamError(
    "tls",
    `${serverLabel(source)} offers no TLS, and sslmode is ${source.sslMode}; if it needs none, say sslmode=disable`,
  );
}

async function connect(source: DataSource, { addresses, opened }: DialOptions): Promise<net.Socket> {
  const { host, port } = source;
  const ways = host.startsWith("/")
    ? [{ path: `${host}/.s.PGSQL.${port}` }]
    : (addresses ?? [host]).map((address) => ({ host: address, port }));
  const errors: unknown[] = [];
  for (const way of ways) {
    const socket = net.connect(way);
    opened(socket);
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors.length === 1 ? errors[0] : new AggregateError(errors, `nothing listens at ${serverLabel(source)}`);
}

async function agreesToTls(socket: net.Socket): Promise<boolean> {
  socket.write(SSL_REQUEST);
  // One byte, and not more: what came behind it would have been sent by somebody in between.
  const [answer] = await once<[Uint8Array]>(socket, "data");
  if (answer.length !== 1) {
    socket.destroy();
    throw new Error("what answers the request for TLS is no PostgreSQL");
  }
  return answer[0] === AGREED;
}

async function secured(socket: net.Socket, source: DataSource, { opened }: DialOptions): Promise<net.Socket> {
  const { host, sslMode, rootCertFile, certFile, keyFile } = source;
  const [ca, cert, key] = await Promise.all([rootCertFile, certFile, keyFile].map(contentOf));
  const isVerified = sslMode.startsWith("verify-") || ca !== undefined;
  const secure = tls.connect({
    socket,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: isVerified,
    // Said here for addresses too, which are no `servername`.
    checkServerIdentity: (_, certificate) =>
      sslMode === "verify-full" ? tls.checkServerIdentity(host, certificate) : undefined,
  });
  opened(secure);
  try {
    await once(secure, "secureConnect");
  } catch (error) {
    throw new UpstreamError("tls", `cannot agree on TLS with ${serverLabel(source)}, sslmode is ${sslMode}`, {
      cause: error,
    });
  }
  return secure;
}

async function contentOf(file: string | undefined): Promise<string | undefined> {
  return file === undefined || file === "" ? undefined : await readFile(file, "utf8");
}

/** Waits for one event. Rejects if the socket fails or closes before, and leaves no listener behind. */
function once<Args extends unknown[]>(socket: net.Socket, event: string): Promise<Args> {
  return new Promise((resolve, reject) => {
    function done(...args: unknown[]): void {
      forget();
      resolve(args as Args);
    }
    function failed(error: Error): void {
      forget();
      reject(error);
    }
    function closed(): void {
      failed(new Error("the server closed the connection"));
    }
    function forget(): void {
      socket.off(event, done).off("error", failed).off("close", closed);
    }
    socket.on(event, done).on("error", failed).on("close", closed);
  });
}
