import ipaddr from "ipaddr.js";

/** A host, and which of its ports, if that is known. */
export interface HostPort {
  /** Name in lower case without a dot at its end, or address without brackets, spelled as everybody spells it. */
  readonly host: string;
  /** Port; without it, nobody has said which. */
  readonly port?: number;
}

/** Ports that a URL does not need to name. */
export const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Reads where a target is: `host`, `host:port`, with a path behind it, or a URL of any scheme.
 *
 * Decimal, octal and hexadecimal spellings of addresses come out as the address that they are, and names as IDNA has them.
 *
 * @throws {SyntaxError} If it names no host, or holds credentials, whose place is an auth module.
 */
export function readTarget(text: string): HostPort {
  const refuse = (why: string) => new SyntaxError(`Cannot read target ${JSON.stringify(text)}: ${why}`);
  // Backslashes begin the path for some readers of URLs, and belong to the user name for others.
  // deno-lint-ignore no-control-regex
  if (/[\s\\\x00-\x1f\x7f]/.test(text)) throw refuse("it holds white space, a backslash or a control character");
  const [, scheme, authority = ""] = /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/?#]*)/i.exec(text)!;
  if (authority.includes("@")) {
    throw new SyntaxError("Cannot read the target: it holds credentials, which belong in an auth module");
  }
  const where = readHostPort(authority);
  if (where === undefined) throw refuse('expected a host, host:port or URL; IPv6 addresses stand in brackets, "[::1]"');
  const port = where.port ?? DEFAULT_PORTS[scheme?.toLowerCase() ?? ""];
  return port === undefined ? where : { ...where, port };
}

/** Reads `host` or `host:port`, as a URL has them; `undefined` if it is neither. */
export function readHostPort(text: string): HostPort | undefined {
  const [, host = "", digits] = /^(.*?)(?::(\d{1,5}))?$/s.exec(text)!;
  const isHost = host !== "" && !/[/?#@\\%\s]|:$/.test(host) && URL.canParse(`http://${host}/`);
  const port = digits === undefined ? undefined : Number(digits);
  if (!isHost || port === 0 || port !== undefined && port > 65_535) return undefined;
  const url = new URL(`http://${host}/`);
  // A host with a colon outside of brackets would have become a port.
  if (url.port !== "" || url.hostname === "" || host.includes(":") && !host.startsWith("[")) return undefined;
  const name = plainHost(url.hostname);
  return port === undefined ? { host: name } : { host: name, port };
}

/** The host of a URL without the brackets of IPv6 and the dot of a name that is complete. */
export function plainHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** Whether a host is an address, thus needs no look-up. */
export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/** An address as everybody spells it, whatever base its numbers are in. */
export function spelledAddress(address: string): string {
  return ipaddr.parse(address).toString();
}
