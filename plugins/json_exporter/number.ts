import type { Json } from "./json.ts";

/** Go lets underscores separate digits. */
const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const WORDS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(["1", "t", "T", "TRUE", "true", "True"].map((word) => [word, 1])),
  ...Object.fromEntries(["0", "f", "F", "FALSE", "false", "False"].map((word) => [word, 0])),
  "<nil>": NaN,
};

/**
 * The number that a value or a text is: digits as Go's `strconv.ParseFloat` reads them, `true` 1 and `false` 0 in the
 * spellings of `strconv.ParseBool`. `undefined` if it is none.
 */
export function numberOf(value: Json): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "string") return undefined;
  const text = unquoted(value);
  if (DECIMAL.test(text)) return finite(Number(text.replaceAll("_", "")));
  if (/^[+-]?nan$/i.test(text)) return NaN;
  const [, sign] = INFINITE.exec(text) ?? [];
  if (sign !== undefined) return sign === "-" ? -Infinity : Infinity;
  return Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
}

/** Digits that say more than a number can hold are none. */
function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

/** Without the quotes around it, if there are any and none inside. */
export function unquoted(text: string): string {
  return /^(?:"([^"\\]*)"|'([^'\\]*)')$/s.test(text) ? text.slice(1, -1) : text;
}
