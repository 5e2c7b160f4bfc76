import type { Snapshot } from "../model/family.ts";
import { Changes } from "./_changes.ts";
import { FamilyCache } from "./_family_cache.ts";
import type { LabelPlan } from "./_label_plan.ts";

/** Numbers in one block. */
const NUMBERS_PER_BLOCK = 2048;

/** Deflated text that ends in a full flush, with checksum and length of what it came from. */
export interface Deflated {
  readonly bytes: Uint8Array;
  readonly crc: number;
  readonly length: number;
  /** The plan that it was made by, where there was one. */
  readonly plan?: LabelPlan;
}

const caches = new FamilyCache<DeflatedBlocks>();

/** The deflated text of a family's series in blocks of consecutive slots. */
export function deflatedBlocksOf({ family }: Snapshot, key: string): DeflatedBlocks {
  const slots = Math.max(1, Math.floor(NUMBERS_PER_BLOCK / family.width));
  return caches.get(family, key, { create: () => new DeflatedBlocks(slots) });
}

/** Deflates the series of a block of slots. */
export interface BlockDeflater {
  /** @param plan What this returned for the same series the last time. */
  deflate(snapshot: Snapshot, from: number, to: number, plan: LabelPlan | undefined): Deflated;
}

interface Block {
  readonly changes: Changes;
  deflated: Deflated | undefined;
}

/** The deflated series of a family in blocks of consecutive slots, each reused as long as it says the same. */
export class DeflatedBlocks {
  readonly #blocks: Block[] = [];
  readonly #slots: number;
  readonly #found: Int32Array;

  /** @param slots Slots per block. */
  constructor(slots: number) {
    this.#slots = slots;
    this.#found = new Int32Array(slots);
  }

  /** Yields the blocks that say what a snapshot says. */
  *upToDate(snapshot: Snapshot, deflater: BlockDeflater): Generator<Deflated, void, void> {
    const { column, family } = snapshot;
    const count = Math.ceil(Math.min(column.stamps.length, family.index.size) / this.#slots);
    this.#blocks.length = Math.min(this.#blocks.length, count);
    for (let i = 0; i < count; i++) {
      const from = i * this.#slots;
      const block = this.#blocks[i] ??= { changes: new Changes(from, this.#slots, family.width), deflated: undefined };
      const changed = block.changes.update(snapshot, this.#found);
      if (changed > 0 || block.deflated === undefined) {
        const plan = block.changes.isMoved ? undefined : block.deflated?.plan;
        block.deflated = deflater.deflate(snapshot, from, from + this.#slots, plan);
      }
      yield block.deflated;
    }
  }
}
