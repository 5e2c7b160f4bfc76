import type { Snapshot } from "../model/family.ts";
import type { Dialect } from "./_dialect.ts";
import type { Naming } from "./_naming.ts";
import type { Output } from "./_output.ts";
import { seriesWriter } from "./_series.ts";
import { isWorthRemembering, type Sink, writeAnew } from "./_sink.ts";
import { textBlocksOf } from "./_text_blocks.ts";

/** Sends what is written, in chunks of at least so many bytes, or in one piece. */
export class PlainSink implements Sink {
  readonly output: Output;
  readonly #limit: number;
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  /** @param limit Bytes of a chunk; `Infinity` for one piece. */
  constructor(output: Output, limit: number) {
    this.output = output;
    this.#limit = limit;
  }

  *series(snapshot: Snapshot, naming: Naming, dialect: Dialect): Generator<void, void, void> {
    const write = seriesWriter(snapshot, naming, dialect, this.output);
    if (!isWorthRemembering(snapshot, dialect)) {
      yield* writeAnew(write, this.#limit);
      return;
    }
    const blocks = textBlocksOf(snapshot, `${dialect.syntax} ${naming.key}`);
    for (const kept of blocks.write(snapshot, write, this.output)) {
      if (kept !== undefined) this.#append(kept);
      if (kept !== undefined || this.output.length >= this.#limit) yield;
    }
  }

  take(): Uint8Array<ArrayBuffer>[] {
    if (this.output.length >= this.#limit) this.#flush();
    return this.#chunks.splice(0);
  }

  end(): Uint8Array<ArrayBuffer>[] {
    this.#flush();
    return this.#chunks.splice(0);
  }

  /** Bytes that never change need no copy to become a chunk. */
  #append(kept: Uint8Array<ArrayBuffer>): void {
    if (this.#limit === Infinity) {
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
