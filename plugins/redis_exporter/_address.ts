/** Where a Redis server is. */
export interface Address {
  /** A name or an address; absent of a socket. */
  readonly host?: string;
  readonly port?: number;
  /** The file of a socket. */
  readonly path?: string;
  readonly tls: boolean;
  /** The name in the server's certificate, where `host` is only its address. */
  readonly serverName?: string;
  /** What the address itself says to log in with. */
  readonly user?: string;
  readonly password?: string;
  /** The same without what nobody may see, for messages. */
  readonly shown: string;
}

/** Where Redis listens unless it is told otherwise. */
export const DEFAULT_PORT = 6379;
const SCHEMES: ReadonlySet<string> = new Set(["redis:", "rediss:", "valkey:", "valkeys:"]);

/**
 * Reads an address: `redis://user:password@host:port`, `rediss://...` for TLS, `unix:///path`, `host:port` or a path.
 *
 * @throws {TypeError} If it is none of these.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("/") || text.startsWith("unix://")) {
    const path = text.replace(/^unix:\/\//, "");
    return { path, tls: false, shown: path };
  }
  const url = toUrl(text.includes("://") ? text : `redis://${text}`);
  if (url === undefined || !SCHEMES.has(url.protocol) || url.hostname === "") {
    throw new TypeError("Cannot read the address of Redis: expected one such as redis://localhost:6379");
  }
  const port = url.port === "" ? DEFAULT_PORT : Number(url.port);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    tls: url.protocol === "rediss:" || url.protocol === "valkeys:",
    ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    shown: `${url.hostname}:${port}`,
  };
}

function toUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
