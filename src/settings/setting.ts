import { type GenericSchema, getDescription } from "valibot";

/** One command-line flag, as a schema asks for it. */
export interface Flag {
  /** Name without the dashes, as in `collector.textfile.directory`. */
  readonly name: string;
  /** Where its value stands in the settings, as in `["collector", "textfile", "directory"]`. */
  readonly path: readonly string[];
  /** How its text is read; a `list` flag may be repeated. */
  readonly kind: "string" | "number" | "boolean" | "list";
  /** What it is for. */
  readonly help: string;
  /** What holds when it is not given. */
  readonly fallback?: unknown;
  /** The words it may be, where it may not be everything. */
  readonly choices?: readonly string[];
}

/** The parts of a valibot schema that flags are made from. */
interface SchemaParts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly wrapped?: GenericSchema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
}

const SCALARS: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

/**
 * The flags of a settings schema: one per string, number, boolean, choice or list of texts, named after its path.
 *
 * `maxConnections` becomes `--max-connections`; objects in objects are joined with dots.
 */
export function flagsOf(schema: GenericSchema | undefined, path: readonly string[] = []): Flag[] {
  if (schema === undefined) return [];
  const { parts, fallback } = unwrap(schema);
  if (parts.entries !== undefined) {
    return Object.entries(parts.entries).flatMap(([key, entry]) => flagsOf(entry, [...path, key]));
  }
  const kind = kindOf(parts.type);
  if (kind === undefined || path.length === 0) return [];
  const choices = parts.type === "picklist" ? parts.options?.map(String) : undefined;
  return [{
    name: path.map(kebabCase).join("."),
    path,
    kind,
    help: helpOf(schema),
    ...(fallback === undefined ? {} : { fallback }),
    ...(choices === undefined ? {} : { choices }),
  }];
}

function kindOf(type: string): Flag["kind"] | undefined {
  if (type === "array") return "list";
  if (type === "picklist") return "string";
  return SCALARS.has(type) ? type as Flag["kind"] : undefined;
}

/** Looks through `optional(...)` and the like. */
function unwrap(schema: GenericSchema): { parts: SchemaParts; fallback: unknown } {
  const parts = schema as unknown as SchemaParts;
  if (parts.wrapped === undefined) return { parts, fallback: undefined };
  const inner = unwrap(parts.wrapped);
  const fallback = typeof parts.default === "function" ? parts.default() : parts.default;
  return { parts: inner.parts, fallback: fallback ?? inner.fallback };
}

function helpOf(schema: GenericSchema): string {
  const own = getDescription(schema as never);
  if (own !== undefined) return own;
  const { wrapped } = schema as unknown as SchemaParts;
  return wrapped === undefined ? "" : helpOf(wrapped);
}

/** `maxConnections` as `max-connections`. */
export function kebabCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
