import * as v from "valibot";
import { deviceEntries, notBoth } from "./_device_filter.ts";

const exclude = "^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$";

/** `--collector.diskstats.*` */
export const diskstatsSettings = v.optional(
  v.pipe(v.object(deviceEntries("block devices", { exclude })), notBoth({ exclude })),
  {},
);
