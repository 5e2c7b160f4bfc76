/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Integers with so many digits may be more than a number can tell apart. */
const LONG_INTEGER = /\d{16}/;

/**
 * Parses JSON. Integers that a number cannot hold, such as identifiers of 64 bits, are texts of their digits where the runtime
 * tells what was written, which Node 20 does not.
 *
 * @throws {SyntaxError} If it is no JSON.
 */
export function parseJson(text: string): Json {
  return LONG_INTEGER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function exactly(_: string, value: Json, context?: { readonly source?: string }): Json {
  const source = context?.source;
  const isLost = typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) &&
    !Number.isSafeInteger(value);
  return isLost ? source : value;
}

/** Whether a value is an object with names in it. */
export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A value as text: texts as they are, numbers in digits, `null` as `null`. Lists and objects are JSON, their names in order,
 * so that a label does not depend on the order in which an API writes them.
 */
export function textOf(value: Json): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_, inner: Json) => isObject(inner) ? sorted(inner) : inner);
}

function sorted(object: { readonly [name: string]: Json }): Json {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
}
