import { hostPath } from "@exporterkit/core";
import * as v from "valibot";
import { arpSettings } from "./arp_settings.ts";
import { cpuSettings } from "./cpu_settings.ts";
import { diskstatsSettings } from "./diskstats_settings.ts";
import { filesystemSettings } from "./filesystem_settings.ts";
import { ipvsSettings } from "./ipvs_settings.ts";
import { netclassSettings } from "./netclass_settings.ts";
import { netdevSettings } from "./netdev_settings.ts";
import { netstatSettings } from "./netstat_settings.ts";
import { powersupplySettings } from "./powersupply_settings.ts";
import { raplSettings } from "./rapl_settings.ts";
import { statSettings } from "./stat_settings.ts";
import { tapestatsSettings } from "./tapestats_settings.ts";
import { textfileSettings } from "./textfile_settings.ts";
import { vmstatSettings } from "./vmstat_settings.ts";

/** The settings of the host exporter; each is a flag of node_exporter's name: `path.procfs` is `--path.procfs`. */
export const settings = v.object({
  path: v.optional(
    v.object({
      procfs: v.optional(v.pipe(v.string(), hostPath(), v.description("Mount point of procfs.")), "/proc"),
      sysfs: v.optional(v.pipe(v.string(), hostPath(), v.description("Mount point of sysfs.")), "/sys"),
      rootfs: v.optional(v.pipe(v.string(), hostPath(), v.description("Mount point of the root file system.")), "/"),
      udev: v.optional(
        v.object({
          data: v.optional(
            v.pipe(v.string(), hostPath(), v.description("Folder of udev's database.")),
            "/run/udev/data",
          ),
        }),
        {},
      ),
    }),
    {},
  ),
  collector: v.optional(
    v.object({
      // What `--collector.<name>.*` sets: each in `<name>_settings.ts`, in alphabetical order.
      arp: arpSettings,
      cpu: cpuSettings,
      diskstats: diskstatsSettings,
      filesystem: filesystemSettings,
      ipvs: ipvsSettings,
      netclass: netclassSettings,
      netdev: netdevSettings,
      netstat: netstatSettings,
      powersupply: powersupplySettings,
      rapl: raplSettings,
      stat: statSettings,
      tapestats: tapestatsSettings,
      textfile: textfileSettings,
      vmstat: vmstatSettings,
    }),
    {},
  ),
});

/** The validated settings, as collectors get them. */
export type NodeSettings = v.InferOutput<typeof settings>;
