import { defineCollector, gauge } from "@exporterkit/core";
import { readAttribute } from "./_attribute.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports which NVMe devices there are. */
export function nvme(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "NVMe devices, from /sys/class/nvme.",
    metrics: {
      info: gauge(
        "node_nvme_info",
        "What the NVMe device is, from firmware_rev, model, serial and state of /sys/class/nvme/<device>, of value 1.",
        ["device", "firmware_revision", "model", "serial", "state"],
      ),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.sysfs}/class/nvme`;
      for (const device of await ifReadable(host.list(folder)) ?? []) {
        const [firmware, model, serial, state] = await Promise.all(
          ["firmware_rev", "model", "serial", "state"].map((file) =>
            readAttribute(host, `${folder}/${device}/${file}`)
          ),
        );
        // The device has vanished.
        if (firmware === undefined && model === undefined && serial === undefined && state === undefined) continue;
        metrics.info.set({
          device,
          firmware_revision: firmware ?? "",
          model: model ?? "",
          serial: serial ?? "",
          state: state ?? "",
        }, 1);
      }
    },
  });
}
