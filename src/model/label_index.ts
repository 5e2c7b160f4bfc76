import { ABSENT, Interned, UNKNOWN } from "./_interned.ts";
import type { LabelValue } from "./description.ts";
import { LabelSpellings } from "./label_spellings.ts";

const EMPTY_BUCKET = -1;
const NO_SLOT = -1;
/** The slot of a family without labels, which has one series or none. */
const ONLY_SLOT = 0;
const FIRST_SLOTS = 8;
/** Entries in an array that costs little even if most of it lies idle. */
const SHORT = 64;
/** Memory is given back when less than this share of it is in use. */
const LEAST_SHARE_USED = 1 / 4;

type LabelSet = Readonly<Record<string, LabelValue>>;

/**
 * Told of the labels of a label set of which a value is not kept yet, before they are; throws to keep them out. What is
 * kept was admitted, so that known label values cost no check.
 */
export type AdmitLabel = (name: string, value: string) => void;

/** How the label sets of a family are taken. */
export interface LabelIndexOptions {
  /** Whether a series may lack some of the labels. @default false */
  readonly sparse?: boolean;
  /**
   * Whether label sets are kept as they are written: slots in the order of their creation, labels in the order and of the
   * type they first came in, empty ones too; a series may lack some then. @default false
   */
  readonly asWritten?: boolean;
}

/**
 * Gives every label set of one family a small number, its slot, that all columns of the family share.
 *
 * Label values are interned per label name, so that a lookup compares small integers and label sets can never collide,
 * whatever characters the values hold. Slots and strings that are freed are used again: a family that has seen a million
 * label sets and has a thousand alive keeps the memory of the thousand.
 */
export class LabelIndex {
  /** Label names in declared order. */
  readonly names: readonly string[];
  /** Whether a series may lack some of the labels. */
  readonly sparse: boolean;
  /** One more than the highest slot in use. */
  size = 0;
  /** Slots in use. */
  live = 0;
  /** Per slot, a number that no other label set of this index ever had there. Zero: not in use. */
  versions: Uint32Array = new Uint32Array(FIRST_SLOTS);
  /** How each label set was written, where that is kept. */
  readonly spellings: LabelSpellings | undefined;

  readonly #family: string;
  /** The names again: an array that is not frozen is read several times as fast as one that is. */
  readonly #keys: readonly string[];
  readonly #interned: Interned[];
  #ids: Int32Array;
  #table = new Int32Array(2 * FIRST_SLOTS).fill(EMPTY_BUCKET);
  #mask = 2 * FIRST_SLOTS - 1;
  #freeSlots: number[] = [];
  #lastVersion = 0;
  /** The label set that is looked for: its ids, and their hash, which is always zero where there are no labels. */
  readonly #sought: Int32Array;
  #hash = 0;

  constructor(family: string, names: readonly string[], { sparse, asWritten = false }: LabelIndexOptions = {}) {
    this.#family = family;
    this.names = names;
    this.sparse = sparse ?? asWritten;
    this.spellings = asWritten && names.length > 0 ? new LabelSpellings(names, FIRST_SLOTS) : undefined;
    this.#keys = [...names];
    this.#interned = names.map(() => new Interned());
    this.#ids = new Int32Array(FIRST_SLOTS * names.length);
    this.#sought = new Int32Array(names.length);
  }

  /** The slot of a label set, made if it is new. */
  slot(labels: LabelSet | undefined, admit?: AdmitLabel): number {
    if (labels === undefined && this.#keys.length === 0 && this.live === 1) return ONLY_SLOT;
    if (!this.#seek(labels)) this.#learn(this.#checked(labels), admit);
    const found = this.#probe();
    if (found >= 0) return found;
    const slot = this.#insert();
    this.spellings?.note(slot, labels ?? {});
    return slot;
  }

  /** The slot of label values given in declared order, made if it is new. */
  slotOfValues(values: readonly (LabelValue | undefined)[], admit?: AdmitLabel): number {
    if (!this.#seekValues(values)) this.#learn(this.#checkedValues(values), admit);
    const found = this.#probe();
    if (found >= 0) return found;
    const slot = this.#insert();
    this.spellings?.noteValues(slot, values);
    return slot;
  }

  /** The slot of a label set, or -1 when there is none. Makes nothing. */
  find(labels: LabelSet | undefined): number {
    return this.#seek(labels) || this.#seekValues(this.#checked(labels)) ? this.#probe() : NO_SLOT;
  }

  /** How many different label values are kept in memory, per label name. */
  get keptValues(): number[] {
    return this.#interned.map(({ size }) => size);
  }

  /**
   * The label ids of all slots: that of label number `position` in slot `s` is at `s * names.length + position`.
   *
   * Zero is the id of a label that the series lacks. The array is another one after the index grew or was trimmed.
   */
  get ids(): Int32Array {
    return this.#ids;
  }

  /** The texts of label number `position` by id, those of ids that are not used being `undefined`. */
  texts(position: number): readonly (string | undefined)[] {
    return this.#interned[position]!.texts;
  }

  /**
   * A number that is another one whenever an id of label number `position` has begun to mean another text.
   *
   * Whoever keeps something per id looks again when it has changed.
   */
  generation(position: number): number {
    return this.#interned[position]!.generation;
  }

  /** Whether a slot holds a label set. */
  inUse(slot: number): boolean {
    return slot < this.size && this.versions[slot] !== 0;
  }

  /** The value of label number `position` in a slot, or `undefined` when the series lacks it. */
  value(slot: number, position: number): string | undefined {
    return this.#interned[position]!.texts[this.#ids[slot * this.names.length + position]!];
  }

  /** All label values of a slot in declared order. */
  values(slot: number): (string | undefined)[] {
    const base = slot * this.#keys.length;
    return this.#interned.map(({ texts }, position) => texts[this.#ids[base + position]!]);
  }

  /** Gives a slot back, with the label strings that no other slot uses. */
  free(slot: number): void {
    this.#unlink(slot);
    const base = slot * this.names.length;
    this.#interned.forEach((interned, position) => interned.release(this.#ids[base + position]!));
    this.versions[slot] = 0;
    if (this.spellings === undefined) this.#freeSlots.push(slot);
    this.live--;
  }

  /**
   * Gives memory back when most of it is not in use.
   *
   * Label sets keep their slots, so that only what lies behind the last of them can be given back. Where slots may change,
   * `moved` lets label sets move into free slots, under new versions, and is told of each: the last ones, or all behind the
   * first free slot where their order counts. Nobody may hold a slot that is not in use. Label ids change in any case.
   */
  trim(moved?: (from: number, to: number) => void): void {
    const enough = this.versions.length * LEAST_SHARE_USED;
    if (this.live >= enough || this.versions.length === FIRST_SLOTS) return;
    if (moved !== undefined) this.spellings === undefined ? this.#compact(moved) : this.#closeUp(moved);
    let size = this.size;
    while (size > 0 && !this.inUse(size - 1)) size--;
    if (size >= enough) return;
    this.size = size;
    this.#freeSlots = this.#freeSlots.filter((slot) => slot < size && !this.inUse(slot));
    this.#resizeSlots(Math.max(FIRST_SLOTS, 2 * size));
    this.#interned.forEach((interned, position) => this.#rename(position, interned.trim()));
    this.#rebuildTable(2 * this.versions.length);
  }

  /** Looks for a label set whose labels are all known. Returns whether they are. */
  #seek(labels: LabelSet | undefined): boolean {
    const keys = this.#keys;
    // Engines that once had to walk something else than an object walk all objects more slowly from then on.
    if (labels === undefined) return keys.length === 0;
    const interned = this.#interned;
    const sought = this.#sought;
    let hash = 0;
    let position = 0;
    for (const key in labels) {
      if (key !== keys[position]) return this.#seekInAnyOrder(labels);
      const id = interned[position]!.find(labels[key]);
      if (id === UNKNOWN) return false;
      sought[position++] = id;
      hash = mixed(hash, id);
    }
    if (position < keys.length) return this.#seekInAnyOrder(labels);
    this.#hash = spread(hash);
    return true;
  }

  /** Looks for a label set whose labels stand in another order than the declared one, or are not all there. */
  #seekInAnyOrder(labels: LabelSet): boolean {
    const keys = this.#keys;
    const sought = this.#sought;
    sought.fill(ABSENT);
    let count = 0;
    for (const key in labels) {
      const position = keys.indexOf(key);
      if (position < 0) return false;
      const id = this.#interned[position]!.find(labels[key]);
      if (id === UNKNOWN) return false;
      sought[position] = id;
      count++;
    }
    if (count < keys.length && !this.sparse) return false;
    let hash = 0;
    for (let position = 0; position < keys.length; position++) hash = mixed(hash, sought[position]!);
    this.#hash = spread(hash);
    return true;
  }

  /** Looks for label values in declared order. Returns whether all are known. */
  #seekValues(values: readonly (LabelValue | undefined)[]): boolean {
    const { length } = this.#keys;
    if (values.length !== length) return false;
    let hash = 0;
    for (let position = 0; position < length; position++) {
      const value = values[position];
      const id = value === undefined && this.sparse ? ABSENT : this.#interned[position]!.find(value);
      if (id === UNKNOWN) return false;
      this.#sought[position] = id;
      hash = mixed(hash, id);
    }
    this.#hash = spread(hash);
    return true;
  }

  /** Looks for checked texts, and keeps those that are new: all of them, or none if one is not admitted. */
  #learn(texts: readonly (string | undefined)[], admit: AdmitLabel | undefined): void {
    if (admit !== undefined) {
      texts.forEach((text, position) => text !== undefined && admit(this.names[position]!, text));
    }
    texts.forEach((text, position) => {
      if (text !== undefined) this.#interned[position]!.intern(text);
    });
    this.#seekValues(texts);
  }

  /** The label values as well-formed texts in declared order; throws for anything that is not this family's label set. */
  #checked(labels: LabelSet | undefined): (string | undefined)[] {
    const values: unknown[] = this.names.map(() => undefined);
    let undeclared: string | undefined;
    for (const key in labels) {
      const position = this.#keys.indexOf(key);
      if (position < 0) undeclared ??= key;
      else values[position] = labels[key];
    }
    const texts = this.#checkedValues(values);
    if (undeclared === undefined) return texts;
    throw new TypeError(
      `Cannot use metric "${this.#family}": label "${undeclared}" was not declared, expected ${this.#expected()}`,
    );
  }

  #checkedValues(values: readonly unknown[]): (string | undefined)[] {
    if (values.length !== this.names.length) {
      throw new TypeError(
        `Cannot use metric "${this.#family}": got ${values.length} label values, expected ${this.names.length} (${
          this.names.join(", ") || "it has no labels"
        })`,
      );
    }
    return this.names.map((name, position) => this.#checkedText(name, values[position]));
  }

  #checkedText(name: string, value: unknown): string | undefined {
    if (value === undefined && this.sparse) return undefined;
    if (this.spellings !== undefined) return String(value).toWellFormed();
    // To Prometheus an empty label is an absent one: keeping both would expose one series twice.
    if (this.sparse && value === "") return undefined;
    if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
    if (typeof value === "number") return String(value);
    throw new TypeError(
      value === undefined
        ? `Cannot use metric "${this.#family}": label "${name}" is missing, expected ${this.#expected()}`
        : `Cannot use metric "${this.#family}": label "${name}" is a ${typeof value}, expected a string or a number`,
    );
  }

  #expected(): string {
    return this.names.length === 0 ? "no labels" : `the labels ${this.names.join(", ")}`;
  }

  /** The slot of the label set that is looked for. */
  #probe(): number {
    const sought = this.#sought;
    const count = sought.length;
    const table = this.#table;
    const ids = this.#ids;
    for (let bucket = this.#hash & this.#mask;; bucket = (bucket + 1) & this.#mask) {
      const slot = table[bucket]!;
      if (slot === EMPTY_BUCKET) return NO_SLOT;
      const base = slot * count;
      let i = 0;
      while (i < count && ids[base + i] === sought[i]) i++;
      if (i === count) return slot;
    }
  }

  /** Gives the label set that is looked for a slot. */
  #insert(): number {
    const slot = this.#freeSlots.pop() ?? this.size++;
    if (slot >= this.versions.length) this.#resizeSlots(grown(this.versions.length, slot + 1));
    const sought = this.#sought;
    const base = slot * sought.length;
    for (let i = 0; i < sought.length; i++) {
      const id = sought[i]!;
      this.#ids[base + i] = id;
      this.#interned[i]!.retain(id);
    }
    this.versions[slot] = this.#nextVersion();
    this.live++;
    if (this.live * 4 > this.#table.length * 3) this.#rebuildTable(2 * this.#table.length);
    else this.#link(slot, this.#hash);
    return slot;
  }

  #link(slot: number, hash: number): void {
    let bucket = hash & this.#mask;
    while (this.#table[bucket] !== EMPTY_BUCKET) bucket = (bucket + 1) & this.#mask;
    this.#table[bucket] = slot;
  }

  /** Takes a slot out of the table by moving later entries of its run back, so that no tombstones pile up. */
  #unlink(slot: number): void {
    const table = this.#table;
    let hole = this.#hashOf(slot) & this.#mask;
    while (table[hole] !== slot) hole = (hole + 1) & this.#mask;
    for (let next = (hole + 1) & this.#mask; table[next] !== EMPTY_BUCKET; next = (next + 1) & this.#mask) {
      const home = this.#hashOf(table[next]!) & this.#mask;
      if (((next - home) & this.#mask) < ((next - hole) & this.#mask)) continue;
      table[hole] = table[next]!;
      hole = next;
    }
    table[hole] = EMPTY_BUCKET;
  }

  /** Moves the last label sets into the first free slots. The table and the free slots still have to be made anew. */
  #compact(moved: (from: number, to: number) => void): void {
    let to = 0;
    for (let from = this.size - 1; from > to; from--) {
      if (!this.inUse(from)) continue;
      while (this.inUse(to)) to++;
      if (to > from) return;
      this.#move(from, to, moved);
    }
  }

  /** Moves all label sets behind the first free slot together. The table still has to be made anew. */
  #closeUp(moved: (from: number, to: number) => void): void {
    let to = 0;
    for (let from = 0; from < this.size; from++) {
      if (!this.inUse(from)) continue;
      if (from > to) this.#move(from, to, moved);
      to++;
    }
  }

  #move(from: number, to: number, moved: (from: number, to: number) => void): void {
    const count = this.#keys.length;
    this.#ids.copyWithin(to * count, from * count, (from + 1) * count);
    this.versions[to] = this.#nextVersion();
    this.versions[from] = 0;
    this.spellings?.move(from, to);
    moved(from, to);
  }

  /** Gives the ids of one label their new numbers. */
  #rename(position: number, renamed: Int32Array): void {
    const count = this.#keys.length;
    for (let slot = 0; slot < this.size; slot++) {
      const at = slot * count + position;
      if (this.inUse(slot)) this.#ids[at] = renamed[this.#ids[at]!]!;
    }
  }

  /** Never zero, however many there were. */
  #nextVersion(): number {
    this.#lastVersion = (this.#lastVersion + 1) >>> 0 || 1;
    return this.#lastVersion;
  }

  /** Computed again where it is needed, since keeping it takes four bytes for each series. */
  #hashOf(slot: number): number {
    const count = this.#keys.length;
    const base = slot * count;
    let hash = 0;
    for (let i = 0; i < count; i++) hash = mixed(hash, this.#ids[base + i]!);
    return spread(hash);
  }

  #resizeSlots(capacity: number): void {
    this.versions = resized(this.versions, capacity);
    this.#ids = resized(this.#ids, capacity * this.names.length);
    this.spellings?.resize(capacity);
  }

  #rebuildTable(buckets: number): void {
    let capacity = 2 * FIRST_SLOTS;
    while (capacity < buckets) capacity *= 2;
    this.#table = new Int32Array(capacity).fill(EMPTY_BUCKET);
    this.#mask = capacity - 1;
    for (let slot = 0; slot < this.size; slot++) {
      if (this.inUse(slot)) this.#link(slot, this.#hashOf(slot));
    }
  }
}

function mixed(hash: number, id: number): number {
  return Math.imul(hash ^ id, 0x9e3779b1);
}

/** Lets all bits count among the lowest ones, which choose the bucket. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** How long an array should become that needs to: a quarter more at most, so that little lies idle, unless it is short. */
export function grown(length: number, needed: number): number {
  return Math.max(needed, length + Math.min(length, Math.max(SHORT, length >> 2)));
}

/** A copy of the first `capacity` entries of a typed array, with zeros where it had none. */
export function resized<Numbers extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  array: Numbers,
  capacity: number,
): Numbers {
  const copy = new (array.constructor as new (length: number) => Numbers)(capacity);
  copy.set(array.length <= capacity ? array : array.subarray(0, capacity));
  return copy;
}
