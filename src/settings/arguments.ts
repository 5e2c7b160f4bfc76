import { expectedOf, readText } from "./_text.ts";
import { nearest } from "./_near.ts";
import { type Given, type Problem, type Reading, toReading } from "./given.ts";
import { type FileReader, readSecretFile } from "./secret_file.ts";
import { flagsOf, type Setting } from "./setting.ts";

/** What the end of a secret's flag is where the value is in a file. */
const FILE = "-file";

/**
 * Reads a command line: `--name=value`, `--name value`, `--switch`, `--no-switch`, and `--secret-file=path`. One dash is as
 * good as two, as in programs written in Go.
 *
 * The last of several values counts, except for lists, which keep all.
 *
 * @param readFile Reads the files that hold secrets.
 */
export function readArguments(args: readonly string[], settings: readonly Setting[], readFile: FileReader): Reading {
  const known = new Map(settings.flatMap((setting) => flagsOf(setting).map((flag) => [flag, setting])));
  const results: (Given | Problem)[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const match = /^(?:--|-(?=[^-=]{2}))([^=]+)(?:=(.*))?$/s.exec(argument);
    if (match === null) {
      results.push(`Unexpected argument ${JSON.stringify(argument)}, expected a flag such as --help`);
      continue;
    }
    const [, name = "", written] = match;
    const negated = known.has(name) || !name.startsWith("no-") ? undefined : known.get(name.slice(3));
    if (negated?.kind === "boolean" && written === undefined) {
      results.push(readText(negated, "false", `Flag --${name}`));
      continue;
    }
    const origin = `Flag --${name}`;
    const held = !known.has(name) && name.endsWith(FILE) ? known.get(name.slice(0, -FILE.length)) : undefined;
    const setting = known.get(name) ?? (held?.kind === "secret" ? held : undefined);
    if (setting === undefined) {
      results.push(`Unknown flag --${name}${suggestion(name, known.keys())}`);
      continue;
    }
    const text = written ?? (setting.kind === "boolean" ? "true" : args[++i]);
    if (text === undefined) results.push(`${origin}: got nothing, expected ${expectedOf(setting)}`);
    else if (setting === held) results.push(readSecretFile(setting.path, text, { origin, readFile }));
    else results.push(readText(setting, text, origin));
  }
  return toReading(withLists(results, settings));
}

/** Gathers the values of each list where its first stands. */
function withLists(results: readonly (Given | Problem)[], settings: readonly Setting[]): (Given | Problem)[] {
  const lists = new Set(settings.filter(({ isList }) => isList).map(({ path }) => path));
  const values = new Map<readonly string[], unknown[]>();
  return results.flatMap((result) => {
    if (typeof result === "string" || !lists.has(result.path)) return [result];
    const known = values.get(result.path);
    if (known !== undefined) {
      known.push(result.value);
      return [];
    }
    const list = [result.value];
    values.set(result.path, list);
    return [{ ...result, value: list }];
  });
}

/** The nearest known flag, as the end of a sentence about an unknown one. */
function suggestion(name: string, known: Iterable<string>): string {
  const flag = nearest(name, known);
  return flag === undefined ? ", expected one of those that --help lists" : `, did you mean --${flag}?`;
}
