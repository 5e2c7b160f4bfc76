import type { Block } from "./_blocks.ts";
import { combineCrc32 } from "./_crc32.ts";
import { Output } from "./_output.ts";
import type { Compressor } from "./compressor.ts";

/** Where an encoder writes, and how that becomes a body. */
export interface Sink {
  /** Receives what is written anew. */
  readonly output: Output;
  /** Receives a block that may have been written before. */
  block(block: Block): void;
  /** Whether something should be sent after a block. */
  readonly isReady: boolean;
  /** What can be sent now; possibly nothing. */
  take(): Uint8Array<ArrayBuffer>;
  /** What is left to send. */
  end(): Uint8Array<ArrayBuffer>;
}

/** Sends what is written. */
export class PlainSink implements Sink {
  readonly output: Output;

  readonly #limit: number;

  constructor(output: Output, limit: number) {
    this.output = output;
    this.#limit = limit;
  }

  get isReady(): boolean {
    return this.output.length >= this.#limit;
  }

  block(block: Block): void {
    block.appendTo(this.output);
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.output.take();
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.output.take();
  }
}

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
  readonly output = new Output(2 * PIECE_BYTES);
  /** Compressing a block takes long enough to look at the clock. */
  readonly isReady = true;
  readonly #packed = new Output(PIECE_BYTES);
  readonly #compressor: Compressor;
  #crc = 0;
  #length = 0;

  constructor(compressor: Compressor) {
    this.#compressor = compressor;
    this.#packed.append(HEADER);
  }

  block(block: Block): void {
    this.#flush();
    const { bytes, crc, length } = block.deflated(this.#compressor);
    this.#add(bytes, crc, length);
  }

  take(): Uint8Array<ArrayBuffer> {
    if (this.output.length >= PIECE_BYTES) this.#flush();
    return this.#packed.take();
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#flush();
    this.#packed.append(LAST_BLOCK);
    this.#packed.reserve(8);
    const { view, length } = this.#packed;
    view.setUint32(length, this.#crc, true);
    view.setUint32(length + 4, this.#length >>> 0, true);
    this.#packed.length += 8;
    return this.#packed.take();
  }

  #flush(): void {
    if (this.output.length === 0) return;
    const text = this.output.written();
    this.#add(this.#compressor.deflate(text), this.#compressor.crc32(text), text.length);
    this.output.length = 0;
  }

  #add(deflated: Uint8Array, crc: number, length: number): void {
    this.#packed.append(deflated);
    this.#crc = combineCrc32(this.#crc, crc, length);
    this.#length += length;
  }
}
