import type { Snapshot } from "../model/family.ts";
import { Blocks } from "./_blocks.ts";
import type { Changes, ChangesOptions } from "./_changes.ts";
import { FamilyCache } from "./_family_cache.ts";
import type { Output } from "./_output.ts";
import type { SeriesWriter } from "./_series.ts";

/** Numbers in one block: some 64 KiB of text. */
const NUMBERS_PER_BLOCK = 512;
/** A block is kept when at most one in so many of its series says something else: it can be mended then. */
const LEAST_STEADY_SHARE = 3;

const caches = new FamilyCache<EncodedBlocks>();

/** What the series of a family are encoded as, in blocks of consecutive slots. */
export function encodedBlocksOf({ family }: Snapshot, key: string, options: ChangesOptions): EncodedBlocks {
  return caches.get(family, key, { create: () => new EncodedBlocks(family.width, options) });
}

/** The encoded series of a family in blocks of consecutive slots, each reused where it says the same. */
export class EncodedBlocks {
  readonly #blocks: Blocks<EncodedBlock>;

  /** @param width Numbers per slot. */
  constructor(width: number, options: ChangesOptions) {
    const create = (changes: Changes) => new EncodedBlock(changes);
    this.#blocks = new Blocks(width, { ...options, numbers: NUMBERS_PER_BLOCK, create });
  }

  /** Writes the blocks that say what a snapshot says, and yields after each, with those bytes that are kept. */
  *write(snapshot: Snapshot, write: SeriesWriter, output: Output): Generator<Uint8Array<ArrayBuffer> | undefined> {
    for (const block of this.#blocks.of(snapshot)) yield block.write(snapshot, write, output, this.#blocks.found);
  }
}

/** What some slots are encoded as, kept while most of it stays the same. */
class EncodedBlock {
  readonly #changes: Changes;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  /** Where each slot ends in the bytes. */
  #ends: Uint32Array | undefined;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Appends the bytes to an output, unless they are kept: then they are returned, and never change. */
  write(
    snapshot: Snapshot,
    write: SeriesWriter,
    output: Output,
    found: Int32Array,
  ): Uint8Array<ArrayBuffer> | undefined {
    const changed = this.#changes.update(snapshot, found);
    if (changed === 0 && this.#bytes !== undefined) return this.#bytes;
    const { from, size, live } = this.#changes;
    if (changed * LEAST_STEADY_SHARE > live) {
      this.#bytes = undefined;
      this.#ends = undefined;
      write(from, Infinity, from + size);
      return undefined;
    }
    const start = output.length;
    if (this.#bytes === undefined || this.#ends === undefined) this.#writeAll(write, output);
    else this.#mend(this.#bytes, this.#ends, { write, output, found, changed });
    this.#bytes = output.bytes.slice(start, output.length);
    output.length = start;
    return this.#bytes;
  }

  /** Writes every slot and notes where it ends. */
  #writeAll(write: SeriesWriter, output: Output): void {
    const { from, size } = this.#changes;
    const ends = this.#ends = new Uint32Array(size);
    const start = output.length;
    for (let i = 0; i < size; i++) {
      write(from + i, Infinity, from + i + 1);
      ends[i] = output.length - start;
    }
  }

  /** Writes the slots that changed, and copies what lies between them. */
  #mend(
    bytes: Uint8Array,
    ends: Uint32Array,
    { write, output, found, changed }: { write: SeriesWriter; output: Output; found: Int32Array; changed: number },
  ): void {
    const { from, size } = this.#changes;
    const start = output.length;
    // Up to here the old bytes are dealt with, in bytes and in slots.
    let copied = 0;
    let next = 0;
    for (let k = 0; k <= changed; k++) {
      const i = k < changed ? found[k]! - from : size;
      if (i > next) {
        const shift = output.length - start - copied;
        const until = ends[i - 1]!;
        output.append(bytes.subarray(copied, until));
        for (let j = next; shift !== 0 && j < i; j++) ends[j] = ends[j]! + shift;
        copied = until;
      }
      if (i === size) return;
      copied = ends[i]!;
      write(from + i, Infinity, from + i + 1);
      ends[i] = output.length - start;
      next = i + 1;
    }
  }
}
