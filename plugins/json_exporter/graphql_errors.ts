import { isObject, type Json } from "./json.ts";

/** All that a response holds (GraphQL, October 2021, section 7.1). */
const RESPONSE_KEYS: ReadonlySet<string> = new Set(["data", "errors", "extensions"]);

/**
 * The messages of a GraphQL response that has errors: it comes with status 200, and what failed is `null` in it.
 *
 * @returns Nothing for any other document, also one that happens to have a list of errors.
 */
export function graphqlErrors(document: Json): string[] {
  if (!isObject(document) || !Object.keys(document).every((key) => RESPONSE_KEYS.has(key))) return [];
  const { errors } = document;
  if (!Array.isArray(errors)) return [];
  const messages = errors.map((error: Json) => isObject(error) ? error.message : undefined);
  return messages.every((message) => typeof message === "string") ? messages : [];
}
