import { isIP } from "node:net";
import type { ProbeSubject } from "@exporterkit/core";
import { type Address, DEFAULT_PORT, shownAddress } from "./address.ts";
import type { MemcachedSettings } from "./settings.ts";

/** A memcached, and how to get at it. */
export interface Server {
  /** As messages name it. */
  readonly name: string;
  /** The name in its certificate; without one, it is that of the address. */
  readonly serverName?: string;
  /** Finds the address to connect to. */
  locate(): Address | Promise<Address>;
}

/** The server of the settings. */
export function ownServer({ address, tls: { serverName } }: MemcachedSettings): Server {
  return { name: shownAddress(address), ...(serverName === undefined ? {} : { serverName }), locate: () => address };
}

/**
 * The server that a probe is about: `host:port`, or a host with memcached's own port. Only an address that was checked is
 * connected to.
 *
 * @throws {TypeError} If the target is a URL.
 */
export function probedServer(
  { tls }: MemcachedSettings,
  { target, host, port = DEFAULT_PORT, network }: Pick<
    ProbeSubject<unknown, unknown>,
    "target" | "host" | "port" | "network"
  >,
): Server {
  if (target.includes("/")) {
    throw new TypeError(`Cannot probe ${JSON.stringify(target)}: expected host:port such as 10.0.0.5:11211`);
  }
  const serverName = tls.serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    name: shownAddress({ host, port }),
    ...(serverName === undefined ? {} : { serverName }),
    async locate() {
      const [address] = await network.resolve(host, port);
      return { host: address!, port };
    },
  };
}
