import { counter, defineCollector } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { readNumber } from "./_attribute.ts";
import { deviceFilter } from "./_device_filter.ts";
import { type Host, ifPresent, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports the traffic of network devices. */
export function netdev(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Traffic and errors of network devices, from /proc/net/dev.",
    metrics: {
      receive_bytes: received("bytes", "Bytes received"),
      receive_packets: received("packets", "Packets received"),
      receive_errs: received("errs", "Receive errors"),
      receive_drop: received("drop", "Packets dropped on receipt"),
      receive_fifo: received("fifo", "Receive buffer overruns"),
      receive_frame: received("frame", "Framing errors"),
      receive_compressed: received("compressed", "Compressed packets received"),
      receive_multicast: received("multicast", "Multicast packets received"),
      receive_nohandler: counter(
        "node_network_receive_nohandler_total",
        "Packets received that nothing handled, from /sys/class/net/<device>/statistics/rx_nohandler.",
        ["device"],
      ),
      transmit_bytes: transmitted("bytes", "Bytes sent"),
      transmit_packets: transmitted("packets", "Packets sent"),
      transmit_errs: transmitted("errs", "Transmit errors"),
      transmit_drop: transmitted("drop", "Packets dropped on sending"),
      transmit_fifo: transmitted("fifo", "Transmit buffer overruns"),
      transmit_colls: transmitted("colls", "Collisions"),
      transmit_carrier: transmitted("carrier", "Carrier losses"),
      transmit_compressed: transmitted("compressed", "Compressed packets sent"),
    },
    async collect({ settings, metrics, family }) {
      const path = `${settings.path.procfs}/net/dev`;
      const { enableDetailedMetrics, netlink, ...patterns } = settings.collector.netdev;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const wanted = deviceFilter(patterns);
      for (const [device, values] of parseNetDev(text, path)) {
        if (!wanted(device)) continue;
        const statistics = `${settings.path.sysfs}/class/net/${device}/statistics`;
        if (enableDetailedMetrics) {
          for (const [name, value] of detailed(await readStatistics(host, statistics))) {
            const help = `Statistic ${name} of the network device, from /sys/class/net/<device>/statistics.`;
            const own = metrics[name as keyof typeof metrics] as typeof metrics.receive_bytes | undefined;
            (own ?? family(counter(`node_network_${name}_total`, help, ["device"]))).set({ device }, value);
          }
          continue;
        }
        for (const [name, value] of values) metrics[name as keyof typeof metrics]?.set({ device }, value);
        if (!netlink) continue;
        const nohandler = await readNumber(host, `${statistics}/rx_nohandler`);
        if (nohandler !== undefined) metrics.receive_nohandler.set({ device }, nohandler);
      }
    },
  });
}

/** Reads `/proc/net/dev`: per device the columns that its two header lines name, as `receive_bytes`. */
export function parseNetDev(text: string, path = "/proc/net/dev"): Map<string, Map<string, number>> {
  const [, header, ...lines] = linesOf(text);
  const [, receive, transmit, ...others] = header?.split("|") ?? [];
  if (receive === undefined || transmit === undefined || others.length > 0) {
    throw malformed(path, { line: 2, text: header ?? "", expected: 'a header in three parts, separated by "|"' });
  }
  const names = [
    ...fieldsOf(receive).map((name) => `receive_${name}`),
    ...fieldsOf(transmit).map((name) => `transmit_${name}`),
  ];
  const devices = new Map<string, Map<string, number>>();
  lines.forEach((line, i) => {
    // The name of an alias contains a colon too.
    const { device, rest } = /^\s*(?<device>\S+):(?<rest>[\d\s]*)$/.exec(line)?.groups ?? {};
    const numbers = rest === undefined ? undefined : numbersOf(fieldsOf(rest));
    if (device === undefined || numbers?.length !== names.length) {
      throw malformed(path, { line: i + 3, text: line, expected: `a device and ${names.length} numbers` });
    }
    devices.set(device, new Map(names.map((name, column) => [name, numbers[column]!])));
  });
  return devices;
}

/** Names the files of a device's `statistics` folder as node_exporter does: `rx_crc_errors` is `receive_crc_errors`. */
export function detailed(statistics: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...statistics].map(([file, value]) => [
    file.replace(/^rx_/, "receive_").replace(/^tx_/, "transmit_"),
    value,
  ]));
}

async function readStatistics(host: Host, folder: string): Promise<Map<string, number>> {
  const statistics = new Map<string, number>();
  for (const file of await ifReadable(host.list(folder)) ?? []) {
    const value = await readNumber(host, `${folder}/${file}`);
    if (value !== undefined) statistics.set(file, value);
  }
  return statistics;
}

function received(column: string, what: string) {
  return counter(`node_network_receive_${column}_total`, `${what}, from column ${column} of /proc/net/dev.`, [
    "device",
  ]);
}

function transmitted(column: string, what: string) {
  return counter(`node_network_transmit_${column}_total`, `${what}, from column ${column} of /proc/net/dev.`, [
    "device",
  ]);
}
