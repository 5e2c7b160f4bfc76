import type { Snapshot } from "../model/family.ts";
import { combineCrc32 } from "./_crc32.ts";
import { type DeflateBlock, type Deflated, deflatedBlocksOf } from "./_deflated_blocks.ts";
import { Output } from "./_output.ts";
import { seriesDeflaterOf } from "./_series_deflater.ts";
import { type SeriesWriter, shapeOf } from "./_series.ts";
import { type Later, type LaterOptions, type SeriesOptions, type Sink, writeAnew } from "./_sink.ts";
import type { Compressor } from "./compressor.ts";

/** Text is compressed once there is so much of it: less would cost more than it saves. */
const PIECE_BYTES = 65_536;
/** A gzip member (RFC 1952): deflated, without name or time, from an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** An empty last block, with the fixed Huffman codes. */
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * Sends one gzip member, made of pieces that end in full flushes, so that a piece can be used again.
 *
 * One member and not several: Deno's `fetch` reads only the first one, and curl fails.
 */
export class GzipSink implements Sink {
  readonly output = new Output();
  readonly limit = PIECE_BYTES;
  readonly #packed = new Output();
  readonly #compressor: Compressor;
  #crc = 0;
  #length = 0;

  constructor(compressor: Compressor) {
    this.#compressor = compressor;
    this.#packed.append(HEADER);
  }

  *series(snapshot: Snapshot, { write, naming, dialect }: SeriesOptions): Generator<void, void, void> {
    this.#flush();
    const key = `${dialect.key} ${naming.key}`;
    const blocks = deflatedBlocksOf(snapshot, key, { saysCreated: false });
    const shape = shapeOf(snapshot, naming, dialect);
    const deflater = shape === undefined ? undefined : seriesDeflaterOf(snapshot, key, shape);
    const deflate: DeflateBlock = (from, to, plan) =>
      deflater?.deflate(snapshot, from, to, plan) ?? this.#deflateText(write, from, to);
    // Compressing a block takes long enough to look at the clock.
    for (const deflated of blocks.upToDate(snapshot, deflate)) {
      this.#add(deflated);
      yield;
    }
  }

  *later(snapshot: Snapshot, { key, isRemembered, createWriter }: LaterOptions): Generator<void, Later, void> {
    const scratch = new Output();
    const write = createWriter(scratch);
    const parts: Deflated[] = [];
    const deflate = () => {
      const deflated = this.#deflate(scratch);
      scratch.length = 0;
      return deflated;
    };
    if (isRemembered) {
      const blocks = deflatedBlocksOf(snapshot, key, { saysCreated: true }).upToDate(snapshot, (from, to) => {
        write(from, Infinity, to);
        return deflate();
      });
      for (const part of blocks) {
        parts.push(part);
        yield;
      }
    } else {
      for (const _ of writeAnew(write, PIECE_BYTES)) {
        parts.push(deflate());
        yield;
      }
      parts.push(deflate());
    }
    const add = (part: Deflated) => {
      this.#flush();
      this.#add(part);
    };
    return {
      length: parts.reduce((sum, { length }) => sum + length, 0),
      *send() {
        for (const part of parts) {
          add(part);
          yield;
        }
      },
    };
  }

  take(): Uint8Array<ArrayBuffer>[] {
    if (this.output.length >= this.limit) this.#flush();
    return this.#packed.length > 0 ? [this.#packed.take()] : [];
  }

  end(): Uint8Array<ArrayBuffer>[] {
    this.#flush();
    this.#packed.append(LAST_BLOCK);
    this.#packed.reserve(8);
    const { view, length } = this.#packed;
    view.setUint32(length, this.#crc, true);
    view.setUint32(length + 4, this.#length >>> 0, true);
    this.#packed.length += 8;
    return this.take();
  }

  #flush(): void {
    if (this.output.length === 0) return;
    this.#add(this.#deflate(this.output));
    this.output.length = 0;
  }

  /** Lets zlib deflate the text of series. */
  #deflateText(write: SeriesWriter, from: number, to: number): Deflated {
    write(from, Infinity, to);
    const deflated = this.#deflate(this.output);
    this.output.length = 0;
    return deflated;
  }

  #deflate(output: Output): Deflated {
    const text = output.written();
    if (text.length === 0) return { bytes: text, crc: 0, length: 0 };
    return { bytes: this.#compressor.deflate(text), crc: this.#compressor.crc32(text), length: text.length };
  }

  #add({ bytes, crc, length }: Deflated): void {
    this.#packed.append(bytes);
    this.#crc = combineCrc32(this.#crc, crc, length);
    this.#length += length;
  }
}
