import { parseArgs } from "node:util";
import { type Choices, DEFAULT_PORT, isTarball, problemOfName, RUNTIMES, TEMPLATES } from "./choices.ts";

/** What a command line says; what it leaves open is asked for. */
export interface Arguments extends Partial<Choices> {
  readonly port: number;
  /** Whether nothing is asked: what is left open gets its default. */
  readonly yes: boolean;
  readonly help: boolean;
}

/** A command line that is wrong, or says too little where nobody can be asked. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Ranges of versions and tags, as npm knows them. */
const VERSIONS = /^[\w.^~*<>=|+ -]+$/;

/** The highest port that there is. */
const MAX_PORT = 65535;

/**
 * Reads a command line.
 *
 * @throws {UsageError} If it is wrong.
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [folder, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`one folder at a time, got ${positionals.join(", ")}`);
  const { name, template, runtime, core, yes, help } = values;
  const nameProblem = name === undefined ? undefined : problemOfName(name);
  if (nameProblem !== undefined) throw new UsageError(`--name: ${nameProblem}`);
  if (folder === "") throw new UsageError("FOLDER is empty");
  if (core !== undefined && !isTarball(core) && !VERSIONS.test(core)) {
    throw new UsageError(
      `--core: got ${JSON.stringify(core)}, expected versions such as ^1.2.0, or the path of a .tgz`,
    );
  }
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(name === undefined ? {} : { name }),
    ...(template === undefined ? {} : { template: oneOf("template", template, TEMPLATES) }),
    ...(runtime === undefined ? {} : { runtime: oneOf("runtime", runtime, RUNTIMES) }),
    ...(core === undefined ? {} : { core }),
    port: values.port === undefined ? DEFAULT_PORT : readPort(values.port),
    yes,
    help,
  };
}

/** The help text of a command. */
export function helpText(command: string): string {
  return `Usage: ${command} [FOLDER] [options]

Makes a project of one Prometheus exporter in FOLDER: the exporter, its tests, alerts, scrape configuration, and what builds
and ships it. Nothing is ever overwritten. What is left open is asked for on a terminal.

Templates:
${listOf(TEMPLATES)}

Options:
  --template=<name>  One of these templates. Default with --yes: http.
  --runtime=<name>   ${Object.keys(RUNTIMES).join(", ")}. Default with --yes: the one that asks.
  --name=<name>      Name of the exporter, which its metrics begin with. Default: as the folder, without "exporter".
  --port=<number>    The port it listens on. Default: ${DEFAULT_PORT}.
  --core=<what>      Versions of @exporterkit/core, or the path of a tarball of it. Default: the one of this program.
  -y, --yes          Ask nothing, and take the defaults; of FOLDER, my-exporter.
  -h, --help         Show this text.

Exit status: 0 done, 1 not possible, 2 wrong arguments, 130 interrupted; then there is nothing of it.`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: "string" },
        template: { type: "string" },
        runtime: { type: "string" },
        port: { type: "string" },
        core: { type: "string" },
        yes: { type: "boolean", short: "y", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function oneOf<Name extends string>(flag: string, value: string, known: Readonly<Record<Name, string>>): Name {
  if (Object.hasOwn(known, value)) return value as Name;
  throw new UsageError(`--${flag}: there is no ${JSON.stringify(value)}, only ${Object.keys(known).join(", ")}`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= MAX_PORT) return port;
  throw new UsageError(`--port: got ${JSON.stringify(text)}, expected a number from 1 to ${MAX_PORT}`);
}

function listOf(entries: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length));
  return Object.entries(entries).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
