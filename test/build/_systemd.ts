/** What a systemd artifact is judged by: systemd reads the service file, and runs no service here. */
import type { BuiltArtifact } from "../../src/build/mod.ts";
import { type Ending, runToEnd } from "../_process.ts";
import { carriedRuntime, findProgram, type Needs, needsProgram } from "../_programs.ts";
import { deployed } from "./_project.ts";

/** Whether service files can be judged. */
export function needsSystemdAnalyze(): Needs {
  return needsProgram("systemd-analyze", "apt-get install -y systemd");
}

/** A service file, with a Node that is at hand and the script where it lies; to be disposed of. */
export interface UnpackedService extends AsyncDisposable {
  /** Path of the service file. */
  readonly path: string;
  /** The words that it starts the exporter with, without those of `ARGS`. */
  readonly command: readonly [program: string, ...args: string[]];
}

/** Unpacks an artifact in an empty folder. */
export async function unpackedService(artifact: BuiltArtifact): Promise<UnpackedService> {
  const copy = await deployed(artifact);
  const path = `${copy.folder}/${artifact.entry}`;
  const command = await serviceCommand(path);
  return { path, command, [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose]() };
}

/** Makes a service file one for this folder, and gives the words of its command. */
export async function serviceCommand(path: string): Promise<[program: string, ...args: string[]]> {
  const [, folder, name] = /^(.*)\/(.*)\.service$/.exec(path) ?? [];
  const text = (await Deno.readTextFile(path)).replaceAll("/usr/bin/node", carriedRuntime("node").path)
    .replaceAll(`/usr/local/lib/${name}/`, `${folder}/`);
  await Deno.writeTextFile(path, text);
  const [program = "", ...args] = (/^ExecStart=(.*) \$ARGS$/m.exec(text)?.[1] ?? "").split(" ");
  return [program, ...args];
}

/** Runs `systemd-analyze`. */
export async function analyze(args: readonly string[]): Promise<Ending> {
  return await runToEnd({ path: findProgram("systemd-analyze") ?? "", args });
}

/** Judges a service file by what it leaves open: 0 to 10, ten times that as `limit`; systemd calls up to 20 safe. */
export async function judgeExposure(path: string, limit: number): Promise<{ readonly code: number; verdict: string }> {
  const args = ["security", "--no-pager", "--offline=true", `--threshold=${limit}`, path];
  const { code, stdout } = await analyze(args);
  return { code, verdict: /Overall exposure level .*/.exec(stdout)?.[0] ?? stdout };
}
