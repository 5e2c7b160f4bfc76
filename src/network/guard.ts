import { closedRange } from "./closed_range.ts";
import type { HostRules } from "./host_rules.ts";
import { type HostPort, isAddress } from "./target.ts";

/** A connection was refused before it was made. */
export class ForbiddenHostError extends Error {
  override name = "ForbiddenHostError";
}

/** What a guard goes by. */
export interface GuardRules {
  /** Hosts and addresses that are open although they would not be. */
  readonly open: readonly HostRules[];
  /** The only hosts that may be connected to, since credentials go there. @default all */
  readonly only?: HostRules;
}

/** Says which hosts and addresses may be connected to. */
export class Guard {
  readonly #open: readonly HostRules[];
  readonly #only: HostRules | undefined;

  constructor({ open, only }: GuardRules) {
    this.#open = open;
    this.#only = only;
  }

  /**
   * Looks at a host before anybody asks for its addresses.
   *
   * @throws {ForbiddenHostError} If credentials are in play that are not for it.
   */
  checkHost(where: HostPort): void {
    if (this.#only === undefined || this.#only.hasHost(where)) return;
    throw new ForbiddenHostError(
      `Cannot connect to ${spelledHost(where)}: the auth module does not list it among its hosts`,
    );
  }

  /** Whether somebody opened a host by its name. */
  isOpenByName(where: HostPort): boolean {
    return this.#open.some((rules) => !isAddress(where.host) && rules.hasHost(where));
  }

  /**
   * Those of a host's addresses that may be connected to.
   *
   * @throws {ForbiddenHostError} If there are addresses, and all of them are closed.
   */
  openAddresses(where: HostPort, addresses: readonly string[]): readonly string[] {
    if (this.isOpenByName(where)) return addresses;
    const closed = new Map(addresses.map((address) => [address, this.#closedRange(address, where.port)]));
    const open = addresses.filter((address) => closed.get(address) === undefined);
    if (open.length > 0 || addresses.length === 0) return open;
    const [[address, range] = []] = closed;
    const what = address === where.host ? "it" : `its address ${address}`;
    throw new ForbiddenHostError(
      `Cannot connect to ${spelledHost(where)}: ${what} is closed (${range}); --probe.allow opens it`,
    );
  }

  #closedRange(address: string, port: number | undefined): string | undefined {
    return this.#open.some((rules) => rules.hasAddress(address, port)) ? undefined : closedRange(address);
  }
}

/** A host as messages and URLs have it. */
export function spelledHost({ host, port }: HostPort): string {
  const plain = host.includes(":") ? `[${host}]` : host;
  return port === undefined ? plain : `${plain}:${port}`;
}
