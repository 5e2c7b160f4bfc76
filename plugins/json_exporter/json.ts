/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

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
