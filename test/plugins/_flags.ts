/** Compares command lines: whether ours takes what is written for the exporter that it replaces. */
import assert from "node:assert/strict";
import { type Command, runToEnd } from "../_process.ts";
import { readmeOf } from "./_readme.ts";

/** The names that the help of a program tells. */
export interface KnownNames {
  /** Without their dashes. */
  readonly flags: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** What of the original's is not in ours on purpose. */
export interface Differences {
  /** Flags without their dashes, and variables, each with its reason; the README of the plugin has to name them too. */
  readonly but?: Readonly<Record<string, string>>;
  /** Variables that the original reads although its help does not tell. @default none */
  readonly variables?: readonly string[];
}

/**
 * Asserts that ours knows each flag and variable that the help of the original tells, but for the listed ones. One that is
 * listed and known nevertheless is a failure as well.
 *
 * @param plugin Its folder, such as `nginx_exporter`.
 * @param original What prints the original's help.
 */
export async function assertKnowsFlagsOf(
  plugin: string,
  original: Command,
  { but = {}, variables = [] }: Differences = {},
): Promise<void> {
  const told = readGoHelp(await printed(original));
  const program = new TextDecoder("latin1").decode(await Deno.readFile(original.path));
  const unread = variables.filter((name) => !program.includes(name));
  assert.deepEqual(unread, [], `variables that ${original.path} does not read`);
  const theirs = { ...told, variables: told.variables.union(new Set(variables)) };
  assert.ok(theirs.flags.size > 2, `Cannot read the flags of ${original.path}: found ${[...theirs.flags]}`);
  const ours = readOwnHelp(await printed(ownHelp(plugin)));
  const missing = [...theirs.flags.difference(ours.flags), ...theirs.variables.difference(ours.variables)];
  assert.deepEqual(missing.toSorted(), Object.keys(but).toSorted(), `flags and variables that ${plugin} does not know`);
  const readme = await Deno.readTextFile(readmeOf(plugin));
  const unsaid = missing.filter((name) => !readme.includes(theirs.flags.has(name) ? `--${name}` : name));
  assert.deepEqual(unsaid, [], `what ${plugin}/README.md does not say that it lacks`);
}

/** Reads what a program in Go prints, be its flags those of `flag` (`-name type`) or of kingpin (`--[no-]name="default"`). */
export function readGoHelp(text: string): KnownNames {
  // Names deeper in a line belong to a meaning.
  const flags = text.matchAll(/^ {2,6}(?:-\w, )?--?(?:\[no-\])?([a-z][\w.-]+)/gim);
  const variables = text.replace(/\s+/g, " ").matchAll(/\(\$([A-Z]\w+)\)|overwritten by ([A-Z_]+)/g);
  return {
    flags: new Set([...flags].map(([, name]) => name!)),
    variables: new Set([...variables].map(([, kingpin, told]) => (kingpin ?? told)!)),
  };
}

/** Reads what an exporter of ours prints. */
export function readOwnHelp(text: string): KnownNames {
  const prefix = /such as (\w+)LOG_LEVEL for --log\.level/.exec(text)?.[1];
  assert.ok(prefix !== undefined, `Cannot read the variables in:\n${text}`);
  const flags = new Set<string>();
  const variables = new Set<string>();
  for (const entry of text.split(/^ {2}(?=-)/m).slice(1)) {
    const [, own = "", kind] = /^(?:-\w, )?--(?:\[no-\])?([\w.-]+)(?:=<(\w+)>)?/.exec(entry)!;
    const others = / Also ([^ ,]+(?:, [^ ,]+)*)\.$/m.exec(entry)?.[1]?.split(", ") ?? [];
    const isFlag = (name: string) => name.startsWith("--");
    const ends = kind === "secret" ? ["", "-file"] : [""];
    for (const end of ends) {
      for (const name of [own, ...others.filter(isFlag).map((flag) => flag.slice(2))]) flags.add(name + end);
      const ownVariable = `${prefix}${own.toUpperCase().replace(/[.-]/g, "_")}`;
      for (const name of [ownVariable, ...others.filter((one) => !isFlag(one))]) {
        variables.add(name + end.toUpperCase().replace("-", "_"));
      }
    }
  }
  return { flags, variables };
}

function ownHelp(plugin: string): Command {
  const { pathname } = new URL(`../../plugins/${plugin}/exporter.ts`, import.meta.url);
  return { path: Deno.execPath(), args: ["run", "-A", pathname, "--help"] };
}

/** Some write their help on one stream, some on the other. */
async function printed(command: Command): Promise<string> {
  const { stdout, stderr } = await runToEnd(command);
  return `${stdout}${stderr}`;
}
