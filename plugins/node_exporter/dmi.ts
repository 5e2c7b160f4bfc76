import { defineCollector, gauge } from "@exporterkit/core";
import { readAttribute } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The labels: names of files in /sys/class/dmi/id, but for one. */
const LABELS = [
  "bios_date",
  "bios_release",
  "bios_vendor",
  "bios_version",
  "board_asset_tag",
  "board_name",
  "board_serial",
  "board_vendor",
  "board_version",
  "chassis_asset_tag",
  "chassis_serial",
  "chassis_vendor",
  "chassis_version",
  "product_family",
  "product_name",
  "product_serial",
  "product_sku",
  "product_uuid",
  "product_version",
  "system_vendor",
];
const FILES: Readonly<Record<string, string>> = { system_vendor: "sys_vendor" };

/** Collects what the firmware says about the hardware. Serial numbers are there only for root. */
export function dmi(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Makers, models and serial numbers of the hardware.",
    async collect({ settings, family }) {
      const labels = await readDmi(host, `${settings.path.sysfs}/class/dmi/id`);
      if (Object.keys(labels).length === 0) return;
      family(gauge("node_dmi_info", "What the firmware says about the hardware, from /sys/class/dmi/id.", LABELS))
        .set(labels, 1);
    },
  });
}

async function readDmi(host: Host, folder: string): Promise<Record<string, string>> {
  const values = await Promise.all(LABELS.map((label) => readAttribute(host, `${folder}/${FILES[label] ?? label}`)));
  return Object.fromEntries(LABELS.flatMap((label, i) => values[i] === undefined ? [] : [[label, values[i]]]));
}
