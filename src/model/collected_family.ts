import type { Column } from "./column.ts";
import type { Description } from "./description.ts";
import { Family, type FamilyOptions, FIRST_CAPACITY, firstBucket, isCumulative } from "./family.ts";
import { resized } from "./label_index.ts";
import { Writer } from "./writer.ts";

/** Commits that a slot may stay unset before it is given back. */
const IDLE_COMMITS = 3;
/** How many times as long as the slots in use a column may be to be kept for later. */
const MOST_SPARE_SLOTS = 4;

/** What a run may cost, shared by all families that it writes. */
export interface Budget {
  /** Told of each series that becomes set, before it counts; throws when it is one too many. */
  series(family: Family, slot: number): void;
  /** Told of label values that the family does not know, before they are kept; throws when one is too long. */
  label?(family: Family, name: string, value: string): void;
}

/** How a staged column is opened. */
export interface StagingOptions {
  /** Checks each new series and each new label value. */
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
    this.#committed = this.makeColumn(FIRST_CAPACITY);
  }

  override get exposed(): Column {
    return this.#committed;
  }

  /** Opens a staged column for one run. */
  stage(options: StagingOptions = {}): Staging {
    const column = this.#spare.pop() ?? this.makeColumn(Math.max(FIRST_CAPACITY, this.index.size));
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

  /** A total that is lower than before says that its source began again; otherwise it began when it did before. */
  #noticeRestarts(before: Column, after: Column): void {
    const { width } = this;
    const first = this.description.type === "counter" ? 0 : width - 1;
    for (let slot = 0; slot < after.stamps.length; slot++) {
      if (!after.has(slot) || !before.has(slot)) continue;
      if (!Number.isNaN(after.created?.[slot] ?? NaN)) continue;
      const isRestart = this.#total(after, slot, first) < this.#total(before, slot, first);
      const createdMs = isRestart ? this.now() : before.created?.[slot] ?? NaN;
      if (!Number.isNaN(createdMs)) after.setCreated(slot, createdMs);
    }
  }

  #total(column: Column, slot: number, at: number): number {
    const { width } = this;
    const { values } = column;
    const base = slot * width;
    if (this.description.type !== "histogram") return values[base + at]!;
    let count = 0;
    for (let i = firstBucket(values, base, width); i < width - 1; i++) count += values[base + i]!;
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
    if (options.budget?.label !== undefined) this.admit = (name, value) => this.#admitLabel(name, value);
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

  protected override refuse(): never {
    if (this.#overrun !== undefined && this.#open) throw this.#overrun.error;
    const { name } = this.family.description;
    throw this.#options.refusal?.(name) ?? new Error(`Cannot write metric "${name}": its run has ended`);
  }

  protected override stamp(): number {
    return this.#stamp;
  }

  protected override adding(slot: number): void {
    try {
      this.#options.budget?.series(this.family, slot);
    } catch (error) {
      throw this.#overrunBy(error);
    }
  }

  #admitLabel(name: string, value: string): void {
    try {
      this.#options.budget?.label?.(this.family, name, value);
    } catch (error) {
      throw this.#overrunBy(error);
    }
  }

  /** A budget that is exceeded ends the writing, so that a run which swallows the error costs no more memory. */
  #overrunBy(error: unknown): unknown {
    this.#overrun = { error };
    this.detach();
    return error;
  }

  #close(committed: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.detach();
    this.#end(committed);
  }
}
