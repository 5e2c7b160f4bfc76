import { type Instance, targetGroups } from "../discovery/instance.ts";
import type { TargetGroup } from "../discovery/target_group.ts";
import { type DiscoveryOptions, readAnnouncedAddress, readPairs } from "./discovery_settings.ts";

/** An exporter as it is to be announced, wherever it may listen. */
export interface Announceable extends Omit<Instance, "address" | "scheme"> {
  /** What to announce in place of where it listens; without a port, the port that it listens on. @default where it listens */
  readonly announced?: { readonly host: string; readonly port?: number };
}

/** What an exporter was told, as far as it is about how others find it. */
export interface Findable {
  readonly discovery: DiscoveryOptions;
  readonly web: { readonly telemetryPath: string };
}

/** An exporter as it is to be announced, with what it was told. */
export function announceableOf({ name }: { readonly name: string }, { discovery, web }: Findable): Announceable {
  const announced = readAnnouncedAddress(discovery.address ?? "");
  return {
    exporter: name,
    metricsPath: web.telemetryPath,
    labels: readPairs(discovery.label),
    params: readPairs(discovery.param),
    ...(announced === undefined ? {} : { announced }),
  };
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** What `/sd` says of an exporter: the address that was asked, which whoever asks can reach, unless another is announced. */
export function ownTargetGroups(announceable: Announceable, request: Request): TargetGroup[] {
  const { announced, ...instance } = announceable;
  const { protocol, hostname, port } = new URL(request.url);
  const scheme = protocol === "https:" ? "https" : "http";
  const asked = { host: hostname, port: port === "" ? DEFAULT_PORTS[scheme] : Number(port) };
  return targetGroups([{ ...instance, scheme, address: addressOf({ ...asked, ...announced }) }]);
}

/** `host:port`. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
