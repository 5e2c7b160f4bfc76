import * as v from "valibot";

/** What a backend can be told apart by. */
export const BACKEND_LABELS = [
  "local_address",
  "local_port",
  "remote_address",
  "remote_port",
  "proto",
  "local_mark",
] as const;

/** `--collector.ipvs.*` */
export const ipvsSettings = v.optional(
  v.object({
    backendLabels: v.optional(
      v.pipe(
        v.string(),
        v.description("Labels of backends, separated by commas; backends that they do not tell apart are added up."),
        v.check(
          (text) =>
            split(text).length > 0 &&
            split(text).every((label) => BACKEND_LABELS.includes(label as typeof BACKEND_LABELS[number])),
          ({ input }) => `Expected some of ${BACKEND_LABELS.join(",")}, found "${input}"`,
        ),
        v.transform((text) => BACKEND_LABELS.filter((label) => split(text).includes(label))),
      ),
      BACKEND_LABELS.join(","),
    ),
  }),
  {},
);

function split(text: string): string[] {
  return text.split(",").filter((label) => label !== "");
}
