import { resized } from "../model/label_index.ts";
import { advanceCrc32, updateCrc32 } from "./_crc32.ts";
import { FARTHEST_MATCH, SHORTEST_MATCH } from "./_deflate_code.ts";
import type { Fragments } from "./_fragments.ts";

/** What never changes about the labels of some series that follow each other: where each part of them is repeated from. */
export interface LabelPlan {
  /** How often the fragments had been moved when the plan was made; it holds for that time. */
  readonly rebuilds: number;
  /**
   * Two numbers per step. A negative one, and where in the fragments so many bytes start, that are written as they are.
   * Or how many bytes are repeated, and from where, see {@link backOf} and {@link shiftOf}.
   */
  readonly steps: Int32Array;
  /** How many bytes are written as they are. */
  readonly literals: number;
  /** Where the steps of each series end, counted in steps. */
  readonly ends: Int32Array;
  /** How many bytes are repeated behind the steps of each series, up to the end of its labels, */
  readonly tails: Int32Array;
  /** and how many series before they come from. */
  readonly backs: Int32Array;
  /** How many bytes the labels of each series have. */
  readonly lengths: Int32Array;
  /** The remainder of the labels of each series. */
  readonly remainders: Int32Array;
}

const SHIFT_BITS = 16;
const SHIFT_MASK = 0xffff;
const MOST_SHIFT = 0x8000;

/** How many series before a repetition comes from. */
export function backOf(step: number): number {
  return step >> SHIFT_BITS;
}

/** How many bytes farther from the beginning of its series a repetition stands than what it repeats. */
export function shiftOf(step: number): number {
  return (step & SHIFT_MASK) - MOST_SHIFT;
}

const NONE = -1;
/** No value has more digits; a line feed follows. */
const MOST_VALUE_BYTES = 26;
/** How many series are looked at to find the one with most labels in common. */
const MOST_CANDIDATES = 16;

/** Labels of a series that follow each other and are repeated from another one. */
interface Run {
  /** The series that they are repeated from; {@link NONE} for a label whose value was not seen. */
  readonly source: number;
  readonly from: number;
  readonly to: number;
}

/** Makes the plans for the labels of a family's series. */
export class LabelPlanner {
  readonly #fragments: Fragments;
  readonly #note: (view: DataView, start: number, end: number) => void;
  /** Bytes between the line feed before a series and its labels. */
  readonly #headLength: number;
  /** The most bytes that a series may have without its labels. */
  readonly #otherBytes: number;
  readonly #linesPerSeries: number;
  /** Per label and id: where its fragment starts, its remainder, and which series had it last. */
  readonly #starts: Int32Array[];
  readonly #remainders: Int32Array[];
  readonly #seen: Int32Array[];
  #rebuilds = -1;
  /** Series are counted over all plans, so that what was seen in others is known to be so. */
  #first = 0;

  /**
   * @param shape How many bytes stand around the labels, before the first and in all, and how often they are written.
   * @param note Told of the bytes of each fragment that is new.
   */
  constructor(
    fragments: Fragments,
    shape: { headLength: number; textBytes: number; linesPerSeries: number },
    note: (view: DataView, start: number, end: number) => void,
  ) {
    this.#fragments = fragments;
    this.#note = note;
    this.#headLength = shape.headLength;
    this.#otherBytes = shape.textBytes + shape.linesPerSeries * MOST_VALUE_BYTES;
    this.#linesPerSeries = shape.linesPerSeries;
    [this.#starts, this.#remainders, this.#seen] = [0, 1, 2].map(() =>
      fragments.tables.map(() => new Int32Array(0))
    ) as [Int32Array[], Int32Array[], Int32Array[]];
  }

  /**
   * Makes the plan for some series, whose fragments are made.
   *
   * @param bases Where the label ids of each start.
   */
  plan(ids: Int32Array, bases: Int32Array): LabelPlan {
    const { tables, rebuilds } = this.#fragments;
    this.#resize();
    const count = tables.length;
    const series = bases.length;
    const [ends, tails, backs, lengths, remainders] = [0, 1, 2, 3, 4].map(() => new Int32Array(series)) as [
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    /** Per series and label, the last series before that had its value; where each label stands; where each series at most. */
    const before = new Int32Array(series * count);
    const offsets = new Int32Array(series * (count + 1));
    const latest = new Float64Array(series + 1);
    const steps = new Steps();
    const first = this.#first;
    this.#first += series;

    for (let i = 0; i < series; i++) {
      const base = bases[i]!;
      let length = 0;
      let remainder = 0;
      for (let label = 0; label < count; label++) {
        const id = ids[base + label]!;
        const bytes = tables[label]![2 * id + 1]!;
        offsets[i * (count + 1) + label] = length;
        length += bytes;
        remainder = advanceCrc32(remainder, bytes) ^ this.#remainder(label, id);
        before[i * count + label] = Math.max(NONE, this.#seen[label]![id]! - first);
        this.#seen[label]![id] = first + i;
      }
      offsets[i * (count + 1) + count] = length;
      lengths[i] = length;
      remainders[i] = remainder;
      latest[i + 1] = latest[i]! + this.#otherBytes + this.#linesPerSeries * length;
    }
    const layout = { ids, bases, before, offsets, latest, count };
    for (let i = 0; i < series; i++) {
      const runs = runsOf(i, layout);
      const last = runs.at(-1)!;
      steps.begin();
      for (let r = 0; r < runs.length; r++) this.#addSteps(steps, i, { runs, r, layout });
      ends[i] = steps.count;
      if (last.source === NONE) continue;
      tails[i] = steps.takeLast();
      ends[i] = steps.count;
      backs[i] = i - last.source;
    }
    return {
      rebuilds,
      steps: steps.numbers(),
      literals: steps.literals,
      ends,
      tails,
      backs,
      lengths,
      remainders,
    };
  }

  /** Makes room for the ids that there are now. */
  #resize(): void {
    const { tables, rebuilds } = this.#fragments;
    const isRebuilt = this.#rebuilds !== rebuilds;
    this.#rebuilds = rebuilds;
    for (let label = 0; label < tables.length; label++) {
      const ids = tables[label]!.length >> 1;
      for (const arrays of [this.#starts, this.#remainders, this.#seen]) {
        if (arrays[label]!.length < ids) arrays[label] = resized(arrays[label]!, ids).fill(NONE, arrays[label]!.length);
      }
      if (isRebuilt) this.#starts[label]!.fill(NONE);
    }
  }

  /** The remainder of a fragment, made when it is seen for the first time. */
  #remainder(label: number, id: number): number {
    const table = this.#fragments.tables[label]!;
    const start = table[2 * id]!;
    if (this.#starts[label]![id] !== start) {
      const { view } = this.#fragments;
      const length = table[2 * id + 1]!;
      this.#starts[label]![id] = start;
      this.#remainders[label]![id] = updateCrc32(0, view, start, length);
      this.#note(view, start, start + length);
    }
    return this.#remainders[label]![id]!;
  }

  /** Adds the steps of a run, or of a label whose value was not seen. */
  #addSteps(steps: Steps, i: number, { runs, r, layout }: { runs: readonly Run[]; r: number; layout: Layout }): void {
    const { ids, bases, offsets, count } = layout;
    const { source, from, to } = runs[r]!;
    const at = offsets[i * (count + 1) + from]!;
    const sourceAt = (other: number, label: number) => offsets[other * (count + 1) + label]!;
    // What stands before the first label stands before every first label.
    if (from === 0 && i > 0) steps.repeat(1 + this.#headLength, source === NONE ? 1 : i - source, 0);
    if (source !== NONE) {
      steps.repeat(sourceAt(source, to) - sourceAt(source, from), i - source, at - sourceAt(source, from));
      return;
    }
    const table = this.#fragments.tables[from]!;
    const entry = 2 * ids[bases[i]! + from]!;
    const [start, length] = [table[entry]!, table[entry + 1]!];
    if (i === 0) {
      steps.write(start, length);
      return;
    }
    // It begins like the same label of the series that the labels before it are from.
    const beginner = runs[r - 1]?.source ?? i - 1;
    const other = beginner === NONE ? i - 1 : beginner;
    let same = this.#common(from, entry, 2 * ids[bases[other]! + from]!, length);
    const shift = at - sourceAt(other, from);
    if (same >= SHORTEST_MATCH || steps.continues(i - other, shift)) steps.repeat(same, i - other, shift);
    else same = 0;
    // It ends like the same label of the series that the labels behind it are from.
    const ender = runs[r + 1]?.source ?? NONE;
    const ending = ender === NONE ? 0 : this.#commonEnd(from, entry, 2 * ids[bases[ender]! + from]!, length - same);
    if (same + ending < length) steps.write(start + same, length - same - ending);
    if (ending > 0) steps.repeat(ending, i - ender, at + length - sourceAt(ender, from + 1));
  }

  /** How many bytes two values of a label have in common at their beginning, up to `most`. */
  #common(label: number, entry: number, other: number, most: number): number {
    const { tables, view } = this.#fragments;
    const [start, startOther] = [tables[label]![entry]!, tables[label]![other]!];
    const end = Math.min(most, tables[label]![other + 1]!);
    let common = 0;
    while (common < end && view.getUint8(start + common) === view.getUint8(startOther + common)) common++;
    return common;
  }

  /** How many bytes two values of a label have in common at their end, up to `most`. */
  #commonEnd(label: number, entry: number, other: number, most: number): number {
    const { tables, view } = this.#fragments;
    const table = tables[label]!;
    const last = table[entry]! + table[entry + 1]! - 1;
    const lastOther = table[other]! + table[other + 1]! - 1;
    const end = Math.min(most, table[other + 1]!);
    let common = 0;
    while (common < end && view.getUint8(last - common) === view.getUint8(lastOther - common)) common++;
    return common;
  }
}

/** What is known of the labels of all series of a plan. */
interface Layout {
  readonly ids: Int32Array;
  readonly bases: Int32Array;
  readonly before: Int32Array;
  readonly offsets: Int32Array;
  readonly latest: Float64Array;
  readonly count: number;
}

/** Where the labels of a series are repeated from: at each label, from the series that has most labels from there on. */
function runsOf(i: number, { ids, bases, before, offsets, latest, count }: Layout): Run[] {
  const runs: Run[] = [];
  const base = bases[i]!;
  for (let from = 0; from < count;) {
    let source = NONE;
    let to = from + 1;
    // Among those that had the label last, and, since it may have few values, among those that had the next one.
    for (let label = from; label < Math.min(from + 2, count); label++) {
      let candidate = before[i * count + label]!;
      for (let tries = 0; tries < MOST_CANDIDATES && candidate !== NONE; tries++) {
        if (latest[i]! - latest[candidate]! + offsets[i * (count + 1) + count]! > FARTHEST_MATCH) break;
        const other = bases[candidate]!;
        let end = from;
        while (end < count && ids[base + end] === ids[other + end]) end++;
        if (end > to || (end === to && source === NONE)) {
          source = candidate;
          to = end;
          if (to === count) break;
        }
        candidate = before[candidate * count + label]!;
      }
    }
    runs.push({ source, from, to });
    from = to;
  }
  return runs;
}

/** Steps of a plan; those of a series that follow each other and come from the same place are one. */
class Steps {
  count = 0;
  /** How many bytes are written as they are. */
  literals = 0;
  #numbers = new Int32Array(1024);
  #first = 0;

  /** Begins the steps of a series. */
  begin(): void {
    this.#first = this.count;
  }

  /** Whether a repetition would be one with the last. */
  continues(back: number, shift: number): boolean {
    return this.count > this.#first && this.#numbers[2 * this.count - 2]! > 0 &&
      this.#numbers[2 * this.count - 1] === packed(back, shift);
  }

  repeat(length: number, back: number, shift: number): void {
    if (length === 0) return;
    if (this.continues(back, shift)) this.#numbers[2 * this.count - 2]! += length;
    else this.#add(length, packed(back, shift));
  }

  write(start: number, length: number): void {
    this.literals += length;
    this.#add(-length, start);
  }

  /** Takes the last step, a repetition, away, and returns its length. */
  takeLast(): number {
    return this.#numbers[2 * --this.count]!;
  }

  numbers(): Int32Array {
    return this.#numbers.slice(0, 2 * this.count);
  }

  #add(first: number, second: number): void {
    if (2 * this.count === this.#numbers.length) this.#numbers = resized(this.#numbers, 4 * this.count);
    this.#numbers[2 * this.count] = first;
    this.#numbers[2 * this.count + 1] = second;
    this.count++;
  }
}

function packed(back: number, shift: number): number {
  return back << SHIFT_BITS | (shift + MOST_SHIFT);
}
