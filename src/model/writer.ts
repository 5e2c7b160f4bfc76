import type { Column } from "./column.ts";
import type { LabelValue } from "./description.ts";
import type { Exemplar } from "./exemplar.ts";
import type { Family } from "./family.ts";
import type { AdmitLabel } from "./label_index.ts";
import type { LiveNativeHistogram, NativeHistogram } from "./native_histogram.ts";
import type { LiveWindow } from "./window.ts";

const NO_STAMPS = new Uint32Array(0);
const NO_VALUES = new Float64Array(0);

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
  /** The native buckets of the column, where the family has such. */
  readonly natives: (LiveNativeHistogram | undefined)[] | undefined;
  /** The windows of the column, where the family computes quantiles. */
  readonly windows: (LiveWindow | undefined)[] | undefined;
  protected readonly column: Column;
  /** Asked before label values are kept that the family does not know yet. */
  protected admit: AdmitLabel | undefined;

  constructor(family: Family, column: Column) {
    this.family = family;
    this.column = column;
    this.values = column.values;
    this.stamps = column.stamps;
    this.since = column.since;
    this.natives = column.natives;
    this.windows = column.windows;
    this.admit = undefined;
  }

  /** The slot of a label set, ready to be written. */
  slot(labels: Readonly<Record<string, LabelValue>> | undefined): number {
    if (this.isDetached) this.refuse();
    return this.ready(this.family.index.slot(labels, this.admit));
  }

  /** The slot of label values in declared order, ready to be written. */
  slotOfValues(values: readonly (LabelValue | undefined)[]): number {
    if (this.isDetached) this.refuse();
    return this.ready(this.family.index.slotOfValues(values, this.admit));
  }

  /** Takes a series out of the column. Returns whether there was one. */
  remove(labels: Readonly<Record<string, LabelValue>> | undefined): boolean {
    if (this.isDetached) this.refuse();
    const slot = this.family.index.find(labels);
    if (slot < 0 || !this.column.has(slot)) return false;
    this.column.unset(slot);
    this.removed(slot);
    this.settled();
    return true;
  }

  /** Takes every series out of the column. */
  clear(): void {
    if (this.isDetached) this.refuse();
    for (let slot = 0; slot < this.stamps.length; slot++) {
      if (!this.column.has(slot)) continue;
      this.column.unset(slot);
      this.removed(slot);
    }
    this.settled();
  }

  /** Starts the series in a slot anew, as if it came now. */
  restart(slot: number): void {
    if (this.isDetached) this.refuse();
    this.column.set(slot, this.stamps[slot]!);
    this.refresh();
    this.added(slot);
  }

  /** Says when a slot's counting began, in milliseconds since the epoch. */
  setCreated(slot: number, createdMs: number): void {
    this.column.setCreated(slot, createdMs);
  }

  /** Says when a slot was measured, in milliseconds since the epoch. */
  setTimestamp(slot: number, timestampMs: number): void {
    this.column.setTimestamp(slot, timestampMs);
  }

  /** Gives a value an exemplar, by its position in `values`. */
  setExemplar(position: number, exemplar: Exemplar): void {
    this.column.setExemplar(position, exemplar);
  }

  /** Gives a slot whole native buckets, or none; without effect where the family has none. */
  setNative(slot: number, native: NativeHistogram | undefined): void {
    this.column.setNative(slot, native);
  }

  /** Throws because the writer is closed. */
  protected abstract refuse(): never;
  /** The stamp for a slot that becomes set. */
  protected abstract stamp(): number;
  /** Told before a slot becomes set. */
  protected adding(_slot: number): void {}
  /** Told when a slot became set. */
  protected added(_slot: number): void {}
  /** Told when a slot was unset. */
  protected removed(_slot: number): void {}
  /** Told when all slots that were to be unset are. */
  protected settled(): void {}

  /** Whether the arrays are taken away. */
  protected get isDetached(): boolean {
    return this.stamps === NO_STAMPS;
  }

  /** Takes the arrays of the column, which may be others now. */
  protected refresh(): void {
    this.values = this.column.values;
    this.stamps = this.column.stamps;
  }

  protected detach(): void {
    this.values = NO_VALUES;
    this.stamps = NO_STAMPS;
  }

  private ready(slot: number): number {
    if (this.stamps[slot]! >= this.since) return slot;
    this.adding(slot);
    this.column.set(slot, this.stamp());
    this.refresh();
    this.added(slot);
    return slot;
  }
}
