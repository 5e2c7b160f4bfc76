import { ForbiddenHostError, type Guard, spelledHost } from "./guard.ts";
import { fetchBy, type NetworkFetch } from "./redirects.ts";
import { DEFAULT_PORTS, type HostPort, isAddress, plainHost, spelledAddress } from "./target.ts";
import type { Transport } from "./transport.ts";

/**
 * Resolves a name for whoever connects by itself: what the `lookup` option of `net.connect`, `tls.connect`,
 * `http.request` and of database drivers takes.
 */
export type Lookup = (
  hostname: string,
  options: { readonly all?: boolean | undefined; readonly family?: number | string | undefined },
  callback: (
    error: Error | null,
    address: string | { address: string; family: number }[],
    family?: number,
  ) => void,
) => void;

/** Connections that go only where the rules let them. */
export interface Network {
  /**
   * A `fetch` that checks each host, also those it is redirected to, and connects to the very address that was checked,
   * where the runtime lets it. Each request has a connection of its own, and no proxy is used.
   * `{ tls: { ca, cert, key, serverName, verify } }` beside the other options says how to speak TLS; not on Workers.
   */
  readonly fetch: NetworkFetch;
  /**
   * Finds the addresses of a host that may be connected to, best first: connect to one of them, not to the host, which may
   * resolve to something else by then. On Workers, where nobody can choose an address, it gives the host itself.
   *
   * @param host Name or address.
   * @param port The port to connect to, if it is known: some rules are about ports.
   * @throws {Error} If the host may not be connected to, or has no address.
   */
  resolve(host: string, port?: number): Promise<readonly string[]>;
  /**
   * {@link resolve} for those who connect by name. Node's sockets do not ask for what is an address already, so that a
   * host that somebody else chose needs {@link resolve}.
   */
  lookup(port?: number): Lookup;
}

/**
 * Makes a network that a guard watches.
 *
 * Where the transport cannot choose an address, only addresses are connected to that are written as such, and names that
 * somebody opened: what any other name resolves to could not be checked.
 */
export function createNetwork(guard: Guard, transport: Transport): Network {
  async function resolve(where: HostPort): Promise<readonly string[]> {
    guard.checkHost(where);
    if (isAddress(where.host)) return guard.openAddresses(where, [spelledAddress(where.host)]);
    if (transport.resolve !== undefined) return guard.openAddresses(where, await transport.resolve(where.host));
    if (guard.isOpenByName(where)) return [where.host];
    throw new ForbiddenHostError(
      `Cannot connect to ${
        spelledHost(where)
      }: what it resolves to cannot be checked on this runtime; list it with its port among ` +
        "the targets of the settings, or open it by name",
    );
  }
  const resolveHost = (host: string, port?: number) => {
    const name = plainHost(host.toLowerCase());
    return resolve(port === undefined ? { host: name } : { host: name, port });
  };
  return {
    fetch: fetchBy(async (request) => {
      const { url, signal } = request;
      const port = Number(url.port === "" ? DEFAULT_PORTS[url.protocol.slice(0, -1)] : url.port);
      const addresses = await unlessAborted(() => resolve({ host: plainHost(url.hostname), port }), signal);
      return await transport.send(request, addresses);
    }),
    resolve: resolveHost,
    lookup: (port) => lookupBy((host) => resolveHost(host, port)),
  };
}

function lookupBy(resolve: (host: string) => Promise<readonly string[]>): Lookup {
  return (hostname, { all, family }, callback) => {
    resolve(hostname).then((addresses) => {
      const wanted = Number(String(family ?? 0).replace(/^IPv/, ""));
      const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
        .filter((one) => wanted === 0 || one.family === wanted);
      const [first] = found;
      if (first === undefined) {
        callback(new Error(`Cannot connect to ${hostname}: it has no address of IPv${wanted}`), "");
      } else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    }, (error) => callback(error, ""));
  };
}

/** Looking a name up cannot be aborted; waiting for it can. */
async function unlessAborted<Value>(start: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
