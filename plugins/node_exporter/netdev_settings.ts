import * as v from "valibot";
import { deviceEntries, notBoth } from "./_device_filter.ts";

/** `--collector.netdev.*` */
export const netdevSettings = v.optional(
  v.pipe(
    v.object({
      ...deviceEntries("network devices"),
      enableDetailedMetrics: v.optional(
        v.pipe(
          v.boolean(),
          v.description("Expose each error counter of /sys/class/net/<device>/statistics under its own name instead."),
        ),
        false,
      ),
      netlink: v.optional(
        v.pipe(
          v.boolean(),
          v.description("Expose receive_nohandler too, which node_exporter knows from netlink, from sysfs."),
        ),
        true,
      ),
    }),
    notBoth(),
  ),
  {},
);
