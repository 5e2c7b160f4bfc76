import { type BaseIssue, type GenericSchema, safeParse } from "valibot";
import { shownValue } from "./_shown.ts";
import { type DocumentReading, pathKey } from "./document.ts";
import type { Given, Problem } from "./given.ts";
import { isAboutSecret } from "./secret.ts";
import { type Setting, snakeCase } from "./setting.ts";

/** What is known about the settings of a schema. */
export interface Known {
  /** The settings of the schema that a text can give. */
  readonly settings: readonly Setting[];
  /** What flags and variables say, the strongest last; those of other schemas are left out. */
  readonly given: readonly Given[];
  /** What the settings file says. */
  readonly document?: DocumentReading;
  /** What the names of the exporter's variables begin with. */
  readonly prefix: string;
}

/** Settings as the schema gives them, or what is wrong with them. */
export type Settled = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/** Puts together what file, variables and flags say, and has the schema check it. */
export function settle(schema: GenericSchema | undefined, known: Known): Settled {
  if (schema === undefined) return { value: {} };
  const own = new Set(known.settings.map(({ path }) => path));
  const given = known.given.filter(({ path }) => own.has(path));
  const result = safeParse(schema, inputOf(known.document, given));
  if (result.success) return { value: result.output };
  return { problems: result.issues.map((issue) => problemOf(issue, { ...known, given })) };
}

function inputOf(document: DocumentReading | undefined, given: readonly Given[]): unknown {
  const input = { ...document?.input as object | undefined };
  for (const { path, value } of given) place(input, path, value);
  return input;
}

/** Puts a value where its path says; what the document has on the way is copied, not changed. */
function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = { ...target[first] as object | undefined };
  target[first] = inner;
  place(inner, rest, value);
}

/** One line: where the value comes from, what was found, what was expected. */
function problemOf(issue: BaseIssue<unknown>, known: Known): Problem {
  const path = (issue.path ?? []).map(({ key }) => key as PropertyKey);
  if (issue.input === undefined) return missing(issue, path, known);
  return `${originOf(path, known)}: ${faultOf(issue)}`;
}

function originOf(path: readonly PropertyKey[], known: Known): string {
  for (let length = path.length; length >= 0; length--) {
    const key = pathKey(path.slice(0, length));
    const rest = path.slice(length).map((part) => typeof part === "string" ? snakeCase(part) : String(part)).join(".");
    const given = known.given.findLast((one) => pathKey(one.path) === key);
    const origin = given?.origin ?? known.document?.origins.get(key);
    if (origin === undefined) continue;
    // The item of a list that a flag or a variable gives has no name there.
    return rest === "" || given !== undefined ? origin : `${origin}${length === 0 ? ": " : "."}${rest}`;
  }
  return `Setting ${writtenPath(path)}`;
}

function missing(issue: BaseIssue<unknown>, path: readonly PropertyKey[], known: Known): Problem {
  const setting = known.settings.find((one) => pathKey(one.path) === pathKey(path));
  const own = /^Invalid /.test(issue.message) ? "" : `: ${issue.message}`;
  if (setting !== undefined) {
    const file = `${writtenPath(path)} in the settings file`;
    return `Setting ${writtenPath(path)} is missing${own}; give it as flag --${setting.flag}, variable ` +
      `${known.prefix}${setting.variable}, or ${file}`;
  }
  const origin = originOf(path, known);
  return `${origin} is missing${own}`;
}

/** As it is written in a file. */
function writtenPath(path: readonly PropertyKey[]): string {
  return path.map((part) => typeof part === "string" ? snakeCase(part) : String(part)).join(".");
}

/** What valibot says by itself begins like this; any other text is the author's of the schema. */
const DEFAULT_MESSAGE = /^Invalid (?<what>\w+(?: \w+)*): /;

function faultOf(issue: BaseIssue<unknown>): string {
  const { message, expected } = issue;
  const what = DEFAULT_MESSAGE.exec(message)?.groups?.what;
  const expectation = what === undefined ? message : `expected ${expectationOf(what, expected)}`;
  if (isAboutSecret(issue)) return `${expectation}, in quotes where it looks like a number`;
  const sentence = expectation.startsWith("expected ") ? `, ${expectation}` : `: ${expectation}`;
  return `got ${shownValue(issue.input)}${sentence}`;
}

/** `number`, `>=1`, or, where valibot names no value, what it says is invalid: `integer`. */
function expectationOf(what: string, expected: string | null): string {
  return expected ?? `a valid ${what}`;
}
