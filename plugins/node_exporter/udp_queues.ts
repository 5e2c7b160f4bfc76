import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports how much waits in the queues of UDP sockets. */
export function udpQueues(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Bytes in the queues of UDP sockets, from /proc/net/udp and /proc/net/udp6.",
    metrics: {
      queues: gauge(
        "node_udp_queues",
        "Bytes that wait in the queues of all UDP sockets, from tx_queue and rx_queue of /proc/net/udp and udp6.",
        ["queue", "ip"],
      ),
    },
    async collect({ settings, metrics }) {
      for (const [file, ip] of [["udp", "v4"], ["udp6", "v6"]] as const) {
        const path = `${settings.path.procfs}/net/${file}`;
        const text = await ifPresent(host.readText(path));
        if (text === undefined) continue;
        const { transmit, receive } = parseUdpQueues(text, path);
        metrics.queues.set({ queue: "tx", ip }, transmit);
        metrics.queues.set({ queue: "rx", ip }, receive);
      }
    },
  });
}

/** Adds up the fifth column of `/proc/net/udp`, two hexadecimal numbers: what is to be sent, and what was received. */
export function parseUdpQueues(text: string, path = "/proc/net/udp"): { transmit: number; receive: number } {
  const sums = { transmit: 0, receive: 0 };
  linesOf(text).slice(1).forEach((line, i) => {
    const { transmit, receive } =
      /^(?<transmit>[0-9A-F]+):(?<receive>[0-9A-F]+)$/i.exec(fieldsOf(line)[4] ?? "")?.groups ?? {};
    if (transmit === undefined || receive === undefined) {
      throw malformed(path, { line: i + 2, text: line, expected: "tx_queue:rx_queue as the fifth field" });
    }
    sums.transmit += parseInt(transmit, 16);
    sums.receive += parseInt(receive, 16);
  });
  return sums;
}
