import { GzipSink } from "./_gzip_sink.ts";
import type { Sink } from "./_sink.ts";
import type { Compressor } from "./compressor.ts";

/** Makes gzip bodies, from columns where it can; see {@link createGzip}. */
export interface Gzip {
  /** Begins a body. */
  createSink(): Sink;
}

/**
 * Makes what lets {@link encodeChunks} write gzip: families of many series go from their columns straight to deflated
 * blocks, and blocks that did not change are sent again.
 *
 * It is apart from the encoder, so that a program without it does not carry it.
 *
 * @param compressor What deflates everything else.
 * @example A gzip body by zlib
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { createGzip, encodeChunks, negotiate } from "@exporterkit/core/exposition";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 * import * as zlib from "node:zlib";
 *
 * const gzip = createGzip({
 *   deflate: (bytes) => zlib.deflateRawSync(bytes, { level: 1, finishFlush: zlib.constants.Z_FULL_FLUSH }),
 *   crc32: (bytes) => zlib.crc32(bytes),
 * });
 * const registry = new Registry();
 * registry.add(gauge("queue_length", "Jobs waiting.")).set(3);
 * const body = await new Blob([...encodeChunks(registry.snapshots(), negotiate(null), { gzip })]).bytes();
 * assert.match(String(zlib.gunzipSync(body)), /^queue_length 3$/m);
 * ```
 */
export function createGzip(compressor: Compressor): Gzip {
  return { createSink: () => new GzipSink(compressor) };
}
