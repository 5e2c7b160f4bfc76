import { constants } from "node:fs";
import { open, rename, rm, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import type { Host } from "./platform.ts";

/** The machine, where programs are processes. */
export const host: Host = {
  name: hostname,
  files: { write: replaceFile, touch, remove: (path) => rm(path, { force: true }) },
};

/** Replaces a file as a whole, so that a reader or a power cut never sees a part of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  // Another ending, so that no pattern such as *.json finds it.
  const draft = `${path}.tmp`;
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function touch(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
