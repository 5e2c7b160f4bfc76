import { Column } from "./column.ts";
import { type Description, histogramKind } from "./description.ts";
import { LabelIndex, type LabelIndexOptions } from "./label_index.ts";

/** How many slots a new column has. */
export const FIRST_CAPACITY = 8;

const NO_BOUNDS = new Float64Array(0);

/** How a family is made. */
export interface FamilyOptions extends LabelIndexOptions {
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
  /** The upper bounds of its classic buckets, in an array that is read faster than the frozen one of the description. */
  readonly bounds: Float64Array;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** How many snapshots are being read. */
  protected pins = 0;

  constructor(description: Description, options: FamilyOptions = {}) {
    this.description = description;
    this.width = columnWidth(description);
    this.bounds = "buckets" in description ? Float64Array.from(description.buckets) : NO_BOUNDS;
    this.index = new LabelIndex(description.name, description.labelNames, options);
    this.now = options.now ?? Date.now;
  }

  /** The column that a scrape shows now. */
  abstract get exposed(): Column;

  /** Keeps the exposed column as it is until the snapshot is released. Quantiles that are computed are those of now. */
  pin(): Snapshot {
    const column = this.exposed;
    column.computeQuantiles();
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
    return this.exposed.created?.[slot] ?? NaN;
  }

  /** An empty column for this family. */
  protected makeColumn(capacity: number): Column {
    const { description, width, now } = this;
    if (description.type === "summary" && description.window !== undefined) {
      const { window, quantiles } = description;
      return new Column(width, capacity, {
        makeWindow: () => window.make(now),
        absent: quantiles.length,
        absentValue: window.emptyValue,
      });
    }
    if (!("buckets" in description)) return new Column(width, capacity);
    const { buckets, native } = description;
    const kind = histogramKind(description);
    return new Column(width, capacity, {
      makeNative: native && (() => native.make(now)),
      startsNative: kind !== "classic",
      absent: kind === "native" ? buckets.length : 0,
    });
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
 * A histogram keeps one count per bucket, each for itself rather than cumulative and `+Inf` last, then the sum; see also
 * {@link firstBucket}. A summary keeps its quantiles, then sum and count. A state set keeps one number per state. All
 * others keep their value.
 */
export function columnWidth(description: Description): number {
  if (description.type === "histogram" || description.type === "gaugehistogram") return description.buckets.length + 2;
  if (description.type === "summary") return description.quantiles.length + 2;
  if (description.type === "stateset") return description.states.length;
  return 1;
}

/**
 * The position of the first bucket that a histogram's series has, among its numbers: that of `+Inf`, with the whole count,
 * where it has native buckets instead of those before. `NaN` then stands in the place of each.
 */
export function firstBucket(values: Float64Array, base: number, width: number): number {
  return Number.isNaN(values[base]!) ? width - 2 : 0;
}
