import type { Snapshot } from "../model/family.ts";
import { Changes, type ChangesOptions } from "./_changes.ts";

/** How blocks are made. */
export interface BlocksOptions<Block> extends ChangesOptions {
  /** About how many numbers a block has. */
  readonly numbers: number;
  /** Creates what is kept of a block. */
  readonly create: (changes: Changes) => Block;
}

/** Something that is kept for each block of consecutive slots of a family. */
export class Blocks<Block> {
  /** Receives the slots of a block that changed; one for all, since they take turns. */
  readonly found: Int32Array;
  readonly #options: BlocksOptions<Block>;
  readonly #blocks: Block[] = [];

  /** @param width Numbers per slot. */
  constructor(width: number, options: BlocksOptions<Block>) {
    this.#options = options;
    this.found = new Int32Array(Math.max(1, Math.floor(options.numbers / width)));
  }

  /** Yields the blocks that a snapshot fills. */
  *of({ column, family }: Snapshot): Generator<Block, void, void> {
    const slots = this.found.length;
    const count = Math.ceil(Math.min(column.stamps.length, family.index.size) / slots);
    this.#blocks.length = Math.min(this.#blocks.length, count);
    for (let i = 0; i < count; i++) {
      yield this.#blocks[i] ??= this.#options.create(new Changes(i * slots, slots, family.width, this.#options));
    }
  }
}
