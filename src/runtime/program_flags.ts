import * as v from "valibot";
import { allCollectors } from "../exporter/all_collectors.ts";
import type { Exporter } from "../exporter/definition.ts";
import { redact } from "../log/redact.ts";
import { readArguments } from "../settings/arguments.ts";
import type { Given, Problem } from "../settings/given.ts";
import type { FileReader } from "../settings/secret_file.ts";
import { settingsOf } from "../settings/setting.ts";
import { settle } from "../settings/settle.ts";
import { misspelled, readVariables, variablePrefix, type VariableReader } from "../settings/variables.ts";
import type { SettingsFile } from "./_settings_file.ts";
import { type ExporterOptions, settingGroups, settleOptions } from "./common_settings.ts";

/** What is asked of a program before its settings count; only flags say it. */
const COMMAND = v.object({
  config: v.optional(
    v.object({
      check: v.optional(
        v.pipe(v.boolean(), v.description("Check all settings and exit: with status 0 if they are right, else 2.")),
        false,
      ),
      schema: v.optional(
        v.pipe(v.boolean(), v.description("Show the JSON Schema of the settings file and exit.")),
        false,
      ),
    }),
    {},
  ),
  help: v.optional(v.pipe(v.boolean(), v.description("Show this text and exit.")), false),
  version: v.optional(v.pipe(v.boolean(), v.description("Show the version and exit.")), false),
});

/** Where the other settings are; a flag or a variable says it. */
const SETTINGS_FILE = v.object({
  config: v.optional(
    v.object({ file: v.optional(v.pipe(v.string(), v.description("Settings file, in YAML or JSON."))) }),
    {},
  ),
});

/** What a program is asked before its settings count. */
export type Command = v.InferOutput<typeof COMMAND>;

/** The settings that only flags give, and the one that names the file. */
export const COMMAND_SETTINGS = settingsOf(COMMAND);
export const FILE_SETTINGS = settingsOf(SETTINGS_FILE);

/** Where a program's settings come from. */
export interface ProgramSources {
  /** The command line. */
  readonly args: readonly string[];
  readonly variable: VariableReader;
  /** Names of the variables that there are, as far as they may be known. */
  readonly variableNames: readonly string[];
  /** Reads the files with secrets that flags and variables name. */
  readonly readFile: FileReader;
  readonly openSettingsFile: (path: string) => SettingsFile | { readonly problems: readonly Problem[] };
}

/** What a program was told. */
export interface ProgramOptions extends ExporterOptions {
  /** The settings file, as it was named. */
  readonly settingsFile: string | undefined;
  /** What is not wrong, but means nothing. */
  readonly warnings: readonly string[];
}

/** What to do, or everything that is wrong with it. */
export type ProgramReading =
  | { readonly command: Command }
  | { readonly options: ProgramOptions; readonly command: Command }
  | { readonly problems: readonly Problem[] };

/**
 * Reads everything that a program was told: flags, variables and the settings file.
 *
 * Whoever asks for the help, the version or the schema gets it, whatever the file says.
 */
export function readProgramOptions(exporter: Exporter, sources: ProgramSources): ProgramReading {
  const read = readOptions(exporter, sources);
  // A secret may stand where it does not belong: in the name of a key, or of a file.
  return "problems" in read ? { problems: read.problems.map(redact) } : read;
}

function readOptions(exporter: Exporter, sources: ProgramSources): ProgramReading {
  const { variable, readFile } = sources;
  const groups = settingGroups(exporter);
  const prefix = variablePrefix(exporter.name);
  const lasting = [...FILE_SETTINGS, ...groups.common, ...groups.switches, ...groups.own];
  const superfluous = sources.args.filter((arg) => isSuperfluous(arg, exporter));
  const args = sources.args.filter((arg) => !superfluous.includes(arg)).map((arg) => arg === "-h" ? "--help" : arg);
  const fromArgs = readArguments(args, [...COMMAND_SETTINGS, ...lasting], readFile);
  const fromVariables = readVariables(variable, lasting, { prefix, readFile });
  const problems = [...fromArgs.problems, ...fromVariables.problems];
  const given = [...fromVariables.given, ...fromArgs.given];

  const command = commandOf(COMMAND, COMMAND_SETTINGS, given);
  if (fromArgs.problems.length === 0 && isQuestion(command)) return { command };
  const { config: { file = usualFile(exporter, readFile) } } = commandOf(SETTINGS_FILE, FILE_SETTINGS, given);
  const opened = file === undefined ? undefined : sources.openSettingsFile(file);
  if (opened !== undefined && "problems" in opened) return { problems: [...problems, ...opened.problems] };

  const settled = settleOptions(exporter, { groups, given, readFile, ...opened });
  if ("problems" in settled) return { problems: [...problems, ...settled.problems] };
  if (problems.length > 0) return { problems };
  const warnings = [
    ...superfluous.map((flag) => `There is no such collector to switch off: ${flag}`),
    ...misspelled(sources.variableNames, lasting, prefix)
      .map(({ name, meant }) => `Variable ${name} means nothing, did you mean ${meant}?`),
  ];
  return {
    command,
    options: { ...settled.options, settingsFile: file, warnings },
  };
}

/** The settings file that nobody has to name, if it is there and may be read. */
function usualFile({ settingsFile }: Exporter, readFile: FileReader): string | undefined {
  try {
    if (settingsFile !== undefined) readFile(settingsFile);
    return settingsFile;
  } catch {
    return undefined;
  }
}

/** Whether a program is only to show something. */
export function isQuestion({ help, version, config: { schema } }: Command): boolean {
  return help || version || schema;
}

/** These schemas take whatever a flag of theirs can give. */
function commandOf<Schema extends v.GenericSchema>(
  schema: Schema,
  settings: typeof COMMAND_SETTINGS,
  given: readonly Given[],
): v.InferOutput<Schema> {
  return (settle(schema, { settings, given, prefix: "" }) as { value: v.InferOutput<Schema> }).value;
}

/** Switching off a collector that does not exist asks for what is already so, as command lines of larger exporters do. */
function isSuperfluous(argument: string, exporter: Exporter): boolean {
  const name = /^--no-collector\.([a-z0-9_]+)$/.exec(argument)?.[1];
  return name !== undefined && !Object.hasOwn(allCollectors(exporter), name);
}
