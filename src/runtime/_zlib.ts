import * as zlib from "node:zlib";
import type { Compressor } from "../exposition/compressor.ts";

/** The fastest level: scrapes are made often, and mostly of the same texts. */
const LEVEL = 1;

/** zlib piece by piece; `undefined` on a Node that has no `crc32` yet (before 20.15). */
export const compressor: Compressor | undefined = typeof zlib.crc32 === "function"
  ? {
    deflate: (bytes) => zlib.deflateRawSync(bytes, { level: LEVEL, finishFlush: zlib.constants.Z_FULL_FLUSH }),
    crc32: (bytes) => zlib.crc32(bytes),
  }
  : undefined;
