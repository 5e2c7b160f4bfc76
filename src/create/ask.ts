import { cancel, intro, isCancel, log, select, text } from "@clack/prompts";
import type { Arguments } from "./arguments.ts";
import { type Choices, nameFor, problemOfName, RUNTIMES, TEMPLATES } from "./choices.ts";
import { problemOfFolder } from "./write_project.ts";

/** What stands where the command line leaves something open, unless somebody says else. */
export type Defaults = Pick<Choices, "folder" | "template" | "runtime">;

/**
 * Asks on a terminal for what a command line leaves open.
 *
 * @returns The choices; `undefined` if whoever was asked has had enough.
 */
export async function ask(given: Arguments, defaults: Defaults): Promise<Choices | undefined> {
  intro("A new Prometheus exporter");
  const folder = given.folder ?? await askFolder(defaults.folder);
  const name = folder === undefined ? undefined : given.name ?? await askName(nameFor(folder));
  const template = name === undefined ? undefined : given.template ?? await askTemplate(defaults.template);
  const runtime = template === undefined ? undefined : given.runtime ?? await askRuntime(defaults.runtime);
  if (folder === undefined || name === undefined || template === undefined || runtime === undefined) {
    cancel("Nothing was made");
    return undefined;
  }
  return { ...given, folder, name, template, runtime };
}

async function askFolder(initial: string): Promise<string | undefined> {
  for (;;) {
    const folder = given(await text({ message: "Where?", placeholder: initial, defaultValue: initial }));
    const problem = folder === undefined ? undefined : await problemOfFolder(folder);
    if (problem === undefined) return folder;
    log.error(problem);
  }
}

async function askName(initial: string): Promise<string | undefined> {
  return given(
    await text({
      message: "What does it export? Its metrics begin with this name",
      initialValue: initial,
      validate: (value) => problemOfName(value ?? ""),
    }),
  );
}

async function askTemplate(initialValue: Choices["template"]): Promise<Choices["template"] | undefined> {
  const options = entriesOf(TEMPLATES).map(([value, hint]) => ({ value, label: value, hint }));
  return given(await select({ message: "How does it begin?", options, initialValue }));
}

async function askRuntime(initialValue: Choices["runtime"]): Promise<Choices["runtime"] | undefined> {
  const options = entriesOf(RUNTIMES).map(([value, label]) => ({ value, label }));
  return given(await select({ message: "Where does it run?", options, initialValue }));
}

function given<Value>(answer: Value): Exclude<Value, symbol> | undefined {
  return isCancel(answer) ? undefined : answer as Exclude<Value, symbol>;
}

function entriesOf<Name extends string>(record: Readonly<Record<Name, string>>): [Name, string][] {
  return Object.entries(record) as [Name, string][];
}
