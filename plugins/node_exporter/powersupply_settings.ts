import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.powersupply.*` */
export const powersupplySettings = v.optional(
  v.object({
    ignoredSupplies: v.optional(regexp("Regular expression of the power supplies to leave out."), "^$"),
  }),
  {},
);
