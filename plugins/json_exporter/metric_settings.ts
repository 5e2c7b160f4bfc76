import * as v from "valibot";
import { JsonPath } from "./json_path.ts";

/** A JSONPath template; YAML may have read a text without quotes as a number or a boolean. */
const template = v.pipe(
  v.union([v.string(), v.number(), v.boolean()]),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    try {
      return new JsonPath(String(value));
    } catch (error) {
      addIssue({ message: (error as Error).message });
      return NEVER;
    }
  }),
);

/** One entry of a module's `metrics`, as json_exporter's file has it. */
export const metricSettings = v.pipe(
  v.object({
    name: v.string(),
    type: v.optional(v.picklist(["value", "object"]), "value"),
    path: template,
    help: v.optional(v.string(), ""),
    labels: v.optional(v.record(v.string(), template), {}),
    values: v.optional(v.record(v.string(), template), {}),
    valuetype: v.optional(v.picklist(["untyped", "gauge", "counter"]), "untyped"),
    epochTimestamp: v.optional(template),
    // What json_exporter 0.7.0 reads, although its documentation has the other.
    epochtimestamp: v.optional(template),
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
