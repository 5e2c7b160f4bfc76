import { counter, defineCollector, gauge } from "@exporterkit/core";
import { readAttribute } from "./_attribute.ts";
import { decimal, hexadecimal } from "./_number.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Files of `/sys/class/net/<device>` that hold one number, by the metric that they become. */
const NUMBERS = {
  addressAssignType: "addr_assign_type",
  carrier: "carrier",
  carrierChanges: "carrier_changes",
  carrierUpChanges: "carrier_up_count",
  carrierDownChanges: "carrier_down_count",
  deviceId: "dev_id",
  dormant: "dormant",
  flags: "flags",
  ifaceId: "ifindex",
  ifaceLink: "iflink",
  ifaceLinkMode: "link_mode",
  mtu: "mtu",
  nameAssignType: "name_assign_type",
  netDevGroup: "netdev_group",
  speed: "speed",
  transmitQueueLength: "tx_queue_len",
  protocolType: "type",
} as const;

const TEXTS = ["address", "broadcast", "duplex", "operstate", "ifalias"] as const;

/** Reports what network devices are like. */
export function netclass(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "State and properties of network devices, from /sys/class/net.",
    metrics: {
      up: gauge("node_network_up", "Whether operstate of /sys/class/net/<device> says up.", ["device"]),
      info: gauge(
        "node_network_info",
        "Addresses and states as text, from /sys/class/net/<device>, of value 1.",
        ["device", "address", "broadcast", "duplex", "operstate", "ifalias"],
      ),
      addressAssignType: property("address_assign_type", "How the address was assigned", "addr_assign_type"),
      carrier: property("carrier", "Whether there is a link", "carrier"),
      carrierChanges: counter(
        "node_network_carrier_changes_total",
        "How often the link came or went, from carrier_changes of /sys/class/net/<device>.",
        ["device"],
      ),
      carrierUpChanges: counter(
        "node_network_carrier_up_changes_total",
        "How often the link came, from carrier_up_count of /sys/class/net/<device>.",
        ["device"],
      ),
      carrierDownChanges: counter(
        "node_network_carrier_down_changes_total",
        "How often the link went, from carrier_down_count of /sys/class/net/<device>.",
        ["device"],
      ),
      deviceId: property("device_id", "Which of the devices that share one adapter it is", "dev_id"),
      dormant: property("dormant", "Whether the device waits for an outside event", "dormant"),
      flags: property("flags", "The device's flags as a number", "flags"),
      ifaceId: property("iface_id", "The device's index", "ifindex"),
      ifaceLink: property("iface_link", "The index of the device below it", "iflink"),
      ifaceLinkMode: property("iface_link_mode", "What the device does when it gets a link", "link_mode"),
      mtu: property("mtu_bytes", "The largest packet that the device sends", "mtu"),
      nameAssignType: property("name_assign_type", "How the name was assigned", "name_assign_type"),
      netDevGroup: property("net_dev_group", "The group the device belongs to", "netdev_group"),
      speed: property("speed_bytes", "Bytes per second that the link can carry", "speed"),
      transmitQueueLength: property("transmit_queue_length", "Packets that may wait to be sent", "tx_queue_len"),
      protocolType: property("protocol_type", "The device's protocol as a number", "type"),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.sysfs}/class/net`;
      const { ignoredDevices, ignoreInvalidSpeed } = settings.collector.netclass;
      const devices = (await ifReadable(host.list(folder)) ?? []).filter((device) => !ignoredDevices.test(device));
      await Promise.all(devices.map(async (device) => {
        const files = await readFiles(host, `${folder}/${device}`);
        // `bonding_masters` is a file among the devices, and a device may have vanished.
        if (files.size === 0) return;
        const { texts, numbers } = parseNetClass(files);
        metrics.up.set({ device }, texts.operstate === "up" ? 1 : 0);
        metrics.info.set({ device, ...texts }, 1);
        for (const [key, value] of Object.entries(numbers) as [keyof typeof NUMBERS, number][]) {
          if (key !== "speed") metrics[key].set({ device }, value);
          // Megabits; a device that does not know says -1.
          else if (value >= 0 || !ignoreInvalidSpeed) metrics.speed.set({ device }, Math.trunc(value * 1e6 / 8));
        }
      }));
    },
  });
}

/** A device's properties. */
export interface NetClass {
  readonly texts: Readonly<Record<typeof TEXTS[number], string>>;
  readonly numbers: Readonly<Partial<Record<keyof typeof NUMBERS, number>>>;
}

/** Reads the files of `/sys/class/net/<device>`. What is missing is left out, and empty among the texts. */
export function parseNetClass(files: ReadonlyMap<string, string>): NetClass {
  const texts = Object.fromEntries(TEXTS.map((file) => [file, files.get(file)?.trim() ?? ""]));
  const numbers = Object.entries(NUMBERS).map(([key, file]) => [key, numberOf(files.get(file)?.trim())] as const)
    .filter(([, value]) => !Number.isNaN(value));
  return { texts: texts as NetClass["texts"], numbers: Object.fromEntries(numbers) };
}

async function readFiles(host: Host, folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await Promise.all([...TEXTS, ...Object.values(NUMBERS)].map(async (name) => {
    const text = await readAttribute(host, `${folder}/${name}`);
    if (text !== undefined) files.set(name, text);
  }));
  return files;
}

function property<Name extends string>(name: Name, what: string, file: string) {
  return gauge(`node_network_${name}`, `${what}, from ${file} of /sys/class/net/<device>.`, ["device"]);
}

/** Some of the files are hexadecimal, with `0x` in front. */
function numberOf(text: string | undefined): number {
  return text?.startsWith("0x") ? hexadecimal(text.slice(2)) : decimal(text);
}
