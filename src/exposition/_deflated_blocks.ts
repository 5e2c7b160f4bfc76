import type { Snapshot } from "../model/family.ts";
import { Changes, type ChangesOptions } from "./_changes.ts";
import { FamilyCache } from "./_family_cache.ts";
import type { LabelPlan } from "./_label_plan.ts";

/** Numbers in one block. */
const NUMBERS_PER_BLOCK = 1024;

/** Deflated text that ends in a full flush, with checksum and length of what it came from. */
export interface Deflated {
  readonly bytes: Uint8Array;
  readonly crc: number;
  readonly length: number;
  /** The plan that it was made by, where there was one. */
  readonly plan?: LabelPlan;
}

const caches = new FamilyCache<DeflatedBlocks>();

/** The deflated series of a family in blocks of consecutive slots. */
export function deflatedBlocksOf({ family }: Snapshot, key: string, options: ChangesOptions): DeflatedBlocks {
  const slots = Math.max(1, Math.floor(NUMBERS_PER_BLOCK / family.width));
  return caches.get(family, key, { create: () => new DeflatedBlocks(slots, options) });
}

/** Deflates the series of a block of slots, given the plan that it returned for the same series the last time. */
export type DeflateBlock = (from: number, to: number, plan: LabelPlan | undefined) => Deflated;

interface Block {
  readonly changes: Changes;
  deflated: Deflated | undefined;
}

/** The deflated series of a family in blocks of consecutive slots, each reused as long as it says the same. */
export class DeflatedBlocks {
  readonly #blocks: Block[] = [];
  readonly #slots: number;
  readonly #found: Int32Array;

  readonly #options: ChangesOptions;

  /** @param slots Slots per block. */
  constructor(slots: number, options: ChangesOptions) {
    this.#slots = slots;
    this.#options = options;
    this.#found = new Int32Array(slots);
  }

  /** Yields the blocks that say what a snapshot says. */
  *upToDate(snapshot: Snapshot, deflate: DeflateBlock): Generator<Deflated, void, void> {
    const { column, family } = snapshot;
    const count = Math.ceil(Math.min(column.stamps.length, family.index.size) / this.#slots);
    this.#blocks.length = Math.min(this.#blocks.length, count);
    for (let i = 0; i < count; i++) {
      const from = i * this.#slots;
      const block = this.#blocks[i] ??= this.#makeBlock(from, family.width);
      const changed = block.changes.update(snapshot, this.#found);
      if (changed > 0 || block.deflated === undefined) {
        const plan = block.changes.isMoved ? undefined : block.deflated?.plan;
        block.deflated = deflate(from, from + this.#slots, plan);
      }
      yield block.deflated;
    }
  }

  #makeBlock(from: number, width: number): Block {
    return { changes: new Changes(from, this.#slots, width, this.#options), deflated: undefined };
  }
}
