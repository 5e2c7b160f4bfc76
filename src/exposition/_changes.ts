import type { Snapshot } from "../model/family.ts";

/** What is remembered beyond labels and values. */
export interface ChangesOptions {
  /** Whether created times are said too. */
  readonly saysCreated: boolean;
}

/** Remembers what the series of some consecutive slots said, and finds those that say something else. */
export class Changes {
  /** The first slot. */
  readonly from: number;
  /** How many slots there are. */
  readonly size: number;
  /** How many of the slots are set. */
  live = 0;
  /** Whether the last update found other series than before, or none where there was one. */
  isMoved = false;
  /** The version of each slot's label set; zero where the slot was not set. */
  readonly #versions: Uint32Array;
  readonly #values: Float64Array;
  /** When the counting of each slot began, where that is said too. */
  readonly #created: Float64Array | undefined;
  #annotated = 0;

  constructor(from: number, size: number, width: number, { saysCreated }: ChangesOptions) {
    this.from = from;
    this.size = size;
    this.#versions = new Uint32Array(size);
    this.#values = new Float64Array(size * width);
    this.#created = saysCreated ? new Float64Array(size).fill(NaN) : undefined;
  }

  /**
   * Takes over what a snapshot says.
   *
   * @param found Receives the slots that say something else than before.
   * @returns How many they are.
   */
  update({ family, column }: Snapshot, found: Int32Array): number {
    const { stamps, since, values, created } = column;
    const { width, index: { versions: current } } = family;
    const { from } = this;
    const versions = this.#versions;
    const known = this.#values;
    const knownCreated = this.#created;
    // Which timestamp or exemplar has changed is not looked for: all may have.
    const isAnnotated = this.#annotated !== column.annotated;
    this.#annotated = column.annotated;
    let changed = 0;
    let live = 0;
    let isMoved = false;
    for (let i = 0; i < versions.length; i++) {
      const slot = from + i;
      const version = stamps[slot]! >= since ? current[slot]! : 0;
      let isSame = !isAnnotated;
      if (versions[i] !== version) {
        versions[i] = version;
        isMoved = true;
        isSame = false;
      }
      if (version !== 0) {
        live++;
        if (knownCreated !== undefined) {
          const createdMs = created?.[slot] ?? NaN;
          if (!Object.is(createdMs, knownCreated[i])) isSame = false;
          knownCreated[i] = createdMs;
        }
        for (let j = 0; j < width; j++) {
          const value = values[slot * width + j]!;
          const before = known[i * width + j]!;
          // Two values that are not equal may both be NaN, which says the same.
          if (value === before || (Number.isNaN(value) && Number.isNaN(before))) continue;
          known[i * width + j] = value;
          isSame = false;
        }
      }
      if (!isSame) found[changed++] = slot;
    }
    this.live = live;
    this.isMoved = isMoved;
    return changed;
  }
}
