import * as v from "valibot";

/** Other names of a setting, for those who come from an exporter that calls it so. */
export interface Alias {
  /** Flags without their dashes, as in `collect.global_status`. */
  readonly flag?: string | readonly string[];
  /** Variables with all of their name, as in `REDIS_ADDR`. A secret's, with `_FILE` at its end, names a file. */
  readonly variable?: string | readonly string[];
}

/** Other names of a setting that every exporter has, and other words for its values. */
export interface CommonAlias extends Alias {
  /**
   * What the other exporter's words mean here, as in `{ txt: "logfmt" }`. With the words `true` and `false` its flag is a
   * switch: `{ true: "debug", false: "info" }`.
   * @default its words are the same
   */
  readonly means?: Readonly<Record<string, string>>;
}

/** The same, one by one. */
export interface Aliases {
  readonly flags: readonly string[];
  readonly variables: readonly string[];
}

/**
 * Gives a setting other names beside those that follow from its path, so that command lines, unit files and manifests
 * written for another exporter go on working. The setting's own flag and variable stay; where several variables are set,
 * its own counts, then the first alias.
 *
 * @returns What a schema's pipe takes.
 * @throws {TypeError} If a name cannot be one of a flag, or of a variable.
 * @example The variable that another exporter has for it
 * ```ts
 * import { alias, secret } from "@exporterkit/core";
 * import * as v from "valibot";
 *
 * export const settings = v.object({
 *   redis: v.object({
 *     // --redis.addr and REDIS_EXPORTER_REDIS_ADDR are there without it.
 *     addr: v.optional(v.pipe(v.string(), alias({ variable: "REDIS_ADDR" })), "redis://localhost:6379"),
 *     password: v.optional(v.pipe(secret(), alias({ variable: "REDIS_PASSWORD" }))),
 *   }),
 * });
 * ```
 */
export function alias<Input>(names: Alias): v.MetadataAction<Input, { readonly alias: Aliases }> {
  return v.metadata({ alias: toAliases(names) });
}

/**
 * Reads other names one by one.
 *
 * @throws {TypeError} If a name cannot be one of a flag, or of a variable.
 */
export function toAliases({ flag = [], variable = [] }: Alias): Aliases {
  const flags = [flag].flat();
  const variables = [variable].flat();
  const wrong = flags.find((name) => !/^[a-z0-9][\w.-]*$/i.test(name)) ??
    variables.find((name) => !/^[a-z_]\w*$/i.test(name));
  if (wrong === undefined) return { flags, variables };
  throw new TypeError(
    `Cannot call a setting ${
      JSON.stringify(wrong)
    }: expected a flag such as "redis.addr", or a variable such as "REDIS_ADDR"`,
  );
}

/** The other names that a schema, or what it wraps, gives a setting; `undefined` if it gives none. */
export function aliasesOf(schema: v.GenericSchema): Aliases | undefined {
  const { alias: own } = v.getMetadata(schema as never) as { readonly alias?: Aliases };
  if (own !== undefined) return own;
  const { wrapped } = schema as unknown as { readonly wrapped?: v.GenericSchema };
  return wrapped === undefined ? undefined : aliasesOf(wrapped);
}
