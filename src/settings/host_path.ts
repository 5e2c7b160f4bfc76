import * as v from "valibot";

/**
 * Marks a setting as a path of the machine that an exporter tells of, as `/proc`. In a container the machine's root is
 * mounted elsewhere: artifacts for containers and Kubernetes mount it, and give each of these settings its default below
 * that.
 *
 * @returns What a schema's pipe takes.
 * @example An exporter that tells of the machine
 * ```ts
 * import { hostPath } from "@exporterkit/core";
 * import * as v from "valibot";
 *
 * export const settings = v.object({
 *   procfs: v.optional(v.pipe(v.string(), hostPath(), v.description("Mount point of procfs.")), "/proc"),
 * });
 * ```
 */
export function hostPath<Input>(): v.MetadataAction<Input, { readonly hostPath: true }> {
  return v.metadata({ hostPath: true });
}

/** Whether a schema, or what it wraps, is a path of the machine. */
export function isHostPath(schema: v.GenericSchema): boolean {
  const { hostPath: own } = v.getMetadata(schema as never) as { readonly hostPath?: true };
  if (own !== undefined) return own;
  const { wrapped } = schema as unknown as { readonly wrapped?: v.GenericSchema };
  return wrapped !== undefined && isHostPath(wrapped);
}
