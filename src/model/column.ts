import type { Exemplar } from "./exemplar.ts";
import { grown, resized } from "./label_index.ts";
import type { LiveNativeHistogram, NativeHistogram } from "./native_histogram.ts";
import type { LiveWindow } from "./window.ts";

/** What the series of a family begin with beside zeros. */
export interface ColumnOptions {
  /** Makes the native buckets of a slot, for families that have such. */
  readonly makeNative?: () => LiveNativeHistogram;
  /** Whether a slot has native buckets from the beginning, or only once they are given. @default true */
  readonly startsNative?: boolean;
  /** Makes the window of a slot, for families that compute quantiles. */
  readonly makeWindow?: () => LiveWindow;
  /** How many of a slot's first numbers are absent at the beginning. @default 0 */
  readonly absent?: number;
  /** What stands in the place of each. @default NaN */
  readonly absentValue?: number;
}

let lastAnnotation = 0;

/**
 * The values of one family at one time: `width` numbers per slot, and whether the slot is set.
 *
 * A slot is set when its stamp is not older than `since`, so a whole column is emptied by moving `since` forward.
 */
export class Column {
  /** Numbers per slot. */
  readonly width: number;
  /** The values of slot `s` start at `s * width`. */
  values: Float64Array;
  /** When each slot was set, in stamps of its family. */
  stamps: Uint32Array;
  /** The first stamp that counts as set. */
  since = 1;
  /** How many slots are set. */
  live = 0;
  /** When each slot's counting began, in milliseconds since the epoch, where a source said so; `NaN` elsewhere. */
  created: Float64Array | undefined;
  /** When each slot was measured, in milliseconds since the epoch, where a source said so; `NaN` elsewhere. */
  timestamps: Float64Array | undefined;
  /** Another number, also from that of every other column, whenever a timestamp or an exemplar has changed; 0 without any. */
  annotated = 0;
  /** Exemplars by the position of their value in `values`. */
  exemplars: Map<number, Exemplar> | undefined;
  /** The native buckets of each slot, where the family has such; a slot may lack them. */
  readonly natives: (LiveNativeHistogram | undefined)[] | undefined;
  /** The window of each slot that is set, where the family computes quantiles; without one they stay as they are. */
  readonly windows: (LiveWindow | undefined)[] | undefined;
  /** How many encoders still read this column. */
  pins = 0;

  readonly #makeNative: (() => LiveNativeHistogram) | undefined;
  readonly #startsNative: boolean;
  readonly #makeWindow: (() => LiveWindow) | undefined;
  readonly #absent: number;
  readonly #absentValue: number;

  constructor(width: number, capacity: number, options: ColumnOptions = {}) {
    const { makeNative, startsNative = true, makeWindow, absent = 0, absentValue = NaN } = options;
    this.width = width;
    this.natives = makeNative === undefined ? undefined : [];
    this.windows = makeWindow === undefined ? undefined : [];
    this.#makeNative = makeNative;
    this.#startsNative = startsNative;
    this.#makeWindow = makeWindow;
    this.#absent = absent;
    this.#absentValue = absentValue;
    this.values = new Float64Array(capacity * width);
    this.stamps = new Uint32Array(capacity);
  }

  /** Whether a slot has values. */
  has(slot: number): boolean {
    return this.stamps[slot]! >= this.since;
  }

  /** Marks a slot as set, with its values as they are at the beginning: at zero, or absent. */
  set(slot: number, stamp: number): void {
    if (slot >= this.stamps.length) this.resize(grown(this.stamps.length, slot + 1));
    if (!this.has(slot)) this.live++;
    this.stamps[slot] = stamp;
    const base = slot * this.width;
    for (let i = base; i < base + this.width; i++) this.values[i] = 0;
    if (this.#absent > 0) this.values.fill(this.#absentValue, base, base + this.#absent);
    if (this.created !== undefined) this.created[slot] = NaN;
    if (this.timestamps !== undefined) this.timestamps[slot] = NaN;
    if (this.exemplars !== undefined) this.#forgetExemplars(slot);
    if (this.annotated > 0) this.annotated = ++lastAnnotation;
    if (this.natives !== undefined) this.#emptyNative(slot);
    if (this.windows !== undefined) this.#emptyWindow(slot);
  }

  /** Marks a slot as not set. */
  unset(slot: number): void {
    if (!this.has(slot)) return;
    this.stamps[slot] = 0;
    this.live--;
    if (this.exemplars !== undefined) this.#forgetExemplars(slot);
    if (this.natives !== undefined) this.natives[slot] = undefined;
    if (this.windows !== undefined) this.windows[slot] = undefined;
  }

  /** Moves all that is known of a slot to another one, which must not be set. */
  move(from: number, to: number): void {
    const { width } = this;
    this.values.copyWithin(to * width, from * width, (from + 1) * width);
    this.stamps[to] = this.stamps[from]!;
    this.stamps[from] = 0;
    if (this.created !== undefined) this.created[to] = this.created[from]!;
    if (this.timestamps !== undefined) this.timestamps[to] = this.timestamps[from]!;
    if (this.exemplars !== undefined) this.#moveExemplars(from, to);
    if (this.natives !== undefined) moveEntry(this.natives, from, to);
    if (this.windows !== undefined) moveEntry(this.windows, from, to);
  }

  /** Makes room for so many slots, and forgets those behind them. */
  resize(capacity: number): void {
    const known = this.stamps.length;
    this.values = resized(this.values, capacity * this.width);
    this.stamps = resized(this.stamps, capacity);
    if (this.created !== undefined) this.created = resized(this.created, capacity).fill(NaN, known);
    if (this.timestamps !== undefined) this.timestamps = resized(this.timestamps, capacity).fill(NaN, known);
    if (this.natives !== undefined && this.natives.length > capacity) this.natives.length = capacity;
    if (this.windows !== undefined && this.windows.length > capacity) this.windows.length = capacity;
  }

  /** Empties the column; slots set from now on carry `stamp` or a later one. */
  restart(stamp: number): void {
    this.since = stamp;
    this.live = 0;
    this.timestamps = undefined;
    this.exemplars = undefined;
    this.annotated = 0;
  }

  /** Remembers when a slot's counting began. */
  setCreated(slot: number, createdMs: number): void {
    this.created ??= new Float64Array(this.stamps.length).fill(NaN);
    this.created[slot] = createdMs;
  }

  /** Remembers when a slot was measured. */
  setTimestamp(slot: number, timestampMs: number): void {
    this.timestamps ??= new Float64Array(this.stamps.length).fill(NaN);
    this.timestamps[slot] = timestampMs;
    this.annotated = ++lastAnnotation;
  }

  /** Remembers the exemplar of a value, by its position in `values`. */
  setExemplar(position: number, exemplar: Exemplar): void {
    this.exemplars ??= new Map();
    this.exemplars.set(position, exemplar);
    this.annotated = ++lastAnnotation;
  }

  /** Takes over native buckets, or leaves a slot without; only where the family has such. */
  setNative(slot: number, native: NativeHistogram | undefined): void {
    if (this.natives === undefined) return;
    if (native === undefined) this.natives[slot] = undefined;
    else (this.natives[slot] ??= this.#makeNative!()).assign(native);
  }

  /** Computes the quantiles of all series as they are now, where the family does that: a window changes with time too. */
  computeQuantiles(): void {
    const { windows, width } = this;
    if (windows === undefined) return;
    for (let slot = 0; slot < windows.length; slot++) {
      if (this.has(slot)) windows[slot]?.writeQuantiles(this.values, slot * width);
    }
  }

  #forgetExemplars(slot: number): void {
    for (let i = slot * this.width; i < (slot + 1) * this.width; i++) this.exemplars!.delete(i);
  }

  #moveExemplars(from: number, to: number): void {
    const exemplars = this.exemplars!;
    for (let i = 0; i < this.width; i++) {
      const exemplar = exemplars.get(from * this.width + i);
      if (exemplar !== undefined) exemplars.set(to * this.width + i, exemplar);
    }
    this.#forgetExemplars(from);
  }

  /** Native buckets of an earlier run are used again. */
  #emptyNative(slot: number): void {
    const known = this.natives![slot];
    if (!this.#startsNative) this.natives![slot] = undefined;
    else if (known === undefined) this.natives![slot] = this.#makeNative!();
    else known.restart();
  }

  /** As with native buckets, windows of an earlier run are used again. */
  #emptyWindow(slot: number): void {
    const known = this.windows![slot];
    if (known === undefined) this.windows![slot] = this.#makeWindow!();
    else known.restart();
  }
}

function moveEntry<Entry>(entries: (Entry | undefined)[], from: number, to: number): void {
  entries[to] = entries[from];
  entries[from] = undefined;
}
