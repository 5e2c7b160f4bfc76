import * as zlib from "node:zlib";
import { createGzip, type Gzip } from "../exposition/gzip.ts";
import type { BodyCompressor } from "../http/body.ts";

/** The fastest level of both codings: scrapes are made often, and mostly of the same texts. */
const LEVEL = 1;
/** Longest piece that comes out of a stream. */
const PIECE_BYTES = 65_536;

const FOR_LARGE: zlib.ZlibOptions = { level: LEVEL, finishFlush: zlib.constants.Z_FULL_FLUSH };
/** What most bodies are smaller than. */
const SMALL_BYTES = 8192;
/** No window is larger than what it slides over: to make one of 32 KiB costs more than all the work in it. */
const FOR_SMALL: zlib.ZlibOptions = { ...FOR_LARGE, windowBits: Math.log2(SMALL_BYTES), memLevel: 7, chunkSize: 4096 };

/** zlib piece by piece; `undefined` on a Node that has no `crc32` yet (before 20.15). */
export const gzip: Gzip | undefined = typeof zlib.crc32 === "function"
  ? createGzip({
    deflate: (bytes) => zlib.deflateRawSync(bytes, bytes.length <= SMALL_BYTES ? FOR_SMALL : FOR_LARGE),
    crc32: (bytes) => zlib.crc32(bytes),
  })
  : undefined;

/** One zstd frame per body; `undefined` on a Node that has no zstd yet (before 22.15). */
export const zstd: BodyCompressor | undefined = typeof zlib.createZstdCompress === "function"
  ? { whole: (bytes) => zlib.zstdCompressSync(bytes, zstdOptions()) as Uint8Array<ArrayBuffer>, stream: zstdStream }
  : undefined;

function zstdOptions(): zlib.ZstdOptions {
  // The window that goes with level 1 is 512 KiB: RFC 9659 lets readers refuse more than 8 MiB.
  return { params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL } };
}

/** Not `Duplex.toWeb()`: it reads a body to its end although nobody takes it any more (Node 24, Deno 2.9, Bun 1.4). */
function zstdStream(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const compression = zlib.createZstdCompress({ ...zstdOptions(), chunkSize: PIECE_BYTES });
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    start(controller) {
      compression.on("data", (piece) => controller.enqueue(piece));
      compression.on("error", (error) => controller.error(error));
    },
    transform: (chunk) =>
      new Promise((resolve, reject) => compression.write(chunk, (error) => error ? reject(error) : resolve())),
    flush: () => new Promise((resolve) => compression.once("end", resolve).end()),
    cancel: () => void compression.destroy(),
  });
}
