/** The `zstd` program as a reader of what we compress: another build of the format's own library than any runtime's. */
import { spawnSync } from "node:child_process";
import { findProgram, type Needs, needsProgram } from "./_programs.ts";

/** Says whether the program is there: the options for `it` or `describe`. */
export function needsZstd(): Needs {
  return needsProgram("zstd", "apt-get install -y zstd");
}

/**
 * Decompresses a body.
 *
 * @throws {Error} With what the program said, if the body is no zstd or not whole.
 */
export function unzstd(body: Uint8Array): string {
  const { status, stdout, stderr, error } = spawnSync(findProgram("zstd")!, ["--decompress", "--stdout"], {
    input: body,
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`Cannot decompress: ${stderr}`);
  return stdout.toString();
}
