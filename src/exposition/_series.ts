import type { Description } from "../model/description.ts";
import { firstBucket, isCumulative, type Snapshot } from "../model/family.ts";
import { LINE_FEED } from "./_ascii.ts";
import type { Dialect } from "./dialect.ts";
import { type FamilyText, familyTextOf } from "./_family_text.ts";
import { type Fragments, fragmentsOf } from "./_fragments.ts";
import { labelsOf, labelsWriter } from "./_labels.ts";
import { escapeText, labelToken, type Naming, sampleStart } from "./_naming.ts";
import { copyText, type Output } from "./_output.ts";
import { baresOf, headsOf, type Sample, samplesOf, tailsOf } from "./_samples.ts";
import type { SeriesShape } from "./_series_deflater.ts";
import { MAX_NUMBER_BYTES, writeOpenMetricsNumber } from "./number.ts";

/**
 * Writes the series of one family, from a slot on until the output has `limit` bytes, or up to a slot that is not written.
 *
 * @returns The slot to go on with, or -1 when all are written.
 */
export type SeriesWriter = (from: number, limit: number, to?: number) => number;

/** The writer for the series of a family that is written under some names. */
export function seriesWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SeriesWriter {
  const { description } = snapshot.family;
  const write = isDenseLine(snapshot) && dialect.labels === undefined ? lineWriter : samplesWriter;
  const writeSeries = write(snapshot, naming, dialect, output);
  if (!dialect.createdSamples || !isCumulative(description)) return writeSeries;
  const writeCreated = createdWriter(snapshot, naming, dialect, output);
  return (from, limit, to = Infinity) => {
    const end = lastSlot(snapshot, to);
    for (let slot = from; slot < end; slot++) {
      if (!snapshot.column.has(slot)) continue;
      writeSeries(slot, Infinity, slot + 1);
      writeCreated(slot);
      if (output.length >= limit) return slot + 1;
    }
    return -1;
  };
}

/** Writes the one line of a family without labels, which most are. Returns whether it is such a family. */
export function writeBareLine(
  { family: { description, index }, column }: Snapshot,
  { writers, bares }: FamilyText,
  { dialect, output }: { readonly dialect: Dialect; readonly output: Output },
): boolean {
  if (index.names.length > 0 || !isLine(description) || !column.has(0)) return false;
  if (dialect.labels !== undefined || dialect.createdSamples) return false;
  if (column.timestamps !== undefined || column.exemplars !== undefined) return false;
  output.reserve(bares.length + MAX_NUMBER_BYTES);
  const end = writers[0]!(output.view, bares.copy(0, output.view, output.length), column.values[0]!);
  output.view.setUint8(end, LINE_FEED);
  output.length = end + 1;
  return true;
}

/** Whether each series of a family is one line that has all the labels. */
function isDenseLine({ family: { description, index } }: Snapshot): boolean {
  return isLine(description) && !index.sparse && index.names.length > 0;
}

function isLine({ type }: Description): boolean {
  return type === "counter" || type === "gauge" || type === "unknown" || type === "info";
}

/** The end of the slots to look at. */
function lastSlot({ family, column }: Snapshot, to: number): number {
  return Math.min(column.stamps.length, family.index.size, to);
}

/** Writes slots some hundred at a time, whose fragments are made before. */
function inSteps(
  snapshot: Snapshot,
  fragments: Fragments,
  writeSlots: (from: number, limit: number, end: number) => number,
): SeriesWriter {
  return (from, limit, to = Infinity) => {
    const last = lastSlot(snapshot, to);
    for (let slot = from; slot < last; slot += SLOTS_PER_STEP) {
      const end = Math.min(last, slot + SLOTS_PER_STEP);
      fragments.prepare(slot, end);
      const next = writeSlots(slot, limit, end);
      if (next >= 0) return next;
    }
    return -1;
  };
}

const SLOTS_PER_STEP = 512;

/** Series of one line: the bytes before the value are ready in fragments, only the digits are made. */
function lineWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SeriesWriter {
  const { family: { index }, column } = snapshot;
  const fragments = linesOf(snapshot, naming);
  const annotate = annotator(snapshot, dialect, output);
  const writeValue = dialect.value;
  const count = index.names.length;
  return inSteps(snapshot, fragments, (from, limit, end) => {
    const { tables, view: source, mostBytes } = fragments;
    const { stamps, since, values } = column;
    const { ids } = index;
    for (let slot = from; slot < end; slot++) {
      if (!(stamps[slot]! >= since)) continue;
      output.reserve(mostBytes + MAX_NUMBER_BYTES);
      const { view } = output;
      let at = output.length;
      for (let i = 0; i < count; i++) {
        const entry = 2 * ids[slot * count + i]!;
        at = copyText(source, tables[i]![entry]!, tables[i]![entry + 1]!, view, at);
      }
      at = writeValue(view, at, values[slot]!);
      if (annotate !== undefined) at = annotate(at, slot, slot);
      output.view.setUint8(at, LINE_FEED);
      output.length = at + 1;
      if (at >= limit) return slot + 1;
    }
    return -1;
  });
}

/** Series of several lines: for each, what stands before the labels, the labels, what stands behind them, the digits. */
function samplesWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SeriesWriter {
  const { family: { width, description }, column } = snapshot;
  const labels = labelsWriter(snapshot, naming, dialect);
  const annotate = annotator(snapshot, dialect, output);
  const { samples, writers, heads, tails, bares, isRepeated } = familyTextOf(description, naming, dialect);
  const fixedBytes = Math.max(heads.length + tails.length, bares.length) + samples.length * MAX_NUMBER_BYTES;
  const read = readerOf(description);
  const numbers = new Float64Array(samples.length);

  /** What comes behind the bytes before a value. */
  function finish(start: number, slot: number, i: number): number {
    let at = writers[i]!(output.view, start, numbers[i]!);
    if (annotate !== undefined) {
      at = annotate(at, slot, samples[i]!.exemplar ? slot * width + i : NO_EXEMPLAR);
      output.reserve(fixedBytes + samples.length * labels.mostBytes);
    }
    output.view.setUint8(at, LINE_FEED);
    return at + 1;
  }

  return inSteps(snapshot, labels.fragments, (from, limit, end) => {
    const { stamps, since, values } = column;
    for (let slot = from; slot < end; slot++) {
      if (!(stamps[slot]! >= since)) continue;
      const first = read(values, slot * width, width, numbers);
      output.reserve(fixedBytes + samples.length * labels.mostBytes);
      let at = output.length;
      if (!labels.hasLabels(slot)) {
        for (let i = first; i < samples.length; i++) at = finish(bares.copy(i, output.view, at), slot, i);
      } else {
        const labelsAt = at + heads.lengths[first]!;
        let labelsBytes = 0;
        let lineAt = at;
        for (let i = first; i < samples.length; i++) {
          const { view } = output;
          const startAt = at;
          if (i > first && isRepeated[i]) {
            at = copyText(view, lineAt, heads.lengths[i]! + labelsBytes, view, at);
          } else {
            at = heads.copy(i, view, at);
            if (i === first) {
              at = labels.copy(slot, view, at);
              labelsBytes = at - labelsAt;
            } else {
              at = copyText(view, labelsAt, labelsBytes, view, at);
            }
          }
          lineAt = startAt;
          at = finish(tails.copy(i, view, at), slot, i);
        }
      }
      output.length = at;
      if (at >= limit) return slot + 1;
    }
    return -1;
  });
}

/** What all series of a family have in common, or `undefined` where they may lack labels or lines, or say more than values. */
export function shapeOf(snapshot: Snapshot, naming: Naming, dialect: Dialect): SeriesShape | undefined {
  const { family: { description, index }, column: { timestamps, exemplars } } = snapshot;
  if (timestamps !== undefined || (exemplars !== undefined && dialect.exemplar !== undefined)) return undefined;
  if (index.sparse || index.names.length === 0 || mayLackBuckets(description)) return undefined;
  if (dialect.labels !== undefined) return undefined;
  if (isDenseLine(snapshot)) {
    return {
      fragments: linesOf(snapshot, naming),
      lines: [{ head: "", tail: "", write: dialect.value }],
      read: readAsIs,
    };
  }
  const samples = samplesOf(description, naming, dialect);
  const [heads, tails] = [headsOf(samples, dialect), tailsOf(samples, dialect)];
  const lines = samples.map(({ count }, i) => ({
    head: heads[i]!,
    tail: tails[i]!,
    write: count ? dialect.count : dialect.value,
  }));
  return { fragments: labelsOf(snapshot.family, naming), lines, read: readerOf(description) };
}

/** Whether a series may have native buckets instead of the listed ones. */
function mayLackBuckets(description: Description): boolean {
  return "buckets" in description && description.native !== undefined && description.buckets.length > 0;
}

const NO_EXEMPLAR = -1;

/** Writes what stands behind a value beyond its digits, of a slot and of a position in its values. */
type Annotator = (at: number, slot: number, position: number) => number;

/** The annotator of a family; `undefined` where none of its series has anything. */
function annotator({ column }: Snapshot, dialect: Dialect, output: Output): Annotator | undefined {
  const { timestamps, exemplars } = column;
  const exemplarText = dialect.exemplar;
  if (timestamps === undefined && (exemplarText === undefined || exemplars === undefined)) return undefined;
  return (start, slot, position) => {
    let at = start;
    const timestampMs = timestamps?.[slot] ?? NaN;
    const exemplar = exemplars?.get(position);
    output.length = at;
    output.reserve(2 * MAX_NUMBER_BYTES);
    if (!Number.isNaN(timestampMs)) at = dialect.timestamp(output.view, at, timestampMs);
    output.length = at;
    if (exemplar !== undefined && exemplarText !== undefined) output.text(exemplarText(exemplar));
    output.reserve(1);
    return output.length;
  };
}

/** A series' whole line up to its value, by labels: `name{a="1",` and `b="2"} `. */
function linesOf({ family }: Snapshot, { name, labelNames, key }: Naming): Fragments {
  return fragmentsOf(family, `lines ${key}`, () => {
    const tokens = labelNames.map(labelToken);
    const last = tokens.length - 1;
    return (output, position, text = "") => {
      const start = position === 0 ? sampleStart(name) : ",";
      output.text(`${start}${tokens[position]}="${escapeText(text)}"${position === last ? "} " : ""}`);
    };
  });
}

/** Reads the numbers of a series' samples, and returns the first of them that it has. */
type NumberReader = (values: Float64Array, base: number, width: number, numbers: Float64Array) => number;

function readerOf(description: Description): NumberReader {
  return "buckets" in description ? readCumulative : readAsIs;
}

/**
 * A histogram keeps each bucket for itself and the sum behind them; its samples are cumulative, and end with the count.
 *
 * @returns The first of the samples that the series has.
 */
function readCumulative(values: Float64Array, base: number, width: number, numbers: Float64Array): number {
  const first = firstBucket(values, base, width);
  let cumulative = 0;
  for (let i = first; i < width - 1; i++) {
    cumulative += values[base + i]!;
    numbers[i] = cumulative;
  }
  numbers[width - 1] = values[base + width - 1]!;
  numbers[width] = cumulative;
  return first;
}

function readAsIs(values: Float64Array, base: number, width: number, numbers: Float64Array): number {
  for (let i = 0; i < width; i++) numbers[i] = values[base + i]!;
  return 0;
}

/** Writes the `_created` sample of a slot, in seconds, where its beginning is known (OpenMetrics 1.0, "Created"). */
function createdWriter(
  snapshot: Snapshot,
  naming: Naming,
  dialect: Dialect,
  output: Output,
): (slot: number) => void {
  const { name, hasCreated } = naming.openMetrics();
  if (!hasCreated) return () => {};
  const labels = labelsWriter(snapshot, naming, dialect);
  const samples: Sample[] = [{ name: `${name}_created`, label: "", count: false, exemplar: false }];
  const [head = "", bare = ""] = [...headsOf(samples, dialect), ...baresOf(samples)];
  return (slot) => {
    const createdMs = snapshot.column.created?.[slot] ?? NaN;
    if (Number.isNaN(createdMs)) return;
    labels.fragments.prepare(slot, slot + 1);
    const hasLabels = labels.hasLabels(slot);
    output.text(hasLabels ? head : bare);
    output.reserve(labels.mostBytes + MAX_NUMBER_BYTES);
    let at = output.length;
    if (hasLabels) {
      at = labels.copy(slot, output.view, at);
      output.length = at;
      output.text("} ");
      at = output.length;
      output.reserve(MAX_NUMBER_BYTES);
    }
    at = writeOpenMetricsNumber(output.view, at, createdMs / 1000);
    output.view.setUint8(at, LINE_FEED);
    output.length = at + 1;
  };
}
