import type { Family } from "../model/family.ts";
import type { LabelIndex } from "../model/label_index.ts";
import { FamilyCache } from "./_family_cache.ts";
import { COPY_SLACK, Output } from "./_output.ts";

/** Arenas smaller than this are never worth cleaning. */
const FEWEST_WASTED_BYTES = 1024;

/** Writes what stands for one label of a series; the text is `undefined` where the series lacks the label. */
export type FragmentRenderer = (output: Output, position: number, text: string | undefined) => void;

/**
 * The bytes that stand for each label of a family's series, by the id of the label's value.
 *
 * Series share them, so that they cost memory per label value rather than per series, and a series that is new costs
 * nothing unless one of its values is.
 */
export class Fragments {
  /** For each label, where the fragment of an id starts in {@link view}, and how many bytes it has, in turns. */
  readonly tables: Uint32Array[];
  /** The bytes of all fragments; those of the last one may be read beyond its end. */
  view: DataView;
  /** No series has more bytes than this. */
  mostBytes = 0;
  /** Another number whenever a fragment may have become another one. */
  version = 0;
  /** How often all fragments were moved. */
  rebuilds = 0;

  readonly #index: LabelIndex;
  readonly #render: FragmentRenderer;
  readonly #arena = new Output(256);
  readonly #texts: (string | undefined)[][];
  readonly #generations: number[];
  readonly #longest: number[];
  #wasted = 0;

  constructor(index: LabelIndex, render: FragmentRenderer) {
    this.#index = index;
    this.#render = render;
    this.tables = index.names.map(() => new Uint32Array(0));
    this.#texts = index.names.map(() => []);
    this.#generations = index.names.map(() => -1);
    this.#longest = index.names.map(() => 0);
    this.view = this.#arena.view;
  }

  /** Makes the fragments of label values that have come since the last call. */
  update(): void {
    const generations = this.#generations;
    let isNew = false;
    for (let position = 0; position < generations.length; position++) {
      const generation = this.#index.generation(position);
      if (generations[position] === generation) continue;
      generations[position] = generation;
      this.#refresh(position);
      isNew = true;
    }
    if (!isNew) return;
    if (this.#wasted > FEWEST_WASTED_BYTES && this.#wasted > this.#arena.length / 2) this.#rebuild();
    this.#arena.reserve(COPY_SLACK);
    this.view = this.#arena.view;
    this.mostBytes = this.#longest.reduce((sum, longest) => sum + longest, 0);
    this.version++;
  }

  /** How many bytes a series has whose label ids start at a position of the index' ids. */
  measure(ids: Int32Array, base: number): number {
    const { tables } = this;
    let length = 0;
    for (let i = 0; i < tables.length; i++) length += tables[i]![2 * ids[base + i]! + 1]!;
    return length;
  }

  #refresh(position: number): void {
    const texts = this.#index.texts(position);
    const known = this.#texts[position]!;
    const table = this.tables[position] = tableFor(this.tables[position]!, texts.length);
    const isFirst = known.length === 0;
    for (let id = texts.length; id < known.length; id++) this.#wasted += table[2 * id + 1] ?? 0;
    let longest = 0;
    for (let id = 0; id < texts.length; id++) {
      const text = texts[id];
      if (text !== known[id] || (isFirst && id === 0)) {
        this.#wasted += table[2 * id + 1]!;
        const start = this.#arena.length;
        if (text !== undefined || id === 0) this.#render(this.#arena, position, text);
        table[2 * id] = start;
        table[2 * id + 1] = this.#arena.length - start;
        known[id] = text;
      }
      longest = Math.max(longest, table[2 * id + 1]!);
    }
    known.length = texts.length;
    this.#longest[position] = longest;
  }

  /** Makes all fragments anew, without those that nobody uses any more. */
  #rebuild(): void {
    this.#arena.reset();
    this.rebuilds++;
    for (let position = 0; position < this.tables.length; position++) {
      this.tables[position] = new Uint32Array(0);
      this.#texts[position] = [];
      this.#refresh(position);
    }
    this.#wasted = 0;
  }
}

/** A table for so many ids: the same one if it has room and not far too much. */
function tableFor(table: Uint32Array, ids: number): Uint32Array {
  const needed = 2 * ids;
  if (table.length >= needed && table.length <= 8 * needed) return table;
  const larger = new Uint32Array(needed + (needed >> 1) + 8);
  larger.set(table.subarray(0, Math.min(table.length, needed)));
  return larger;
}

const caches = new FamilyCache<Fragments>();

/** The fragments of a family, up to date, shared by all formats whose bytes agree: those that give the same key. */
export function fragmentsOf(family: Family, key: string, createRenderer: () => FragmentRenderer): Fragments {
  return caches.get(family, key, { create: () => new Fragments(family.index, createRenderer()) });
}
