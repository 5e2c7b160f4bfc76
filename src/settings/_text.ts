import { shownText } from "./_shown.ts";
import type { Given, Problem } from "./given.ts";
import { Secret } from "./secret.ts";
import type { Setting } from "./setting.ts";

/** The words of Go's `strconv.ParseBool`, which programs of this field take. */
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["0", "f", "F", "false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** Reads the text of a value; one that cannot be read gives a problem. */
export function readText(setting: Setting, text: string, origin: string): Given | Problem {
  const value = meantBy(setting, valueOf(setting, text), text);
  if (value === undefined) return `${origin}: got ${shown(setting, text)}, expected ${expectedOf(setting)}`;
  return { path: setting.path, value, origin };
}

/** What another exporter's word stands for. */
function meantBy({ means }: Setting, value: unknown, text: string): unknown {
  return means?.get(String(value ?? text)) ?? value;
}

function valueOf({ kind, choices }: Setting, text: string): unknown {
  if (kind === "secret") return new Secret(text);
  if (kind === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  if (kind === "boolean") return SWITCHES.get(text);
  return choices === undefined || choices.includes(text) ? text : undefined;
}

/** What a setting's text should be, as the end of a sentence. */
export function expectedOf({ kind, choices }: Setting): string {
  if (choices !== undefined) return `one of ${choices.join(", ")}`;
  if (kind === "boolean") return "true or false";
  return kind === "number" ? "a number" : "a value";
}

function shown({ kind }: Setting, text: string): string {
  return kind === "secret" ? "a secret" : shownText(text);
}
