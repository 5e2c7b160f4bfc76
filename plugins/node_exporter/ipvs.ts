import { counter, defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { hexadecimal } from "./_number.ts";
import { type Host, ifPresent } from "./host.ts";
import type { BACKEND_LABELS } from "./ipvs_settings.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports what the kernel's load balancer does. */
export function ipvs(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Connections and backends of the kernel's load balancer, from /proc/net/ip_vs_stats and /proc/net/ip_vs.",
    metrics: {
      connections: counter("node_ipvs_connections_total", "Connections made, from Conns of /proc/net/ip_vs_stats."),
      incomingPackets: counter(
        "node_ipvs_incoming_packets_total",
        "Packets received, from Incoming Packets of /proc/net/ip_vs_stats.",
      ),
      outgoingPackets: counter(
        "node_ipvs_outgoing_packets_total",
        "Packets sent, from Outgoing Packets of /proc/net/ip_vs_stats.",
      ),
      incomingBytes: counter(
        "node_ipvs_incoming_bytes_total",
        "Bytes received, from Incoming Bytes of /proc/net/ip_vs_stats.",
      ),
      outgoingBytes: counter(
        "node_ipvs_outgoing_bytes_total",
        "Bytes sent, from Outgoing Bytes of /proc/net/ip_vs_stats.",
      ),
    },
    async collect({ settings, metrics, family }) {
      const path = `${settings.path.procfs}/net/ip_vs`;
      const totals = await ifPresent(host.readText(`${path}_stats`));
      if (totals === undefined) return;
      const stats = parseIpvsStats(totals, `${path}_stats`);
      metrics.connections.set(stats.connections);
      metrics.incomingPackets.set(stats.incomingPackets);
      metrics.outgoingPackets.set(stats.outgoingPackets);
      metrics.incomingBytes.set(stats.incomingBytes);
      metrics.outgoingBytes.set(stats.outgoingBytes);
      const table = await ifPresent(host.readText(path));
      const labelNames = settings.collector.ipvs.backendLabels;
      const backend = (name: string, help: string) => family(gauge(`node_ipvs_backend_${name}`, help, labelNames));
      const active = backend("connections_active", "Active connections, from ActiveConn of /proc/net/ip_vs.");
      const inactive = backend("connections_inactive", "Inactive connections, from InActConn of /proc/net/ip_vs.");
      const weight = backend("weight", "Weight of the backend, from Weight of /proc/net/ip_vs.");
      for (const each of parseIpvs(table ?? "", path)) {
        const labels = Object.fromEntries(labelNames.map((name) => [name, each.labels[name]])) as BackendLabels;
        active.inc(labels, each.active);
        inactive.inc(labels, each.inactive);
        weight.inc(labels, each.weight);
      }
    },
  });
}

/** The totals of `/proc/net/ip_vs_stats`. */
export interface IpvsStats {
  readonly connections: number;
  readonly incomingPackets: number;
  readonly outgoingPackets: number;
  readonly incomingBytes: number;
  readonly outgoingBytes: number;
}

/** Reads the third line of `/proc/net/ip_vs_stats`, five hexadecimal numbers. */
export function parseIpvsStats(text: string, path = "/proc/net/ip_vs_stats"): IpvsStats {
  const line = linesOf(text)[2] ?? "";
  const numbers = fieldsOf(line).map(hexadecimal);
  if (numbers.length !== 5 || numbers.some(Number.isNaN)) {
    throw malformed(path, { line: 3, text: line, expected: "five hexadecimal numbers" });
  }
  const [connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes] = numbers as FiveNumbers;
  return { connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes };
}

type FiveNumbers = [number, number, number, number, number];
type BackendLabels = Readonly<Record<typeof BACKEND_LABELS[number], string>>;

/** A server behind the load balancer. */
export interface Backend {
  readonly labels: BackendLabels;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** Reads `/proc/net/ip_vs`: a line per service, by address or by firewall mark, and one per backend below it. */
export function parseIpvs(text: string, path = "/proc/net/ip_vs"): Backend[] {
  const backends: Backend[] = [];
  let service = { proto: "", local_address: "", local_port: "0", local_mark: "" };
  linesOf(text).forEach((line, i) => {
    const [head, second = "", ...rest] = fieldsOf(line);
    if (head === "FWM") service = { proto: head, local_address: "", local_port: "0", local_mark: second };
    if (head === "TCP" || head === "UDP" || head === "SCTP") {
      const { address, port } = endpoint(second) ?? {};
      if (address === undefined || port === undefined) {
        throw malformed(path, { line: i + 1, text: line, expected: "a protocol and an address with a port" });
      }
      service = { proto: head, local_address: address, local_port: port, local_mark: "" };
    }
    if (head !== "->" || second.startsWith("RemoteAddress")) return;
    const { address, port } = endpoint(second) ?? {};
    const [weight, active, inactive] = numbersOf(rest.slice(1)) ?? [];
    if (address === undefined || port === undefined || inactive === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: "an address with a port, a word and three numbers" });
    }
    const labels = { ...service, remote_address: address, remote_port: port };
    backends.push({ labels, weight: weight!, active: active!, inactive });
  });
  return backends;
}

/** Reads `C0A80016:0CEA` and `[2001:0db8:...]:01BB`. */
function endpoint(text: string): { address: string; port: string } | undefined {
  const { four, six, port } =
    /^(?:(?<four>[0-9A-F]{8})|\[(?<six>[0-9A-F:]+)\]):(?<port>[0-9A-F]{4})$/i.exec(text)?.groups ?? {};
  if (port === undefined) return undefined;
  const address = four === undefined
    // The URL standard writes an address in its shortest form.
    ? new URL(`http://[${six}]/`).hostname.slice(1, -1)
    : four.match(/../g)!.map((byte) => parseInt(byte, 16)).join(".");
  return { address, port: String(parseInt(port, 16)) };
}
