import type { Snapshot } from "../model/family.ts";
import { advanceCrc32, updateCrc32 } from "./_crc32.ts";
import { DeflateCode, FARTHEST_MATCH, SHORTEST_MATCH } from "./_deflate_code.ts";
import type { Deflated } from "./_deflated_blocks.ts";
import { deflate } from "./_deflater.ts";
import type { NumberWriter } from "./dialect.ts";
import { FamilyCache } from "./_family_cache.ts";
import type { Fragments } from "./_fragments.ts";
import { backOf, type LabelPlan, LabelPlanner, shiftOf } from "./_label_plan.ts";
import { COPY_SLACK, Output } from "./_output.ts";
import { Tokens } from "./_tokens.ts";
import { ValueTexts } from "./_value_texts.ts";
import { MAX_NUMBER_BYTES } from "./number.ts";

/** One of the lines of each series. */
export interface Line {
  /** What stands before the labels. */
  readonly head: string;
  /** What stands between the labels and the value. */
  readonly tail: string;
  /** Writes the value. */
  readonly write: NumberWriter;
}

/** What all series of a family have in common. */
export interface SeriesShape {
  /** Their labels. Every series has all of them. */
  readonly fragments: Fragments;
  readonly lines: readonly Line[];
  /** Reads the numbers of the lines. */
  read(values: Float64Array, base: number, width: number, numbers: Float64Array): void;
}

/** A text that does not change: its bytes in a common buffer, and their remainder. */
interface Piece {
  readonly start: number;
  readonly length: number;
  readonly remainder: number;
}

/** What stands between labels and value, and how much of it the line before has too, at its beginning and its end. */
interface Tail extends Piece {
  readonly beginning: number;
  readonly ending: number;
}

/** A code is made from a block, and made anew after so many. */
const BLOCKS_PER_CODE = 256;
/** No line has more tokens than this and the steps of its plan. */
const TOKENS_PER_LINE = 8;
const NUMBER_CHARACTERS = new TextEncoder().encode("0123456789.+-eNaInf\n");

/** The bytes of a series may be no more than this, so that what the series before had is never too far away. */
const MOST_SERIES_BYTES = FARTHEST_MATCH / 2;

const caches = new FamilyCache<SeriesDeflater>();

/** The deflater of a family. */
export function seriesDeflaterOf({ family }: Snapshot, key: string, shape: SeriesShape): SeriesDeflater {
  return caches.get(family, key, { create: () => new SeriesDeflater(shape) });
}

/** The most bytes that stand around the labels of a series; a character of UTF-16 is three bytes at most. */
function textBytes({ lines }: SeriesShape): number {
  return lines.reduce((sum, { head, tail }) => sum + 3 * (head.length + tail.length), 0);
}

/** What all deflaters work with, one after the other. */
const values = new ValueTexts();
const tokens = new Tokens();
/** Where each series begins, and where each value stands. */
let seriesAt = new Int32Array(1024);
let valuesAt = new Int32Array(1024);
/**
 * Deflates the series of a family straight from their columns, without their text.
 *
 * What zlib searches for is known here: a label stands where its value was seen last, most labels of a series are those
 * of the one before, and the lines of one series repeat each other. Remainders of fragments are made once and put together.
 *
 * The byte before a block of series is a line feed, always: that of a header, or of other series. So a repetition may begin
 * with it, and the line feed that ends a line is written with the next line.
 */
export class SeriesDeflater {
  readonly #shape: SeriesShape;
  readonly #heads: readonly Piece[];
  readonly #tails: readonly Tail[];
  /** The bytes of heads and tails, and of one line feed. */
  readonly #texts: DataView;
  readonly #lineFeed: Piece;
  /** No line has more literals, labels left out. */
  readonly #textBytes: number;
  readonly #occurs = new Uint8Array(256);
  readonly #numbers: Float64Array;
  readonly #planner: LabelPlanner;
  #code: DeflateCode | undefined;
  #blocks = 0;

  constructor(shape: SeriesShape) {
    this.#shape = shape;
    const { fragments, lines } = shape;
    const texts = new Output(256);
    const known = new Map<string, Piece>();
    this.#heads = lines.map(({ head }) => pieceOf(head, texts, known));
    this.#tails = lines.map(({ tail }, i) => ({
      ...pieceOf(tail, texts, known),
      ...commonEnds(tail, lines[i - 1]?.tail ?? ""),
    }));
    this.#lineFeed = pieceOf("\n", texts, known);
    texts.reserve(COPY_SLACK);
    this.#texts = texts.view;
    this.#textBytes = texts.length + MAX_NUMBER_BYTES;
    for (const byte of [...texts.written(), ...NUMBER_CHARACTERS]) this.#occurs[byte] = 1;
    this.#numbers = new Float64Array(lines.length);
    this.#planner = new LabelPlanner(fragments, {
      headLength: this.#heads[0]!.length,
      textBytes: textBytes(shape),
      linesPerSeries: lines.length,
    }, (view, start, end) => this.#noteBytes(view, start, end));
  }

  /**
   * Deflates the series of some slots.
   *
   * @param known The plan that was made for the same series before.
   * @returns `undefined` where they are too long for it.
   */
  deflate(snapshot: Snapshot, from: number, to: number, known?: LabelPlan): Deflated | undefined {
    const { fragments, lines } = this.#shape;
    fragments.prepare(from, to);
    const mostBytes = textBytes(this.#shape) + lines.length * (fragments.mostBytes + MAX_NUMBER_BYTES);
    if (mostBytes > MOST_SERIES_BYTES) return undefined;
    const slots = liveSlots(snapshot, from, to);
    if (slots.length === 0) return NOTHING;
    const plan = this.#planFor(snapshot, slots, known);
    this.#writeValues(snapshot, slots);
    const length = this.#place(slots.length, plan);
    this.#tokenize(slots.length, plan);
    if (this.#code === undefined || ++this.#blocks >= BLOCKS_PER_CODE) {
      this.#code = new DeflateCode(tokens, this.#occurs);
      this.#blocks = 0;
    }
    return { bytes: deflate(tokens, this.#code), crc: this.#checksum(slots.length, plan), length, plan };
  }

  #planFor({ family: { index } }: Snapshot, slots: Int32Array, known: LabelPlan | undefined): LabelPlan {
    if (known?.rebuilds === this.#shape.fragments.rebuilds) return known;
    return this.#planner.plan(index.ids, slots.map((slot) => slot * index.names.length));
  }

  /** A code must have all bytes that may occur. */
  #noteBytes(view: DataView, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = view.getUint8(at);
      if (this.#occurs[byte] === 1) continue;
      this.#occurs[byte] = 1;
      this.#code = undefined;
    }
  }

  #writeValues({ column, family: { width } }: Snapshot, slots: Int32Array): void {
    const { lines, read } = this.#shape;
    const numbers = this.#numbers;
    values.begin(slots.length * lines.length);
    if (width === 1) {
      const { write } = lines[0]!;
      for (let series = 0; series < slots.length; series++) values.add(write, column.values[slots[series]!]!);
      return;
    }
    for (let series = 0; series < slots.length; series++) {
      read(column.values, slots[series]! * width, width, numbers);
      for (let i = 0; i < lines.length; i++) values.add(lines[i]!.write, numbers[i]!);
    }
  }

  /** Finds out where everything stands. Returns the length of the text. */
  #place(count: number, { lengths }: LabelPlan): number {
    const { starts } = values;
    const heads = this.#heads;
    const tails = this.#tails;
    if (seriesAt.length < count) seriesAt = new Int32Array(2 * count);
    if (valuesAt.length < values.count) valuesAt = new Int32Array(2 * values.count);
    let at = 0;
    let value = 0;
    for (let series = 0; series < count; series++) {
      seriesAt[series] = at;
      for (let i = 0; i < heads.length; i++) {
        at += heads[i]!.length + lengths[series]! + tails[i]!.length;
        valuesAt[value] = at;
        at += starts[value + 1]! - starts[value]!;
        value++;
      }
    }
    return at;
  }

  /** The checksum of the text. */
  #checksum(count: number, { lengths, remainders }: LabelPlan): number {
    const { starts, output: { view } } = values;
    const heads = this.#heads;
    const tails = this.#tails;
    let remainder = -1;
    let value = 0;
    for (let series = 0; series < count; series++) {
      const length = lengths[series]!;
      let headed = remainders[series]!;
      for (let i = 0; i < heads.length; i++) {
        const head = heads[i]!;
        const tail = tails[i]!;
        if (head.length > 0 && (i === 0 || head !== heads[i - 1])) {
          headed = advanceCrc32(head.remainder, length) ^ remainders[series]!;
        }
        remainder = advanceCrc32(remainder, head.length + length) ^ headed;
        if (tail.length > 0) remainder = advanceCrc32(remainder, tail.length) ^ tail.remainder;
        const start = starts[value++]!;
        remainder = updateCrc32(remainder, view, start, starts[value]! - start);
      }
    }
    return ~remainder >>> 0;
  }

  /** Tells what the text is made of. */
  #tokenize(count: number, plan: LabelPlan): void {
    const linesPerSeries = this.#heads.length;
    const { steps, ends, tails, backs, literals } = plan;
    const { view } = this.#shape.fragments;
    const head = this.#heads[0]!;
    const tail = this.#tails[0]!;
    tokens.begin(
      ends[count - 1]! + TOKENS_PER_LINE * values.count,
      literals + values.output.length + values.count * this.#textBytes,
    );
    if (head.length > 0) tokens.write(this.#texts, head.start, head.length);
    let step = 0;
    for (let series = 0; series < count; series++) {
      const lineAt = seriesAt[series]!;
      const value = series * linesPerSeries;
      for (const end = ends[series]!; step < end; step++) {
        const length = steps[2 * step]!;
        const where = steps[2 * step + 1]!;
        if (length < 0) tokens.write(view, where, -length);
        else tokens.repeat(length, lineAt - seriesAt[series - backOf(where)]! + shiftOf(where));
      }
      const repeated = tails[series]!;
      const source = value - (backs[series]! || 1) * linesPerSeries;
      const distance = valuesAt[value]! - valuesAt[source]!;
      if (repeated > 0 || (series > 0 && tail.length >= SHORTEST_MATCH)) {
        tokens.repeat(repeated + tail.length, distance);
      } else if (tail.length > 0) tokens.write(this.#texts, tail.start, tail.length);
      writeValue(value, source, distance);
      for (let i = 1; i < linesPerSeries; i++) this.#repeatLine(value + i, i, plan.lengths, series);
    }
    tokens.end();
    tokens.write(this.#texts, this.#lineFeed.start, 1);
  }

  /** Another line of a series: what it has in common with the line before, and what is new. */
  #repeatLine(value: number, i: number, lengths: Int32Array, series: number): void {
    const labelsLength = lengths[series]!;
    const head = this.#heads[i]!;
    const headBefore = this.#heads[i - 1]!;
    const { start, length, beginning, ending } = this.#tails[i]!;
    const distance = valuesAt[value]! - valuesAt[value - 1]!;
    // As far apart as the ends of the labels are.
    const labelsDistance = distance - length + this.#tails[i - 1]!.length;
    if (head === headBefore) {
      tokens.repeat(1 + head.length + labelsLength, labelsDistance);
    } else {
      if (series > 0) {
        const before = value - this.#heads.length;
        tokens.repeat(1 + head.length, valuesAt[value]! - valuesAt[before]! - labelsLength + lengths[series - 1]!);
      } else {
        tokens.write(this.#texts, this.#lineFeed.start, 1);
        tokens.write(this.#texts, head.start, head.length);
      }
      tokens.repeat(labelsLength, labelsDistance);
    }
    if (beginning > 0) tokens.repeat(beginning, labelsDistance);
    if (beginning + ending < length) tokens.write(this.#texts, start + beginning, length - beginning - ending);
    if (ending > 0) tokens.repeat(ending, distance);
    writeValue(value, value - 1, distance);
  }
}

/** A value, beginning with the digits that the one where the repetition comes from has too. */
function writeValue(value: number, source: number, distance: number): void {
  const { starts, output: { view } } = values;
  const start = starts[value]!;
  const length = starts[value + 1]! - start - 1;
  let same = 0;
  if (tokens.continues(distance)) {
    same = values.common(value, source);
    if (same > 0) tokens.repeat(same, distance);
  }
  if (same < length) tokens.write(view, start + same, length - same);
}

/** The slots in a range that a snapshot shows. */
function liveSlots({ column, family: { index } }: Snapshot, from: number, to: number): Int32Array {
  const end = Math.min(to, column.stamps.length, index.size);
  const slots = new Int32Array(Math.max(0, end - from));
  let count = 0;
  for (let slot = from; slot < end; slot++) {
    if (column.has(slot)) slots[count++] = slot;
  }
  return slots.subarray(0, count);
}

const NOTHING: Deflated = { bytes: new Uint8Array(0), crc: 0, length: 0 };

/** Puts a text into the common buffer; texts that are the same are there once. */
function pieceOf(text: string, texts: Output, known: Map<string, Piece>): Piece {
  const same = known.get(text);
  if (same !== undefined) return same;
  const start = texts.length;
  texts.text(text);
  const length = texts.length - start;
  const piece = { start, length, remainder: updateCrc32(0, texts.view, start, length) };
  known.set(text, piece);
  return piece;
}

/** How many characters two tails have in common; an ending that is too short to be repeated for itself does not count. */
function commonEnds(tail: string, other: string): { beginning: number; ending: number } {
  const most = Math.min(tail.length, other.length);
  let beginning = 0;
  while (beginning < most && tail[beginning] === other[beginning]) beginning++;
  let ending = 0;
  while (ending < most - beginning && tail.at(-1 - ending) === other.at(-1 - ending)) ending++;
  return { beginning, ending: ending < SHORTEST_MATCH ? 0 : ending };
}
