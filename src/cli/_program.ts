import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { bundleFile } from "../build/bundle.ts";
import { ownFacts } from "../build/own_runtime.ts";

/** An exporter's file as a program of the runtime that this runs on. */
export interface ExporterProgram extends AsyncDisposable {
  /** Starts it. */
  start(args: readonly string[], stdio: "inherit" | "pipe"): ChildProcess;
}

/**
 * Makes an exporter's file a program, bundled as its artifact would be, so that even a Node that reads no TypeScript runs it.
 *
 * @throws {Error} If it cannot be bundled.
 */
export async function exporterProgram(entry: string): Promise<ExporterProgram> {
  const { code } = await bundleFile(resolve(entry), ownFacts());
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-"));
  const path = join(folder, "exporter.mjs");
  await writeFile(path, code);
  const runtimeArgs = "Deno" in globalThis ? ["run", "--allow-all", "--no-config"] : [];
  return {
    start: (args, stdio) => spawn(process.execPath, [...runtimeArgs, path, ...args], { stdio }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
