import * as v from "valibot";
import { deviceEntries, notBoth } from "./_device_filter.ts";

/** `--collector.arp.*` */
export const arpSettings = v.optional(
  v.pipe(v.object(deviceEntries("devices in the ARP table")), notBoth()),
  {},
);
