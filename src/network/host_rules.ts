import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import { type HostPort, isAddress, readHostPort } from "./target.ts";

/** A rule about hosts, read. */
interface HostRule {
  /** A name, or the end of one from its dot on. */
  readonly name?: string;
  readonly range?: [IPv4 | IPv6, number];
  /** Without it, the rule is about every port. */
  readonly port?: number;
}

/**
 * Which hosts something is for: the flag `--probe.allow`, the `hosts` of an auth module.
 *
 * A rule is a name (`db1.example.com`, `*.example.com`), an address (`127.0.0.1`, `::1`), each with a port behind it if
 * it is about that only (`localhost:9200`, `[::1]:9200`), or a range of addresses (`127.0.0.0/8`).
 */
export class HostRules {
  readonly #rules: readonly HostRule[];

  /** @throws {SyntaxError} If a rule cannot be read. */
  constructor(rules: readonly string[]) {
    this.#rules = rules.map(readRule);
  }

  /** Whether a rule has the host as it is written: a name by its name, an address by itself or its range. */
  hasHost({ host, port }: HostPort): boolean {
    if (isAddress(host)) return this.hasAddress(host, port);
    return this.#rules.some((rule) => isAbout(rule, port) && rule.name !== undefined && matches(rule.name, host));
  }

  /** Whether a rule has an address. */
  hasAddress(text: string, port: number | undefined): boolean {
    const address = ipaddr.process(text);
    return this.#rules.some(({ range, ...rule }) =>
      range !== undefined && isAbout(rule, port) && range[0].kind() === address.kind() && address.match(range as never)
    );
  }
}

function isAbout(rule: Pick<HostRule, "port">, port: number | undefined): boolean {
  return rule.port === undefined || rule.port === port;
}

function matches(name: string, host: string): boolean {
  return name.startsWith(".") ? host.endsWith(name) && host.length > name.length : host === name;
}

function readRule(text: string): HostRule {
  if (ipaddr.isValidCIDR(text)) return { range: ipaddr.parseCIDR(text) };
  const isSuffix = text.startsWith("*.");
  const where = ipaddr.IPv6.isValid(text) ? { host: text } : readHostPort(isSuffix ? text.slice(2) : text);
  if (where === undefined || where.host.includes("*") || isSuffix && isAddress(where.host)) {
    throw new SyntaxError(
      `Cannot read ${JSON.stringify(text)}: expected a host, an address, one of them with a port, or a range, ` +
        'such as "localhost:9200" or "127.0.0.0/8"',
    );
  }
  const { host, port } = where;
  const about = port === undefined ? {} : { port };
  if (!isAddress(host)) return { ...about, name: isSuffix ? `.${host}` : host };
  const address = ipaddr.process(host);
  return { ...about, range: [address, address.kind() === "ipv4" ? 32 : 128] };
}
