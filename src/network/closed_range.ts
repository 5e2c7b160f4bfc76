import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";

/** What `ipaddr.js` calls the ranges that are closed, and what people call them. */
const CLOSED_RANGES: Readonly<Record<string, string>> = {
  unspecified: "unspecified",
  loopback: "loopback",
  linkLocal: "link-local",
  multicast: "multicast",
  broadcast: "broadcast",
};

/**
 * Where clouds answer questions about a machine, its credentials among them. Those in 169.254.0.0/16 are link-local too.
 */
const METADATA = [
  "169.254.169.254/32", // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack
  "169.254.170.0/24", // AWS: credentials of containers
  "fd00:ec2::/32", // AWS, over IPv6
  "100.100.100.200/32", // Alibaba
  "168.63.129.16/32", // Azure: the platform's own server, a public address
  "192.0.0.192/32", // Oracle Cloud Classic
  "fd00:c1::a9fe:a9fe/128", // Oracle, over IPv6
  "fd20:ce::254/128", // Google, over IPv6
  "fd00:42::42/128", // Scaleway, over IPv6
].map((range) => ipaddr.parseCIDR(range));

/** Linux takes 240.0.0.0/4 for ordinary addresses, which no network has but clouds for themselves. */
const RESERVED = ipaddr.parseCIDR("240.0.0.0/4");

/** Prefixes of any length may stand for an IPv4 address here: RFC 8215. */
const LOCAL_NAT64 = ipaddr.parseCIDR("64:ff9b:1::/48");

/**
 * Why nobody is sent to an address unless somebody opened it: it means this machine, this link, everybody, or a cloud's
 * metadata. Private ranges are open, they are what exporters are for.
 *
 * IPv6 addresses that stand for an IPv4 address are as closed as that.
 *
 * @param text An address as a resolver or a URL has it, without brackets.
 * @returns What kind of address it is; `undefined` for one that is open.
 * @throws {TypeError} If it is no address.
 */
export function closedRange(text: string): string | undefined {
  if (!ipaddr.isValid(text)) throw new TypeError(`Cannot tell the range of "${text}": expected an IP address`);
  const address = ipaddr.parse(text);
  if (address.kind() === "ipv4") return closedByItself(address);
  const stands = embedded(address as IPv6).map(closedByItself).find((range) => range !== undefined);
  return closedByItself(address) ?? stands;
}

function closedByItself(address: IPv4 | IPv6): string | undefined {
  if (METADATA.some((range) => isIn(address, range))) return "cloud metadata";
  if (isIn(address, LOCAL_NAT64)) return "local NAT64";
  const range = CLOSED_RANGES[address.range()];
  return range ?? (isIn(address, RESERVED) ? "reserved" : undefined);
}

/** Whether a range has an address; ranges of the other kind never do. */
function isIn(address: IPv4 | IPv6, range: [IPv4 | IPv6, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range as never);
}

/** The IPv4 addresses that an IPv6 address stands for, in whatever way. */
function embedded(address: IPv6): IPv4[] {
  const bytes = address.toByteArray();
  const at = (from: number) => ipaddr.fromByteArray(bytes.slice(from, from + 4)) as IPv4;
  switch (address.range()) {
    case "ipv4Mapped":
    case "rfc6145": // ::ffff:0:a.b.c.d
    case "rfc6052": // NAT64
      return [at(12)];
    case "6to4":
      return [at(2)];
    case "teredo": // The server, and the client with its bits turned round.
      return [at(4), ipaddr.fromByteArray(bytes.slice(12).map((byte) => byte ^ 0xff)) as IPv4];
  }
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0);
  return isCompatible || isIsatap(bytes) ? [at(12)] : [];
}

/** RFC 5214: whatever the prefix is, the interface says which IPv4 address is tunnelled to. */
function isIsatap(bytes: readonly number[]): boolean {
  return (bytes[8]! & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}
