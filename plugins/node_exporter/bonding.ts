import { defineCollector, gauge } from "@exporterkit/core";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports how many devices of a bond work. */
export function bonding(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Devices of network bonds, from /sys/class/net/<bond>.",
    metrics: {
      slaves: gauge(
        "node_bonding_slaves",
        "Devices of the bond, from bonding/slaves of /sys/class/net/<bond>.",
        ["master"],
      ),
      active: gauge(
        "node_bonding_active",
        "Devices of the bond that have a link, from bonding_slave/mii_status of each.",
        ["master"],
      ),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.sysfs}/class/net`;
      for (const master of parseNames(await ifReadable(host.readText(`${folder}/bonding_masters`)) ?? "")) {
        const slaves = await ifReadable(host.readText(`${folder}/${master}/bonding/slaves`));
        if (slaves === undefined) continue;
        const states = await Promise.all(
          parseNames(slaves).map((slave) => readState(host, `${folder}/${master}`, { slave })),
        );
        const present = states.filter((state) => state !== undefined);
        metrics.slaves.set({ master }, present.length);
        metrics.active.set({ master }, present.filter((state) => state === "up").length);
      }
    },
  });
}

/** Names in a file, separated by spaces. */
export function parseNames(text: string): string[] {
  return text.split(/\s+/).filter((name) => name !== "");
}

/** The state of a bonded device, `undefined` once it has left the bond. Older kernels name the link `slave_<device>`. */
async function readState(host: Host, bond: string, { slave }: { slave: string }): Promise<string | undefined> {
  for (const link of [`lower_${slave}`, `slave_${slave}`]) {
    const state = await ifReadable(host.readText(`${bond}/${link}/bonding_slave/mii_status`));
    if (state !== undefined) return state.trim();
  }
  return undefined;
}
