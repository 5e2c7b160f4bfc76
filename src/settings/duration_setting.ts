import * as v from "valibot";
import { parseGoDuration } from "./go_duration.ts";

/** The schema of a length of time: a text in Go's notation goes in, milliseconds come out. */
export type DurationSchema = v.SchemaWithPipe<
  readonly [v.StringSchema<undefined>, v.CheckAction<string, string>, v.TransformAction<string, number>]
>;

/**
 * The schema of a length of time as Prometheus' exporters take it in flags, by Go's `time.ParseDuration`: numbers with the
 * units `h`, `m`, `s`, `ms`, `us` and `ns`, such as `5s`, `1m30s` or `1.5h`, or `0`.
 *
 * @returns The schema. It gives milliseconds, never less than 0.
 * @example A timeout of five seconds
 * ```ts
 * import { duration } from "@exporterkit/core";
 * import assert from "node:assert/strict";
 * import * as v from "valibot";
 *
 * const settings = v.object({
 *   timeout: v.optional(v.pipe(duration(), v.description("How long the server may take to answer.")), "5s"),
 * });
 *
 * assert.deepEqual(v.parse(settings, {}), { timeout: 5000 });
 * assert.deepEqual(v.parse(settings, { timeout: "1m30s" }), { timeout: 90_000 });
 * ```
 */
export function duration(): DurationSchema {
  return v.pipe(
    v.string(),
    v.check((text) => parseGoDuration(text) !== undefined, 'expected a duration such as "5s", "1m30s" or "500ms"'),
    v.transform((text) => parseGoDuration(text)!),
  );
}
