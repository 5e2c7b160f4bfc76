import { type GenericSchema, getDotPath, safeParse } from "valibot";
import type { Flag } from "./flags.ts";

/** Something wrong with the settings, in words for the person who wrote them. */
export type Problem = string;

/** What the command line said: a value per flag, and what could not be understood. */
export interface Arguments {
  /** Values by flag name. */
  readonly values: ReadonlyMap<string, unknown>;
  /** One line per fault. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a command line: `--name=value`, `--name value`, `--switch`, `--no-switch`.
 *
 * The last of several values counts, except for lists, which keep all.
 */
export function readArguments(args: readonly string[], flags: readonly Flag[]): Arguments {
  const known = new Map(flags.map((flag) => [flag.name, flag]));
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (match === null) {
      problems.push(`Unexpected argument ${JSON.stringify(argument)}, expected a flag such as --help`);
      continue;
    }
    const [, name = "", given] = match;
    const negated = name.startsWith("no-") && !known.has(name) ? known.get(name.slice(3)) : undefined;
    if (negated?.kind === "boolean" && given === undefined) {
      values.set(negated.name, false);
      continue;
    }
    const flag = known.get(name);
    if (flag === undefined) {
      problems.push(`Unknown flag --${name}${suggestion(name, [...known.keys()])}`);
      continue;
    }
    const text = given ?? (flag.kind === "boolean" ? "true" : args[++i]);
    const value = text === undefined ? undefined : readValue(flag, text);
    if (value === undefined) problems.push(`Flag --${name}: got ${shown(text)}, expected ${expectedOf(flag)}`);
    else if (flag.kind === "list") values.set(name, [...(values.get(name) as unknown[] ?? []), value]);
    else values.set(name, value);
  }
  return { values, problems };
}

/** The settings of a schema, from the values of its flags. */
export function settingsFrom(
  schema: GenericSchema | undefined,
  flags: readonly Flag[],
  values: ReadonlyMap<string, unknown>,
): { readonly settings: unknown; readonly problems: readonly Problem[] } {
  if (schema === undefined) return { settings: {}, problems: [] };
  const input: Record<string, unknown> = {};
  for (const { name, path } of flags) {
    if (values.has(name)) place(input, path, values.get(name));
  }
  const result = safeParse(schema, input);
  if (result.success) return { settings: result.output, problems: [] };
  const byPath = new Map(flags.map((flag) => [flag.path.join("."), flag.name]));
  const problems = result.issues.map((issue) => {
    const path = getDotPath(issue) ?? "";
    const flag = byPath.get(path) ?? byPath.get(path.replace(/\.\d+$/, ""));
    return `${flag === undefined ? `Setting ${path}` : `Flag --${flag}`}: ${issue.message}`;
  });
  return { settings: undefined, problems };
}

function readValue(flag: Flag, text: string): unknown {
  if (flag.kind === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  if (flag.kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  return flag.choices === undefined || flag.choices.includes(text) ? text : undefined;
}

function expectedOf(flag: Flag): string {
  if (flag.choices !== undefined) return `one of ${flag.choices.join(", ")}`;
  if (flag.kind === "boolean") return "true or false";
  return flag.kind === "number" ? "a number" : "a value";
}

function shown(text: string | undefined): string {
  return text === undefined ? "nothing" : JSON.stringify(text);
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) target[first] = value;
  else place((target[first] ??= {}) as Record<string, unknown>, rest, value);
}

/** The nearest known word, as the end of a sentence about an unknown one. */
function suggestion(word: string, known: readonly string[]): string {
  const [nearest] = known.map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 4))
    .sort((a, b) => a.edits - b.edits);
  return nearest === undefined ? ", expected one of those that --help lists" : `, did you mean --${nearest.candidate}?`;
}

/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
