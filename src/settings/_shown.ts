import { redact } from "../log/redact.ts";

/** Longer texts are cut. */
const MOST_SHOWN = 100;

/** A value as a problem shows it: a short text or number itself, of anything else only what it is. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  return typeof value === "object" ? shownKind(value) : String(value);
}

/** A text as a problem shows it. */
export function shownText(text: string): string {
  return redact(JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text));
}

/** What a value is, without saying it: it may be a secret in the wrong place. */
export function shownKind(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "keys and values" : `a ${typeof value}`;
}
