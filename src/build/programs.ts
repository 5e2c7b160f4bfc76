import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** How a program ended. */
export interface ProgramEnding {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of a program on the PATH, or `undefined`. */
export function findOnPath(name: string): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const path of endings.map((ending) => join(folder, name + ending))) {
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** The Deno that runs this, or one on the PATH. */
export function findDeno(): string | undefined {
  return "Deno" in globalThis ? process.execPath : findOnPath("deno");
}

/** Whether there is a file that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end, without colours and with nothing to read. */
export function runProgram(path: string, args: readonly string[], options: { cwd: string }): Promise<ProgramEnding> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, [...args], {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text) => output[name] += text);
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ success: code === 0, ...output }));
  });
}
