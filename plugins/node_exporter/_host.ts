import { readdir, readFile, readlink, stat, statfs } from "node:fs/promises";
import { machine } from "node:os";
import { adjtimex } from "./_adjtimex.ts";
import { timeZone } from "./_time_zone.ts";
import type { Host } from "./host.ts";

/** The machine that this program runs on, seen through `node:fs` and `node:os`, which Deno, Node and Bun all have. */
export const realHost: Host = {
  readText: (path) => readFile(path, "utf8"),
  list: async (path) => (await readdir(path)).sort(),
  readLink: (path) => readlink(path),
  modifiedMs: async (path) => (await stat(path)).mtimeMs,
  statfs: async (path) => {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
    return { blockSize: bsize, blocks, blocksFree: bfree, blocksAvailable: bavail, files, filesFree: ffree };
  },
  machine,
  timeZone,
  ...adjtimex(),
};
