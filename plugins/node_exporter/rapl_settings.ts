import * as v from "valibot";

/** `--collector.rapl.*` */
export const raplSettings = v.optional(
  v.object({
    enableZoneLabel: v.optional(
      v.pipe(v.boolean(), v.description("Name the zone in a label rather than in the metric's name.")),
      false,
    ),
  }),
  {},
);
