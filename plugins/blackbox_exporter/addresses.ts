import { gauge, type Network } from "@exporterkit/core";
import type { Addressing } from "./schemas.ts";

/** What every prober tells about the address that it connects to. */
export const addressMetrics = {
  lookupTime: gauge("probe_dns_lookup_time_seconds", "Time to resolve the name of the target."),
  protocol: gauge("probe_ip_protocol", "IP version of the address that was probed, 4 or 6; 0 if there is none."),
  hash: gauge("probe_ip_addr_hash", "Hash of the address that was probed, FNV-1a of its bytes; changes if it does."),
};

/** The same, live. */
interface AddressGauges {
  readonly lookupTime: { set(value: number): void };
  readonly protocol: { set(value: number): void };
  readonly hash: { set(value: number): void };
}

/** What is needed to find an address. */
export interface Resolving {
  readonly network: Network;
  readonly host: string;
  readonly port?: number | undefined;
  readonly metrics: AddressGauges;
  /** Told how long it took, also if nothing was found, in seconds. */
  readonly resolved?: (seconds: number) => void;
}

/**
 * Resolves a target to the one address that is probed, of those that may be connected to, and says so in the metrics.
 *
 * @throws {Error} If there is none, or none of the IP version that the module insists on.
 */
export async function resolveTarget(
  { network, host, port, metrics, resolved }: Resolving,
  addressing: Addressing,
): Promise<string> {
  metrics.protocol.set(0);
  metrics.hash.set(0);
  const startMs = performance.now();
  try {
    const address = chooseAddress(await network.resolve(host, port), host, addressing);
    metrics.protocol.set(versionOf(address));
    metrics.hash.set(addressHash(address));
    return address;
  } finally {
    const seconds = (performance.now() - startMs) / 1000;
    metrics.lookupTime.set(seconds);
    resolved?.(seconds);
  }
}

/** The address of the preferred IP version, or, unless the module forbids that, of the other. */
export function chooseAddress(addresses: readonly string[], host: string, addressing: Addressing): string {
  const { preferred_ip_protocol: preferred, ip_protocol_fallback: mayFallBack } = addressing;
  const version = preferred === "ip4" ? 4 : 6;
  const chosen = addresses.find((address) => versionOf(address) === version) ??
    (mayFallBack ? addresses[0] : undefined);
  if (chosen !== undefined) return chosen;
  throw new Error(`Cannot probe ${host}: it has no ${mayFallBack ? "address" : `address of IPv${version}`}`);
}

/** 32 bits of FNV-1a over the bytes of an address, as blackbox_exporter has it. */
export function addressHash(address: string): number {
  const bytes = versionOf(address) === 4 ? address.split(".").map(Number) : bytesOfIpv6(address);
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

function versionOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

function bytesOfIpv6(address: string): number[] {
  // A URL spells IPv6 addresses in hexadecimal groups only.
  const plain = new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname.slice(1, -1);
  const [before = "", after] = plain.split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const [left, right] = [groups(before), groups(after ?? "")];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}
