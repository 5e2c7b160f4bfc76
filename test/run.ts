/**
 * Runs the tests of the whole repository, or of the files given, and ends with the line
 * `N passed, N failed, N skipped`, one per `it`.
 *
 * It needs nothing but Deno and the network: what is missing in `node_modules` is installed first. Every child is
 * started as `Deno.execPath()`, since through `npx deno` there is no `deno` on the PATH.
 *
 * Usage: `deno task test [deno test options and files...]`
 */
import { readJunit, tally, type TestResult } from "./_junit.ts";
import { SHARED_FOLDER_VARIABLE, SKIP_LOG_VARIABLE } from "./_environment.ts";
import { readSkipLog } from "./_programs.ts";

const ROOT = new URL("../", import.meta.url);

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  await installPackages();
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-test-" });
  try {
    const report = `${folder}/junit.xml`;
    const skipLog = `${folder}/skipped.jsonl`;
    const shared = `${folder}/shared`;
    await Deno.mkdir(shared);
    const { success, lostFiles } = await runTests(args, { report, skipLog, shared });
    const results = readJunit(await readIfThere(report));
    const { passed, failed, skipped } = tally(results);
    reportSkipped(results, await readIfThere(skipLog));
    for (const file of lostFiles) console.log(`could not be loaded: ${file}`);
    // A file that fails to load or to compile is in no report; it must not look like a run without failures.
    const allFailed = Math.max(failed + lostFiles.length, success ? 0 : 1);
    console.log(`${passed} passed, ${allFailed} failed, ${skipped} skipped`);
    return allFailed > 0 || passed === 0 ? 1 : 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Deno installs what a file imports; the tests also need packages that only carry a program. */
async function installPackages(): Promise<void> {
  const manifest: { imports?: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const packages = Object.entries(manifest.imports ?? {}).filter(([, target]) => target.startsWith("npm:"));
  const present = await Promise.all(
    packages.map(([name, target]) => isThere(new URL(`node_modules/${folderOf(name, target)}`, ROOT))),
  );
  if (present.every(Boolean)) return;
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["install"], cwd: ROOT }).spawn().status;
  if (!success) throw new Error("Cannot install the packages of deno.json: deno install failed, see above");
}

/** Where a package is installed; one of several versions, each with a name of its own, is there under its version only. */
function folderOf(name: string, target: string): string {
  const [, real = "", version] = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(target) ?? [];
  return real === name ? name : `.deno/${real.replace("/", "+")}@${version}`;
}

interface Run {
  readonly success: boolean;
  /** Test files that threw while they were loaded. */
  readonly lostFiles: readonly string[];
}

interface Paths {
  readonly report: string;
  readonly skipLog: string;
  readonly shared: string;
}

async function runTests(args: readonly string[], paths: Paths): Promise<Run> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", `--junit-path=${paths.report}`, ...args],
    cwd: ROOT,
    env: {
      ...(Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }),
      [SKIP_LOG_VARIABLE]: paths.skipLog,
      [SHARED_FOLDER_VARIABLE]: paths.shared,
    },
    stdout: "piped",
  }).spawn();
  const lostFiles = await passThrough(child.stdout);
  const { success } = await child.status;
  return { success, lostFiles };
}

/** Copies the output while it comes and picks out the one thing that the report does not say. */
async function passThrough(output: ReadableStream<Uint8Array>): Promise<string[]> {
  const decoder = new TextDecoder();
  const lostFiles: string[] = [];
  let line = "";
  for await (const chunk of output) {
    await writeAll(chunk);
    const lines = (line + decoder.decode(chunk, { stream: true })).split("\n");
    line = lines.pop() ?? "";
    for (const text of lines) {
      const file = /^Uncaught error from (\S+) FAILED$/.exec(withoutColors(text))?.[1];
      if (file !== undefined) lostFiles.push(file);
    }
  }
  return lostFiles;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
}

function withoutColors(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "").trim();
}

/** The report says which test was skipped, the log says in which test file a skip was decided, and why. */
function reportSkipped(results: readonly TestResult[], skipLog: string): void {
  const skipped = results.filter(({ outcome }) => outcome === "skipped");
  const files = new Set(skipped.map(({ file }) => file && new URL(file, ROOT).href));
  const decisions = readSkipLog(skipLog);
  // A suite that several test files share is a file of its own to the report, but decides nothing.
  const undecided = decisions.filter(({ file }) => !files.has(file));
  for (const { file, name } of skipped) {
    const own = decisions.filter((decision) => file !== undefined && decision.file === new URL(file, ROOT).href);
    const reasons = new Set((own.length > 0 ? own : undecided).map(({ reason }) => reason));
    console.log(`skipped: ${name} (${file ?? "file unknown"}): ${[...reasons].join("; ") || "no reason given"}`);
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function isThere(path: URL): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
