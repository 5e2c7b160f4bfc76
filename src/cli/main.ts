/**
 * The command `exporterkit`: what is done with exporters before and beside their running.
 *
 * @module
 */
import process from "node:process";
import { platform } from "#runtime";
import { type Command, UsageError } from "./command.ts";

const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  create: () => import("./commands/create.ts"),
  run: () => import("./commands/run.ts"),
  check: () => import("./commands/check.ts"),
  build: () => import("./commands/build.ts"),
  docs: () => import("./commands/docs.ts"),
  discover: () => import("./commands/discover.ts"),
};

const CANNOT = 1;
const WRONG_USAGE = 2;

// Ending at once would cut off what a pipe has not taken yet.
if (platform.isProgram(import.meta)) process.exitCode = await main(process.argv.slice(2));

/**
 * Runs a command line.
 *
 * @param args Name of the command and its arguments.
 * @returns The exit status: 0 when it was done, 1 when it could not be done, 2 when the command line is wrong.
 */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || ["help", "--help", "-h"].includes(name)) {
    console.log(await overview());
    return name === undefined ? WRONG_USAGE : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const known = Object.keys(COMMANDS).join(", ");
    console.error(`exporterkit: there is no command ${JSON.stringify(name)}, only ${known}`);
    return WRONG_USAGE;
  }
  const { default: command } = await load();
  const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (own.includes("--help") || own.includes("-h")) {
    console.log(command.help);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    console.error(`exporterkit ${name}: ${error instanceof Error ? error.message : error}`);
    if (!(error instanceof UsageError)) return CANNOT;
    console.error(`See exporterkit ${name} --help`);
    return WRONG_USAGE;
  }
}

async function overview(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => [name, (await load()).default.summary] as const),
  );
  const width = Math.max(...commands.map(([name]) => name.length));
  return [
    "Usage: exporterkit COMMAND [arguments]",
    "",
    ...commands.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "exporterkit COMMAND --help tells the arguments. Exit status: 0 done, 1 not possible, 2 wrong arguments.",
  ].join("\n");
}
