import * as v from "valibot";

/** `--collector.cpu.*` */
export const cpuSettings = v.optional(
  v.object({
    guest: v.optional(v.pipe(v.boolean(), v.description("Expose node_cpu_guest_seconds_total.")), true),
  }),
  {},
);
