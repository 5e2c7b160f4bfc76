import * as v from "valibot";
import { JsonPath } from "./json_path.ts";

/** One entry of a module's `metrics`, as json_exporter's file has it. */
export const metricSettings = v.pipe(
  v.object({
    name: v.pipe(
      v.string(),
      v.description("Name of the metric; of objects, what the names of their values begin with."),
    ),
    type: v.optional(
      v.pipe(
        v.picklist(["value", "object"]),
        v.description("Whether the path leads to one value, or selects objects with several."),
      ),
      "value",
    ),
    path: template("JSONPath of the value, or of the objects."),
    help: v.optional(v.pipe(v.string(), v.description("Help text; the name, if there is none.")), ""),
    labels: v.optional(
      v.record(v.string(), template("Value of the label, for objects with paths inside of each.")),
      {},
    ),
    values: v.optional(v.record(v.string(), template("Of objects: the value of metric `<metric>_<value>`.")), {}),
    valuetype: v.optional(
      v.pipe(v.picklist(["untyped", "gauge", "counter"]), v.description("Type of the metric.")),
      "untyped",
    ),
    epochTimestamp: v.optional(template("When the value was true, in milliseconds since 1970.")),
    epochtimestamp: v.optional(template("The same, by the name that json_exporter 0.7.0 reads.")),
  }),
  v.check(
    ({ type, path }) => type === "value" || path.isSelection,
    "the path of an object must be one path in braces, as in {.items[*]}",
  ),
  v.check(
    ({ type, values }) => type === "value" || Object.keys(values).length > 0,
    "an object needs values, which are its metrics",
  ),
);

/** One entry of a module's `metrics`, validated. */
export type MetricSettings = v.InferOutput<typeof metricSettings>;

/** A JSONPath template; YAML may have read a text without quotes as a number or a boolean. */
function template(description: string) {
  return v.pipe(
    v.union([v.string(), v.number(), v.boolean()]),
    v.description(description),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
      try {
        return new JsonPath(String(value));
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  );
}
