import { relative } from "node:path";
import process from "node:process";
import { type Arguments, helpText, readArguments, UsageError } from "./arguments.ts";
import { ask, type Defaults } from "./ask.ts";
import { type Choices, nameFor, problemOfName, type RuntimeName, RUNTIMES, TEMPLATES } from "./choices.ts";
import { findCore } from "./core.ts";
import { projectFiles, runtimeFacts } from "./project.ts";
import { readTemplates, type Templates } from "./templates.ts";
import { problemOfFolder, writeProject } from "./write_project.ts";

const CANNOT = 1;
const WRONG_USAGE = 2;
/** As shells say of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/**
 * Makes a new project as a command line says, and asks on a terminal for what it leaves open.
 *
 * @param options The command as its user calls it, for help and errors.
 * @returns The exit status: 0 when it was done, 1 when it could not be done, 2 when the command line is wrong, 130 when it
 * was interrupted. Unless it is 0, nothing was made.
 */
export async function create(args: readonly string[], { command }: { command: string }): Promise<number> {
  try {
    const given = readArguments(args);
    if (given.help) {
      console.log(helpText(command));
      return 0;
    }
    // Before anybody answers questions in vain.
    const problem = given.folder === undefined ? undefined : await problemOfFolder(given.folder);
    if (problem !== undefined) throw new Error(problem);
    const choices = await choose(given);
    if (choices === undefined) return INTERRUPTED;
    return await make(choices, await readTemplates());
  } catch (error) {
    console.error(`${command}: ${error instanceof Error ? error.message : error}`);
    if (!(error instanceof UsageError)) return CANNOT;
    console.error(`See ${command} --help`);
    return WRONG_USAGE;
  }
}

/** @throws {UsageError} If something is left open, and nobody can be asked. */
async function choose(given: Arguments): Promise<Choices | undefined> {
  const defaults: Defaults = { folder: "my-exporter", template: "http", runtime: askingRuntime() };
  if (!given.yes && isOpen(given) && process.stdin.isTTY && process.stdout.isTTY) return await ask(given, defaults);
  const { folder, template, runtime } = given.yes ? { ...defaults, ...given } : given;
  if (folder === undefined) throw missing("FOLDER", "such as my-exporter");
  const name = given.name ?? nameFor(folder);
  if (problemOfName(name) !== undefined) throw missing("--name", `and ${folder} says none`);
  if (template === undefined) throw missing("--template", `one of ${Object.keys(TEMPLATES).join(", ")}`);
  if (runtime === undefined) throw missing("--runtime", `one of ${Object.keys(RUNTIMES).join(", ")}`);
  return { ...given, folder, name, template, runtime };
}

function isOpen({ folder, name, template, runtime }: Arguments): boolean {
  return [folder, template, runtime].includes(undefined) || problemOfName(name ?? nameFor(folder ?? "")) !== undefined;
}

function missing(what: string, expected: string): UsageError {
  return new UsageError(
    `${what} is missing, ${expected}, and there is no terminal to ask on; --yes takes the defaults`,
  );
}

async function make(choices: Choices, templates: Templates): Promise<number> {
  const { folder, runtime } = choices;
  const interruption = new AbortController();
  const interrupt = () => {
    console.error("Interrupted: nothing of it is kept");
    interruption.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  signals.forEach((signal) => process.on(signal, interrupt));
  try {
    const core = await findCore(choices.core ?? `^${templates.version}`, runtime);
    await writeProject(folder, projectFiles(choices, { templates, core }), interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    signals.forEach((signal) => process.off(signal, interrupt));
  }
  console.log(nextSteps(choices, templates));
  return 0;
}

function nextSteps({ folder, runtime, name, template }: Choices, templates: Templates): string {
  const there = relative(process.cwd(), folder);
  const { installCommand, testCommand, startCommand } = runtimeFacts(templates, runtime);
  return [
    "",
    `The ${template} exporter ${name} is in ${there === "" ? "this folder" : folder}. Next:`,
    "",
    ...(there === "" ? [] : [`  cd ${folder}`]),
    `  ${installCommand}`,
    `  ${testCommand}`,
    `  ${startCommand}`,
  ].join("\n");
}

/** The runtime whose package manager has started this, as all of them say. */
function askingRuntime(): RuntimeName {
  const agent = process.env.npm_config_user_agent ?? "";
  const [asking] = (["bun", "deno"] as const).filter((runtime) => agent.startsWith(`${runtime}/`));
  if (asking !== undefined) return asking;
  if ("Deno" in globalThis) return "deno";
  return "Bun" in globalThis ? "bun" : "node";
}
