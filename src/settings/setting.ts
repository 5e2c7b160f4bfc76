import { type GenericSchema, getDescription } from "valibot";
import { type Aliases, aliasesOf } from "./alias.ts";
import { isHostPath } from "./host_path.ts";
import { isSecretSchema } from "./secret.ts";

/** How the text of one value is read. */
export type ScalarKind = "string" | "number" | "boolean" | "secret";

/** One setting that a text can give: a flag, a variable, a key of a file. */
export interface Setting {
  /** Where its value stands in the settings, as in `["tls", "caFile"]`. */
  readonly path: readonly string[];
  /** Name of its flag without the dashes, as in `tls.ca-file`. */
  readonly flag: string;
  /** Name of its variable without the exporter's prefix, as in `TLS_CA_FILE`. */
  readonly variable: string;
  /** Other flags and variables that give it. */
  readonly aliases?: Aliases;
  /** How its text is read. */
  readonly kind: ScalarKind;
  /** Whether it has any number of such values; its flag may be repeated. */
  readonly isList: boolean;
  /** What it is for. */
  readonly help: string;
  /** What holds when it is not given. */
  readonly fallback?: unknown;
  /** The words it may be, where it may not be everything. */
  readonly choices?: readonly string[];
  /** What words of another exporter stand for. */
  readonly means?: ReadonlyMap<string, string>;
  /** Whether it is a path of the machine that the exporter tells of. @default false */
  readonly isHostPath?: boolean;
}

/** The parts of a valibot schema that settings are made from. */
export interface SchemaParts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly wrapped?: GenericSchema;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
}

const SCALARS: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

/**
 * The settings of a schema that a text can give: one per string, number, boolean, choice, secret, or list of those, named
 * after its path.
 *
 * `maxConnections` has the flag `--max-connections`; objects in objects are joined with dots. Records and lists of objects
 * have none: they stand in a file only.
 */
export function settingsOf(schema: GenericSchema | undefined, path: readonly string[] = []): Setting[] {
  if (schema === undefined) return [];
  const { parts, fallback } = unwrap(schema);
  if (parts.entries !== undefined) {
    return Object.entries(parts.entries).flatMap(([key, entry]) => settingsOf(entry, [...path, key]));
  }
  const isList = parts.type === "array" && parts.item !== undefined;
  const one = isList ? parts.item! : schema;
  const kind = kindOf(one);
  if (kind === undefined || path.length === 0) return [];
  const { parts: { type, options } } = unwrap(one);
  const aliases = aliasesOf(schema);
  return [{
    path,
    flag: path.map(kebabCase).join("."),
    variable: path.map(upperCase).join("_"),
    ...(aliases === undefined ? {} : { aliases }),
    kind,
    isList,
    help: helpOf(schema),
    ...(fallback === undefined || kind === "secret" ? {} : { fallback }),
    ...(type === "picklist" ? { choices: options?.map(String) ?? [] } : {}),
    ...(isHostPath(schema) ? { isHostPath: true } : {}),
  }];
}

/** Every flag that gives a setting, without the dashes, its own first. */
export function flagsOf({ flag, aliases }: Setting): string[] {
  return [flag, ...aliases?.flags ?? []];
}

/** Every variable that gives a setting, its own first. */
export function variablesOf({ variable, aliases }: Setting, prefix: string): string[] {
  return [`${prefix}${variable}`, ...aliases?.variables ?? []];
}

/** Paths of the settings of a schema that only a file can give: records, lists of objects and the like. */
export function fileSettingsOf(schema: GenericSchema | undefined, path: readonly string[] = []): (readonly string[])[] {
  if (schema === undefined) return [];
  const { parts: { entries } } = unwrap(schema);
  if (entries === undefined) return settingsOf(schema, path).length === 0 ? [path] : [];
  return Object.entries(entries).flatMap(([key, entry]) => fileSettingsOf(entry, [...path, key]));
}

function kindOf(schema: GenericSchema): ScalarKind | undefined {
  if (isSecret(schema)) return "secret";
  const { parts: { type } } = unwrap(schema);
  if (type === "picklist") return "string";
  return SCALARS.has(type) ? type as ScalarKind : undefined;
}

/** Whether a value of a schema is a secret, also one that may be missing. */
export function isSecret(schema: GenericSchema): boolean {
  if (isSecretSchema(schema)) return true;
  const { wrapped } = schema as unknown as SchemaParts;
  return wrapped !== undefined && isSecret(wrapped);
}

/** Looks through `optional(...)` and the like. */
export function unwrap(schema: GenericSchema): { readonly parts: SchemaParts; readonly fallback: unknown } {
  const parts = schema as unknown as SchemaParts;
  if (parts.wrapped === undefined) return { parts, fallback: undefined };
  const inner = unwrap(parts.wrapped);
  const fallback = typeof parts.default === "function" ? parts.default() : parts.default;
  return { parts: inner.parts, fallback: fallback ?? inner.fallback };
}

/** What a schema says that it is for; empty if it says nothing. */
export function helpOf(schema: GenericSchema): string {
  const own = getDescription(schema as never);
  if (own !== undefined) return own;
  const { wrapped } = schema as unknown as SchemaParts;
  return wrapped === undefined ? "" : helpOf(wrapped);
}

/** `maxConnections` as `max-connections`. */
export function kebabCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxConnections` as `max_connections`. */
export function snakeCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `maxConnections` as `MAX_CONNECTIONS`; what no variable's name may hold becomes `_`. */
export function upperCase(text: string): string {
  return snakeCase(text).toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
