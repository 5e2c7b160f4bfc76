import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** A file of a project, by its path in it. */
export type ProjectFile = readonly [path: string, content: string | Uint8Array];

/**
 * Looks whether a project can go somewhere: where nothing is yet, or an empty folder.
 *
 * @returns What is in the way; `undefined` if nothing is.
 */
export async function problemOfFolder(folder: string): Promise<string | undefined> {
  try {
    const entries = await readdir(folder);
    return entries.length === 0 ? undefined : `${folder} is not empty, and nothing is overwritten`;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT") return undefined;
    return code === "ENOTDIR" ? `${folder} is no folder` : `${folder} cannot be read: ${(error as Error).message}`;
  }
}

/**
 * Writes a project, all of it or nothing: the files are made aside, and put in place together.
 *
 * @param folder Where it goes; made if it is not there, with the folders above it.
 * @param signal Ends the writing. What was made until then is gone again.
 * @throws {Error} If something is in the way, or it cannot be written.
 */
export async function writeProject(
  folder: string,
  files: Iterable<ProjectFile>,
  signal: AbortSignal,
): Promise<void> {
  const target = resolve(folder);
  const problem = await problemOfFolder(target);
  if (problem !== undefined) throw new Error(`Cannot create a project: ${problem}`);
  // The topmost folder that was not there before.
  const made = await mkdir(target, { recursive: true });
  const aside = await mkdtemp(join(target, ".create-exporter-"));
  const moved: string[] = [];
  try {
    for (const [path, content] of files) {
      signal.throwIfAborted();
      await mkdir(dirname(join(aside, path)), { recursive: true });
      await writeFile(join(aside, path), content);
    }
    const others = (await readdir(target)).filter((name) => join(target, name) !== aside);
    if (others.length > 0) throw new Error(`Cannot create a project: ${others[0]} has appeared in ${folder}`);
    for (const name of await readdir(aside)) {
      signal.throwIfAborted();
      await rename(join(aside, name), join(target, name));
      moved.push(join(target, name));
    }
    await rm(aside, { recursive: true });
    signal.throwIfAborted();
  } catch (error) {
    for (const path of [...moved, aside]) await rm(path, { recursive: true, force: true });
    if (made !== undefined) await removeEmpty(target, made);
    throw error;
  }
}

/** Removes a folder and those above it up to the topmost, as far as nothing is in them. */
async function removeEmpty(folder: string, topmost: string): Promise<void> {
  try {
    await rmdir(folder);
    if (folder !== topmost) await removeEmpty(dirname(folder), topmost);
  } catch {
    // Somebody else has put something there.
  }
}
