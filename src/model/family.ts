import { Column } from "./column.ts";
import type { Description, LabelValue } from "./description.ts";
import { LabelIndex, resized } from "./label_index.ts";

const FIRST_CAPACITY = 8;
const NO_STAMPS = new Uint32Array(0);
const NO_VALUES = new Float64Array(0);
/** Commits that a slot may stay unset before it is given back. */
const IDLE_COMMITS = 3;
/** How many times as long as the slots in use a column may be to be kept for later. */
const MOST_SPARE_SLOTS = 4;

/** How a family is made. */
export interface FamilyOptions {
  /** Whether series may lack some of the declared labels, which are then left out of the exposition. */
  sparse?: boolean;
  /** The clock for created timestamps, in milliseconds since the epoch. @default Date.now */
  now?: () => number;
}

/** A column that stays as it is while somebody reads it. */
export interface Snapshot {
  /** The family that the column belongs to. */
  readonly family: Family;
  /** The values to read. */
  readonly column: Column;
  /** Ends the reading; the column may be used again afterwards. */
  release(): void;
}

/** What every family has: a description, slots for its label sets, and the column that is exposed. */
export abstract class Family {
  /** Name, type, help and labels. */
  readonly description: Description;
  /** The slots of the family's label sets. */
  readonly index: LabelIndex;
  /** Numbers per slot: see {@link columnWidth}. */
  readonly width: number;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** How many snapshots are being read. */
  protected pins = 0;
  #created: Float64Array | undefined;

  constructor(description: Description, options: FamilyOptions = {}) {
    this.description = description;
    this.width = columnWidth(description);
    this.index = new LabelIndex(description.name, description.labelNames, options);
    this.now = options.now ?? Date.now;
  }

  /** The column that a scrape shows now. */
  abstract get exposed(): Column;

  /** Keeps the exposed column as it is until the snapshot is released. */
  pin(): Snapshot {
    const column = this.exposed;
    column.pins++;
    this.pins++;
    let released = false;
    return {
      family: this,
      column,
      release: () => {
        if (released) return;
        released = true;
        column.pins--;
        this.pins--;
        this.unpinned(column);
      },
    };
  }

  /** When the counting of a slot began, in milliseconds since the epoch; `NaN` where nobody knows. */
  created(slot: number): number {
    return this.#created?.[slot] ?? NaN;
  }

  protected setCreated(slot: number, createdMs: number): void {
    const known = this.#created?.length ?? 0;
    if (slot >= known) {
      if (Number.isNaN(createdMs)) return;
      const capacity = Math.max(slot + 1, known * 2, FIRST_CAPACITY);
      this.#created = resized(this.#created ?? new Float64Array(0), capacity).fill(NaN, known);
    }
    this.#created![slot] = createdMs;
  }

  protected unpinned(_column: Column): void {}
}

/** Whether the series of a description count something from a beginning, which a created timestamp then tells. */
export function isCumulative(description: Description): boolean {
  return description.type === "counter" || description.type === "histogram" || description.type === "summary";
}

/**
 * How many numbers one series takes.
 *
 * A histogram keeps one count per bucket, each for itself rather than cumulative and `+Inf` last, then the sum. A summary
 * keeps its quantiles, then sum and count. A state set keeps one number per state. All others keep their value.
 */
export function columnWidth(description: Description): number {
  if (description.type === "histogram") return description.buckets.length + 2;
  if (description.type === "summary") return description.quantiles.length + 2;
  if (description.type === "stateset") return description.states.length;
  return 1;
}

/**
 * Where instruments write: the arrays of one column, reachable in one step from a hot path.
 *
 * Closing a writer takes its arrays away, so that the one comparison which guards every write also catches the late ones.
 */
export abstract class Writer {
  /** The family that is written. */
  readonly family: Family;
  /** The values of the column, empty once the writer is closed. */
  values: Float64Array;
  /** The stamps of the column, empty once the writer is closed. */
  stamps: Uint32Array;
  /** The first stamp that counts as set. */
  since: number;
  protected readonly column: Column;

  constructor(family: Family, column: Column) {
    this.family = family;
    this.column = column;
    this.values = column.values;
    this.stamps = column.stamps;
    this.since = column.since;
  }

  /** The slot of a label set, ready to be written. */
  slot(labels: Readonly<Record<string, LabelValue>> | undefined): number {
    if (this.stamps === NO_STAMPS) this.refuse();
    return this.ready(this.family.index.slot(labels));
  }

  /** The slot of label values in declared order, ready to be written. */
  slotOfValues(values: readonly LabelValue[]): number {
    if (this.stamps === NO_STAMPS) this.refuse();
    return this.ready(this.family.index.slotOfValues(values));
  }

  /** Takes a series out of the column. Returns whether there was one. */
  remove(labels: Readonly<Record<string, LabelValue>> | undefined): boolean {
    if (this.stamps === NO_STAMPS) this.refuse();
    const slot = this.family.index.find(labels);
    if (slot < 0 || !this.column.has(slot)) return false;
    this.column.unset(slot);
    this.removed(slot);
    return true;
  }

  /** Takes every series out of the column. */
  clear(): void {
    if (this.stamps === NO_STAMPS) this.refuse();
    for (let slot = 0; slot < this.stamps.length; slot++) {
      if (!this.column.has(slot)) continue;
      this.column.unset(slot);
      this.removed(slot);
    }
  }

  /** Says when a slot's counting began, in milliseconds since the epoch. */
  abstract setCreated(slot: number, createdMs: number): void;

  /** Throws because the writer is closed. */
  protected abstract refuse(): never;
  /** The stamp for a slot that becomes set. */
  protected abstract stamp(): number;
  /** Told before a slot becomes set. */
  protected abstract added(slot: number): void;
  /** Told when a slot was unset. */
  protected abstract removed(slot: number): void;

  protected detach(): void {
    this.values = NO_VALUES;
    this.stamps = NO_STAMPS;
  }

  private ready(slot: number): number {
    if (this.stamps[slot]! >= this.since) return slot;
    this.added(slot);
    this.column.set(slot, this.stamp());
    this.values = this.column.values;
    this.stamps = this.column.stamps;
    return slot;
  }
}

/** A family whose series live until they are removed, and show what was last written. */
export class HeldFamily extends Family {
  /** Where its instruments write. */
  readonly writer: Writer;
  readonly #column: Column;
  /** Slots whose series were removed while somebody read. */
  #removed: number[] = [];

  constructor(description: Description, options: FamilyOptions = {}) {
    super(description, options);
    this.#column = new Column(this.width, FIRST_CAPACITY);
    this.writer = new HeldWriter(
      this,
      this.#column,
      (slot, createdMs) => this.setCreated(slot, createdMs),
      (slot) => this.#free(slot),
    );
  }

  override get exposed(): Column {
    return this.#column;
  }

  /** A series that comes back while it is read must find its slot again, or a scrape would show it twice. */
  #free(slot: number): void {
    if (this.pins > 0) this.#removed.push(slot);
    else this.index.free(slot);
  }

  protected override unpinned(): void {
    if (this.pins > 0) return;
    for (const slot of this.#removed) {
      if (this.index.inUse(slot) && !this.#column.has(slot)) this.index.free(slot);
    }
    this.#removed = [];
  }
}

class HeldWriter extends Writer {
  #lastStamp = 0;
  readonly #setCreated: (slot: number, createdMs: number) => void;
  readonly #free: (slot: number) => void;

  constructor(
    family: Family,
    column: Column,
    setCreated: (slot: number, createdMs: number) => void,
    free: (slot: number) => void,
  ) {
    super(family, column);
    this.#setCreated = setCreated;
    this.#free = free;
  }

  override setCreated(slot: number, createdMs: number): void {
    this.#setCreated(slot, createdMs);
  }

  protected override refuse(): never {
    throw new Error(`Cannot write metric "${this.family.description.name}": it was closed`);
  }

  /** Every series gets a stamp of its own, so that a handle notices when its slot went to another label set. */
  protected override stamp(): number {
    return ++this.#lastStamp;
  }

  protected override added(slot: number): void {
    if (isCumulative(this.family.description)) this.#setCreated(slot, this.family.now());
  }

  protected override removed(slot: number): void {
    this.#free(slot);
  }
}

/** What a run may cost, shared by all families that it writes. */
export interface Budget {
  /** Told of each series that becomes set, before it counts; throws when it is one too many. */
  series(family: Family, slot: number): void;
}

/** How a staged column is opened. */
export interface StagingOptions {
  /** Checks each new series. */
  budget?: Budget;
  /** Makes the error for a write that comes after the end. */
  refusal?: (metric: string) => Error;
}

/**
 * A family whose series are replaced by each successful run of its collector.
 *
 * A run writes to a staged column in which every slot starts unset. A commit swaps it in without copying; anything else
 * forgets it. Columns that nobody reads any more are kept and used again.
 */
export class CollectedFamily extends Family {
  #committed: Column;
  #stamp = 0;
  #spare: Column[] = [];
  #staged = 0;
  #idle = new Uint8Array(FIRST_CAPACITY);

  constructor(description: Description, options: FamilyOptions = {}) {
    super(description, options);
    this.#committed = new Column(this.width, FIRST_CAPACITY);
  }

  override get exposed(): Column {
    return this.#committed;
  }

  /** Opens a staged column for one run. */
  stage(options: StagingOptions = {}): Staging {
    const column = this.#spare.pop() ?? new Column(this.width, Math.max(FIRST_CAPACITY, this.index.size));
    column.restart(++this.#stamp);
    this.#staged++;
    return new Staging(this, column, this.#stamp, options, (committed) => this.#end(column, committed));
  }

  protected override unpinned(column: Column): void {
    if (column !== this.#committed && column.pins === 0) this.#keep(column);
  }

  /** Keeps a column for later, unless most of it would lie idle. */
  #keep(column: Column): void {
    if (column.stamps.length <= Math.max(FIRST_CAPACITY, MOST_SPARE_SLOTS * this.index.size)) this.#spare.push(column);
  }

  #end(column: Column, committed: boolean): void {
    this.#staged--;
    if (committed) {
      const before = this.#committed;
      if (isCumulative(this.description)) this.#noticeRestarts(before, column);
      this.#committed = column;
      if (before.pins === 0) this.#keep(before);
    } else {
      this.#keep(column);
    }
    if (this.#committed.live < this.index.live) this.#sweep();
  }

  /** A total that is lower than before says that its source began again. */
  #noticeRestarts(before: Column, after: Column): void {
    const { width } = this;
    const first = this.description.type === "counter" ? 0 : width - 1;
    for (let slot = 0; slot < after.stamps.length; slot++) {
      if (!after.has(slot)) continue;
      const given = after.created?.[slot] ?? NaN;
      if (!Number.isNaN(given)) this.setCreated(slot, given);
      else if (!before.has(slot)) this.setCreated(slot, NaN);
      else if (this.#total(after, slot, first) < this.#total(before, slot, first)) this.setCreated(slot, this.now());
    }
  }

  #total(column: Column, slot: number, at: number): number {
    if (this.description.type !== "histogram") return column.values[slot * this.width + at]!;
    let count = 0;
    for (let i = 0; i < this.width - 1; i++) count += column.values[slot * this.width + i]!;
    return count;
  }

  /** Gives back the slots that have been unset for some commits, unless somebody may still read them. */
  #sweep(): void {
    if (this.pins > 0 || this.#staged > 0) return;
    if (this.#idle.length < this.index.size) this.#idle = resized(this.#idle, this.index.size * 2);
    // From the last slot on, so that the first ones are used again first and the end can be cut off.
    for (let slot = this.index.size - 1; slot >= 0; slot--) {
      if (!this.index.inUse(slot) || this.#committed.has(slot)) this.#idle[slot] = 0;
      else if (++this.#idle[slot]! >= IDLE_COMMITS) {
        this.index.free(slot);
        this.#idle[slot] = 0;
      }
    }
    this.index.trim();
    if (this.#idle.length > MOST_SPARE_SLOTS * this.index.size) {
      this.#idle = resized(this.#idle, Math.max(FIRST_CAPACITY, 2 * this.index.size));
      this.#spare = this.#spare.filter((column) => column.stamps.length <= this.#idle.length);
    }
  }
}

/** The staged column of one run: written by the run, then committed or discarded once. */
export class Staging extends Writer {
  readonly #stamp: number;
  readonly #options: StagingOptions;
  readonly #end: (committed: boolean) => void;
  #open = true;
  #overrun: { readonly error: unknown } | undefined;

  constructor(
    family: CollectedFamily,
    column: Column,
    stamp: number,
    options: StagingOptions,
    end: (committed: boolean) => void,
  ) {
    super(family, column);
    this.#stamp = stamp;
    this.#options = options;
    this.#end = end;
  }

  /** How many series the run has set. */
  get live(): number {
    return this.column.live;
  }

  /** Ends the run's writing and shows what it wrote. */
  commit(): void {
    this.#close(true);
  }

  /** Ends the run's writing and forgets what it wrote. */
  discard(): void {
    this.#close(false);
  }

  override setCreated(slot: number, createdMs: number): void {
    this.column.setCreated(slot, createdMs);
  }

  protected override refuse(): never {
    if (this.#overrun !== undefined && this.#open) throw this.#overrun.error;
    const { name } = this.family.description;
    throw this.#options.refusal?.(name) ?? new Error(`Cannot write metric "${name}": its run has ended`);
  }

  protected override stamp(): number {
    return this.#stamp;
  }

  /** A budget that is exceeded ends the writing, so that a run which swallows the error costs no more memory. */
  protected override added(slot: number): void {
    try {
      this.#options.budget?.series(this.family, slot);
    } catch (error) {
      this.#overrun = { error };
      this.detach();
      throw error;
    }
  }

  protected override removed(): void {}

  #close(committed: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.detach();
    this.#end(committed);
  }
}
