import { readText } from "./_text.ts";
import { nearest } from "./_near.ts";
import { type Given, type Problem, type Reading, toReading } from "./given.ts";
import { type FileReader, readSecretFile } from "./secret_file.ts";
import { type Setting, upperCase, variablesOf } from "./setting.ts";

/** Looks a variable of the environment up; `undefined` if there is none, or if it may not be read. */
export type VariableReader = (name: string) => string | undefined;

/** What the variables of an exporter begin with: `REDIS_EXPORTER_` for `redis`. */
export function variablePrefix(exporter: string): string {
  return `${upperCase(exporter)}_EXPORTER_`;
}

/**
 * Reads the variables of an exporter, such as `REDIS_EXPORTER_MAX_CONNECTIONS`.
 *
 * An empty variable says nothing. A list is one value per line, or, in one line, between commas. The name of a secret's
 * variable with `_FILE` at its end names a file. Of a setting with several variables the first that is set counts.
 *
 * @param readFile Reads the files that hold secrets.
 */
export function readVariables(
  variable: VariableReader,
  settings: readonly Setting[],
  { prefix, readFile }: { readonly prefix: string; readonly readFile: FileReader },
): Reading {
  const results = settings.flatMap((setting): (Given | Problem)[] => {
    const isSet = (name: string) => Boolean(variable(name) || setting.kind === "secret" && variable(`${name}_FILE`));
    const name = variablesOf(setting, prefix).find(isSet);
    if (name === undefined) return [];
    const text = variable(name) ?? "";
    const file = setting.kind === "secret" ? variable(`${name}_FILE`) ?? "" : "";
    if (text !== "" && file !== "") {
      return [`Variable ${name}: expected either it or ${name}_FILE, got both`];
    }
    if (file !== "") return [readSecretFile(setting.path, file, { origin: `Variable ${name}_FILE`, readFile })];
    return setting.isList ? readList(setting, text, `Variable ${name}`) : [readText(setting, text, `Variable ${name}`)];
  });
  return toReading(results);
}

/**
 * The variables that look as if they were meant for the exporter, each with the one that it nearly is.
 *
 * Others that begin alike are no mistake: Kubernetes sets `REDIS_EXPORTER_SERVICE_HOST` and more wherever there is a
 * service of that name.
 */
export function misspelled(
  names: readonly string[],
  settings: readonly Setting[],
  prefix: string,
): { readonly name: string; readonly meant: string }[] {
  const known = new Set(settings.flatMap((setting) => {
    const own = variablesOf(setting, prefix);
    return setting.kind === "secret" ? own.flatMap((name) => [name, `${name}_FILE`]) : own;
  }));
  return names.filter((name) => name.startsWith(prefix) && !known.has(name)).flatMap((name) => {
    const meant = [...known].filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
    const short = nearest(name.slice(prefix.length), meant);
    return short === undefined ? [] : [{ name, meant: `${prefix}${short}` }];
  });
}

function readList(setting: Setting, text: string, origin: string): (Given | Problem)[] {
  const texts = text.split(text.includes("\n") ? "\n" : ",").map((item) => item.trim()).filter((item) => item !== "");
  const results = texts.map((item) => readText(setting, item, origin));
  const problems = results.filter((result) => typeof result === "string");
  if (problems.length > 0) return problems;
  return [{ path: setting.path, value: results.map((result) => (result as Given).value), origin }];
}
