import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.tapestats.*` */
export const tapestatsSettings = v.optional(
  v.object({
    ignoredDevices: v.optional(regexp("Regular expression of the tape drives to ignore."), "^$"),
  }),
  {},
);
