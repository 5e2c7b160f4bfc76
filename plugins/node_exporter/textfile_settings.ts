import * as v from "valibot";

/** `--collector.textfile.*` */
export const textfileSettings = v.optional(
  v.object({
    directory: v.optional(
      v.pipe(
        v.array(v.string()),
        v.description("Folder to read *.prom files from; may hold wildcards, and may be given several times."),
      ),
      [],
    ),
  }),
  {},
);
