import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { findOnPath, isExecutable } from "../../programs.ts";

/**
 * Finds a Bun: the one that runs this, the one in the npm package that carries it for this machine, or one on the PATH.
 * `node_modules/.bin/bun` is none where install scripts do not run, so it comes last.
 *
 * @throws {Error} If there is none.
 */
export function findBun(): string {
  const found = "Bun" in globalThis ? process.execPath : carriedBun() ?? findOnPath("bun");
  if (found !== undefined) return found;
  throw new Error(
    `Cannot compile with Bun: there is none; install it on the PATH, or with npm install --save-dev ${carrier()}`,
  );
}

/** Beside the project that is built, then beside this file. */
function carriedBun(): string | undefined {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      const folder = dirname(createRequire(from).resolve(`${carrier()}/package.json`));
      const path = join(folder, "bin", process.platform === "win32" ? "bun.exe" : "bun");
      if (isExecutable(path)) return path;
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

function carrier(): string {
  const architecture = process.arch === "arm64" ? "aarch64" : process.arch;
  return `@oven/bun-${process.platform === "win32" ? "windows" : process.platform}-${architecture}`;
}
