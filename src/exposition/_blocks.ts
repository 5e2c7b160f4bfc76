import type { Snapshot } from "../model/family.ts";
import { FamilyCache } from "./_family_cache.ts";
import { Output } from "./_output.ts";
import type { SeriesWriter } from "./_series.ts";
import type { Compressor } from "./compressor.ts";

/** Numbers in one block: some 64 KiB of text. */
const NUMBERS_PER_BLOCK = 512;
/** Families with fewer numbers cost less to write anew than to look after. */
const FEWEST_NUMBERS = 4 * NUMBERS_PER_BLOCK;

/** Creates the writer of a family's series into an output. */
export type CreateWriter = (output: Output) => SeriesWriter;

const caches = new FamilyCache<Blocks>();
const rendering = new Output(NUMBERS_PER_BLOCK * 256);

/**
 * The blocks of a family, or `undefined` where it is written anew each time: when it is small, or when its series carry
 * more than the values that blocks compare.
 */
export function blocksOf({ family, column }: Snapshot, key: string): Blocks | undefined {
  if (column.live * family.width < FEWEST_NUMBERS) return undefined;
  if (column.timestamps !== undefined || column.exemplars !== undefined) return undefined;
  const slots = Math.max(1, Math.floor(NUMBERS_PER_BLOCK / family.width));
  return caches.get(family, key, { create: () => new Blocks(slots) });
}

/** The encoded series of a family in blocks of consecutive slots, each reused as long as it says the same. */
export class Blocks {
  /** Slots per block. */
  readonly slots: number;
  readonly #blocks: Block[] = [];

  constructor(slots: number) {
    this.slots = slots;
  }

  /** Yields the blocks that say what a snapshot says. */
  *upToDate(snapshot: Snapshot, createWriter: CreateWriter): Generator<Block, void, void> {
    const { column, family } = snapshot;
    const end = Math.min(column.stamps.length, family.index.size);
    const count = Math.ceil(end / this.slots);
    this.#blocks.length = Math.min(this.#blocks.length, count);
    const write = createWriter(rendering);
    for (let i = 0; i < count; i++) {
      const block = this.#blocks[i] ??= new Block(i * this.slots, this.slots, family.width);
      block.compare(snapshot, write);
      yield block;
    }
  }
}

/** The text of some slots, and what it was made from. */
export class Block {
  readonly #from: number;
  readonly #versions: Uint32Array;
  readonly #values: Float64Array;
  readonly #width: number;
  /** Whether it said the same at the last two encodings: then its text is worth keeping. */
  #isSteady = false;
  #bytes: Uint8Array | undefined;
  #deflated: { readonly bytes: Uint8Array; readonly crc: number; readonly length: number } | undefined;
  #write: SeriesWriter | undefined;

  constructor(from: number, slots: number, width: number) {
    this.#from = from;
    this.#width = width;
    this.#versions = new Uint32Array(slots);
    this.#values = new Float64Array(slots * width);
  }

  /** Sees whether a snapshot says something else, and forgets the text then. */
  compare(snapshot: Snapshot, write: SeriesWriter): void {
    this.#write = write;
    this.#isSteady = !this.#update(snapshot);
    if (this.#isSteady) return;
    this.#bytes = undefined;
    this.#deflated = undefined;
  }

  /** Appends the text to an output. */
  appendTo(output: Output): void {
    if (this.#bytes !== undefined) {
      output.append(this.#bytes);
      return;
    }
    this.#render();
    output.append(rendering.written());
    if (this.#isSteady) this.#bytes = rendering.written().slice();
  }

  /** The deflated text, with checksum and length of what it came from. */
  deflated(compressor: Compressor): { readonly bytes: Uint8Array; readonly crc: number; readonly length: number } {
    if (this.#deflated === undefined) {
      if (this.#bytes === undefined) this.#render();
      const text = this.#bytes ?? rendering.written();
      const bytes = text.length === 0 ? new Uint8Array(0) : compressor.deflate(text);
      this.#deflated = { bytes, crc: compressor.crc32(text), length: text.length };
    }
    return this.#deflated;
  }

  #render(): void {
    rendering.length = 0;
    this.#write!(this.#from, Infinity, this.#from + this.#versions.length);
  }

  /** Takes over what a snapshot says. Returns whether that was new. */
  #update({ family, column }: Snapshot): boolean {
    const { stamps, since, values } = column;
    const { versions: current } = family.index;
    const versions = this.#versions;
    const known = this.#values;
    const width = this.#width;
    let isNew = false;
    for (let i = 0; i < versions.length; i++) {
      const slot = this.#from + i;
      const version = stamps[slot]! >= since ? current[slot]! : 0;
      if (versions[i] !== version) {
        versions[i] = version;
        isNew = true;
      }
      if (version === 0) continue;
      for (let j = 0; j < width; j++) {
        const value = values[slot * width + j]!;
        const before = known[i * width + j]!;
        // Two values that are not equal may both be NaN, which says the same.
        if (value === before || (Number.isNaN(value) && Number.isNaN(before))) continue;
        known[i * width + j] = value;
        isNew = true;
      }
    }
    return isNew;
  }
}
