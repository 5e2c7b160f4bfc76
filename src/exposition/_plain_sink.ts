import type { Snapshot } from "../model/family.ts";
import { encodedBlocksOf } from "./_encoded_blocks.ts";
import { Output } from "./_output.ts";
import { type Later, type LaterOptions, type SeriesOptions, type Sink, writeAnew } from "./_sink.ts";

/** What is sent later is made in pieces of so many bytes. */
const CHUNK_BYTES = 65_536;

/** Sends what is written, in chunks of at least so many bytes, or in one piece. */
export class PlainSink implements Sink {
  readonly output: Output;
  readonly limit: number;
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  /** @param limit Bytes of a chunk; `Infinity` for one piece. */
  constructor(output: Output, limit: number) {
    this.output = output;
    this.limit = limit;
  }

  *series(snapshot: Snapshot, { write, naming, dialect }: SeriesOptions): Generator<void, void, void> {
    const blocks = encodedBlocksOf(snapshot, `${dialect.key} ${naming.key}`, { saysCreated: false });
    for (const kept of blocks.write(snapshot, write, this.output)) {
      if (kept !== undefined) this.#append(kept);
      if (kept !== undefined || this.output.length >= this.limit) yield;
    }
  }

  *later(snapshot: Snapshot, { key, isRemembered, createWriter }: LaterOptions): Generator<void, Later, void> {
    const scratch = new Output();
    const write = createWriter(scratch);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    if (isRemembered) {
      for (const kept of encodedBlocksOf(snapshot, key, { saysCreated: true }).write(snapshot, write, scratch)) {
        if (kept !== undefined || scratch.length > 0) chunks.push(kept ?? scratch.take());
        yield;
      }
    } else {
      for (const _ of writeAnew(write, CHUNK_BYTES)) {
        chunks.push(scratch.take());
        yield;
      }
      chunks.push(scratch.take());
    }
    const append = (chunk: Uint8Array<ArrayBuffer>) => this.#append(chunk);
    return {
      length: chunks.reduce((sum, { length }) => sum + length, 0),
      *send() {
        for (const chunk of chunks) {
          append(chunk);
          yield;
        }
      },
    };
  }

  take(): Uint8Array<ArrayBuffer>[] {
    if (this.output.length >= this.limit) this.#flush();
    return this.#chunks.splice(0);
  }

  end(): Uint8Array<ArrayBuffer>[] {
    this.#flush();
    return this.#chunks.splice(0);
  }

  /** Bytes that never change need no copy to become a chunk. */
  #append(kept: Uint8Array<ArrayBuffer>): void {
    if (this.limit === Infinity) {
      this.output.append(kept);
      return;
    }
    this.#flush();
    this.#chunks.push(kept);
  }

  #flush(): void {
    if (this.output.length > 0) this.#chunks.push(this.output.take());
  }
}
