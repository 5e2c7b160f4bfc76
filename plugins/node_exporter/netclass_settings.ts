import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.netclass.*` */
export const netclassSettings = v.optional(
  v.object({
    ignoredDevices: v.optional(regexp("Regular expression of the network devices to ignore."), "^$"),
    ignoreInvalidSpeed: v.optional(
      v.pipe(v.boolean(), v.description("Leave out the speed of devices that do not know theirs.")),
      false,
    ),
  }),
  {},
);
