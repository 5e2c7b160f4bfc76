import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDeno, runProgram } from "../../programs.ts";

/** An executable, or why there is none. */
export type Compiled = { readonly executable: Uint8Array } | { readonly problem: string };

/**
 * Makes a script an executable that carries Deno, with `deno compile`. That puts the script behind a base binary, which
 * Deno downloads once; where it cannot, there is no executable.
 *
 * @param flags What the executable may do, and how it is run; it carries them, and nobody can add to them.
 */
export async function compile(code: string, name: string, flags: readonly string[]): Promise<Compiled> {
  const deno = findDeno();
  if (deno === undefined) return { problem: "there is no deno on the PATH" };
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-"));
  try {
    await writeFile(join(folder, `${name}.js`), code);
    const args = ["compile", "--no-config", "--no-check", ...flags, "--output", name, `${name}.js`];
    const { success, stderr } = await runProgram(deno, args, { cwd: folder });
    if (success) return { executable: await readFile(join(folder, name)) };
    return { problem: `deno compile failed: ${reasonOf(stderr)}` };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Deno tells causes one per line, the deepest last, and in some builds where in itself that was. */
function reasonOf(stderr: string): string {
  const [told = ""] = stderr.split("Stack backtrace:");
  const causes = told.split("\n").map((line) => /^(?:error:|\s+\d+:) (.*)/.exec(line)?.[1]).filter(Boolean);
  return causes.at(-1) ?? told.trim();
}
