import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.vmstat.*` */
export const vmstatSettings = v.optional(
  v.object({
    fields: v.optional(
      regexp("Regular expression of the fields of /proc/vmstat to expose."),
      "^(oom_kill|pgpg|pswp|pg.*fault).*",
    ),
  }),
  {},
);
