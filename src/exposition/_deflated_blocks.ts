import type { Snapshot } from "../model/family.ts";
import { Blocks } from "./_blocks.ts";
import type { Changes, ChangesOptions } from "./_changes.ts";
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
  return caches.get(family, key, { create: () => new DeflatedBlocks(family.width, options) });
}

/** Deflates the series of a block of slots, given the plan that it returned for the same series the last time. */
export type DeflateBlock = (from: number, to: number, plan: LabelPlan | undefined) => Deflated;

interface DeflatedBlock {
  readonly changes: Changes;
  deflated: Deflated | undefined;
}

/** The deflated series of a family in blocks of consecutive slots, each reused as long as it says the same. */
export class DeflatedBlocks {
  readonly #blocks: Blocks<DeflatedBlock>;

  /** @param width Numbers per slot. */
  constructor(width: number, options: ChangesOptions) {
    const create = (changes: Changes) => ({ changes, deflated: undefined });
    this.#blocks = new Blocks(width, { ...options, numbers: NUMBERS_PER_BLOCK, create });
  }

  /** Yields the blocks that say what a snapshot says. */
  *upToDate(snapshot: Snapshot, deflate: DeflateBlock): Generator<Deflated, void, void> {
    for (const block of this.#blocks.of(snapshot)) {
      const { changes } = block;
      const changed = changes.update(snapshot, this.#blocks.found);
      if (changed > 0 || block.deflated === undefined) {
        const plan = changes.isMoved ? undefined : block.deflated?.plan;
        block.deflated = deflate(changes.from, changes.from + changes.size, plan);
      }
      yield block.deflated;
    }
  }
}
