import type { Family } from "../model/family.ts";
import type { LabelIndex } from "../model/label_index.ts";
import { FamilyCache } from "./_family_cache.ts";
import { COPY_SLACK, Output } from "./_output.ts";

/** How many fragments are made beyond those that are needed at once. */
const IDS_PER_SWEEP = 1024;
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
  /** None of the series that were prepared has more bytes than this. */
  mostBytes = 0;
  /** How often all fragments were moved. */
  rebuilds = 0;

  readonly #index: LabelIndex;
  readonly #render: FragmentRenderer;
  readonly #arena = new Output(256);
  readonly #labels: LabelState[];
  #wasted = 0;

  constructor(index: LabelIndex, render: FragmentRenderer) {
    this.#index = index;
    this.#render = render;
    this.tables = index.names.map(() => new Uint32Array(0));
    this.#labels = index.names.map(newState);
    this.view = this.#arena.view;
  }

  /**
   * Makes the fragments that the series in some slots need, and some of those that others will: so that a family with very
   * many label values does not need them all at once.
   */
  prepare(from: number, to: number): void {
    const labels = this.#labels;
    let isNew = false;
    for (let label = 0; label < labels.length; label++) {
      if (labels[label]!.complete === this.#index.generation(label)) continue;
      this.#prepareLabel(label, from, Math.min(to, this.#index.size));
      isNew = true;
    }
    if (!isNew) return;
    if (this.#wasted > FEWEST_WASTED_BYTES && this.#wasted > this.#arena.length / 2) {
      this.#forget();
      for (let label = 0; label < labels.length; label++) {
        this.#prepareLabel(label, from, Math.min(to, this.#index.size));
      }
    }
    this.#arena.reserve(COPY_SLACK);
    this.view = this.#arena.view;
    this.mostBytes = labels.reduce((sum, { longest }) => sum + longest, 0);
  }

  /** How many bytes a series has whose label ids start at a position of the index' ids. */
  measure(ids: Int32Array, base: number): number {
    const { tables } = this;
    let length = 0;
    for (let i = 0; i < tables.length; i++) length += tables[i]![2 * ids[base + i]! + 1]!;
    return length;
  }

  #prepareLabel(label: number, from: number, to: number): void {
    const state = this.#labels[label]!;
    const { ids, names } = this.#index;
    const texts = this.#index.texts(label);
    const generation = this.#index.generation(label);
    if (state.sweeping !== generation) {
      state.sweeping = generation;
      state.swept = 0;
      this.#resize(label, texts.length);
    }
    for (let slot = from; slot < to; slot++) this.#make(label, ids[slot * names.length + label]!, texts);
    const end = Math.min(texts.length, state.swept + IDS_PER_SWEEP);
    for (let id = state.swept; id < end; id++) this.#make(label, id, texts);
    state.swept = end;
    if (end === texts.length) state.complete = generation;
  }

  /** Makes the table of a label fit for so many ids. */
  #resize(label: number, ids: number): void {
    const { texts } = this.#labels[label]!;
    const table = this.tables[label]!;
    for (let id = ids; id < texts.length; id++) this.#wasted += table[2 * id + 1]!;
    texts.length = Math.min(texts.length, ids);
    this.tables[label] = tableFor(table, ids);
  }

  /** Makes the fragment of an id, unless it is there. */
  #make(label: number, id: number, texts: readonly (string | undefined)[]): void {
    const state = this.#labels[label]!;
    const text = texts[id];
    if (text === state.texts[id] && (id > 0 || state.hasAbsent)) return;
    const table = this.tables[label]!;
    this.#wasted += table[2 * id + 1]!;
    const start = this.#arena.length;
    if (text !== undefined || id === 0) this.#render(this.#arena, label, text);
    const length = this.#arena.length - start;
    table[2 * id] = start;
    table[2 * id + 1] = length;
    state.texts[id] = text;
    state.longest = Math.max(state.longest, length);
    if (id === 0) state.hasAbsent = true;
  }

  /** Forgets all fragments, so that those that are used are made anew without the others between them. */
  #forget(): void {
    this.#arena.reset();
    this.#wasted = 0;
    this.rebuilds++;
    for (let label = 0; label < this.#labels.length; label++) {
      this.#labels[label] = newState();
      this.tables[label] = new Uint32Array(0);
    }
  }
}

/** How far the fragments of a label are made. */
interface LabelState {
  /** The texts that fragments were made from, by id. */
  readonly texts: (string | undefined)[];
  /** Whether there is a fragment for series that lack the label. */
  hasAbsent: boolean;
  /** The most bytes of a fragment. */
  longest: number;
  /** The generation of the index for which all fragments are there. */
  complete: number;
  /** The generation that is being looked through, and up to which id. */
  sweeping: number;
  swept: number;
}

function newState(): LabelState {
  return { texts: [], hasAbsent: false, longest: 0, complete: -1, sweeping: -1, swept: 0 };
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

/** The fragments of a family, shared by all formats whose bytes agree: those that give the same key. */
export function fragmentsOf(family: Family, key: string, createRenderer: () => FragmentRenderer): Fragments {
  return caches.get(family, key, { create: () => new Fragments(family.index, createRenderer()) });
}
