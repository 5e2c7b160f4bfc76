import * as v from "valibot";

/** `--collector.stat.*` */
export const statSettings = v.optional(
  v.object({
    softirq: v.optional(v.pipe(v.boolean(), v.description("Expose node_softirqs_total.")), false),
  }),
  {},
);
