import type { Description } from "../model/description.ts";
import { isCumulative, type Snapshot } from "../model/family.ts";
import { LINE_FEED } from "./_ascii.ts";
import { type Dialect, openMetricsFamily } from "./_dialect.ts";
import { type Layout, layoutOf } from "./_layout.ts";
import { bareSample, escapeText, labelToken, type Naming, sampleStart } from "./_naming.ts";
import { copyBytes, Output } from "./_output.ts";
import { MAX_NUMBER_BYTES } from "./number.ts";

/**
 * Writes the series of one family, from a slot on until the output has `limit` bytes, or up to a slot that is not written.
 *
 * @returns The slot to go on with, or -1 when all are written.
 */
export type SeriesWriter = (from: number, limit: number, to?: number) => number;

type SlotWriter = (slot: number) => void;

/** The writer for the series of a family that is written under some names. */
export function seriesWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SeriesWriter {
  const { family, column } = snapshot;
  const writeSamples = (isSingleLine(family.description) ? lineWriter : samplesWriter)(
    snapshot,
    naming,
    dialect,
    output,
  );
  const writeCreated = dialect.createdSamples && isCumulative(family.description)
    ? createdWriter(snapshot, naming, dialect, output)
    : undefined;
  return (from, limit, to = Infinity) => {
    const end = Math.min(column.stamps.length, family.index.size, to);
    const { stamps, since } = column;
    for (let slot = from; slot < end; slot++) {
      if (!(stamps[slot]! >= since)) continue;
      writeSamples(slot);
      writeCreated?.(slot);
      if (output.length >= limit) return slot + 1;
    }
    return -1;
  };
}

/** Whether each series of a family is one line. */
function isSingleLine({ type }: Description): boolean {
  return type === "counter" || type === "gauge" || type === "unknown" || type === "info";
}

/** Series of one line: the bytes before the value are ready, only the digits are made. */
function lineWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SlotWriter {
  const { family, column } = snapshot;
  const { index } = family;
  const layout = linesOf(snapshot, naming);
  const annotation = annotator(snapshot, dialect);
  const writeValue = dialect.value;
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const length = layout.lengths[slot]!;
    output.reserve(length + MAX_NUMBER_BYTES);
    let at = copyBytes(layout.view, layout.starts[slot]!, length, output.view, output.length);
    at = writeValue(output.view, at, column.values[slot]!);
    if (annotation !== undefined) {
      output.length = at;
      output.text(annotation(slot, slot));
      at = output.length;
      output.reserve(1);
    }
    output.bytes[at] = LINE_FEED;
    output.length = at + 1;
  };
}

/** Series of several lines: for each, the name, the ready bytes of the labels, what distinguishes the line, the digits. */
function samplesWriter(snapshot: Snapshot, naming: Naming, dialect: Dialect, output: Output): SlotWriter {
  const { family, column } = snapshot;
  const { index, width, description } = family;
  const layout = labelsOf(snapshot, naming);
  const annotation = annotator(snapshot, dialect);
  const samples = samplesOf(description, naming, dialect);
  const labelled = new Frames(
    samples.map(({ name, label }) => [sampleStart(name), label === "" ? "} " : `${label}} `]),
  );
  const bare = new Frames(
    samples.map(({ name, label }) => [label === "" ? `${bareSample(name)} ` : `${sampleStart(name)}${label}} `, ""]),
  );
  const read = "buckets" in description ? readCumulative : readAsIs;
  const numbers = new Float64Array(samples.length);
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const start = layout.starts[slot]!;
    const length = layout.lengths[slot]!;
    const frames = length === 0 ? bare : labelled;
    read(column.values, slot * width, width, numbers);
    output.reserve(samples.length * (length + MAX_NUMBER_BYTES) + frames.length);
    let at = output.length;
    for (let i = 0; i < samples.length; i++) {
      const { label, count, exemplar } = samples[i]!;
      at = frames.copy(2 * i, output.view, at);
      // The labels end in a comma, which is left out where no further label follows.
      at = copyBytes(layout.view, start, label === "" && length > 0 ? length - 1 : length, output.view, at);
      at = frames.copy(2 * i + 1, output.view, at);
      at = (count ? dialect.count : dialect.value)(output.view, at, numbers[i]!);
      if (annotation !== undefined) {
        output.length = at;
        output.text(annotation(slot, exemplar ? slot * width + i : NO_EXEMPLAR));
        at = output.length;
        output.reserve((samples.length - i) * (length + MAX_NUMBER_BYTES) + frames.length);
      }
      output.bytes[at++] = LINE_FEED;
    }
    output.length = at;
  };
}

const NO_EXEMPLAR = -1;

/** What stands behind a value beyond its digits; `undefined` where no series of the family has anything. */
function annotator({ column }: Snapshot, dialect: Dialect): ((slot: number, position: number) => string) | undefined {
  const exemplarText = dialect.exemplar;
  if (column.timestamps === undefined && (exemplarText === undefined || column.exemplars === undefined)) {
    return undefined;
  }
  return (slot, position) => {
    const timestampMs = column.timestamps?.[slot] ?? NaN;
    const exemplar = column.exemplars?.get(position);
    const time = Number.isNaN(timestampMs) ? "" : dialect.timestamp(timestampMs);
    return exemplar === undefined || exemplarText === undefined ? time : time + exemplarText(exemplar);
  };
}

/** The bytes of each series up to its value: `name{labels} `. */
function linesOf({ family }: Snapshot, { name, labelNames, key }: Naming): Layout {
  return layoutOf(family, `lines ${key}`, () => {
    const tokens = labelNames.map(labelToken);
    const [start, bare] = [sampleStart(name), `${bareSample(name)} `];
    return (slot, output) => {
      const labels = labelsText(family.index.values(slot), tokens);
      output.text(labels === "" ? bare : `${start}${labels.slice(0, -1)}} `);
    };
  });
}

/** The bytes of each series' labels, a comma behind each. */
function labelsOf({ family }: Snapshot, { labelNames, key }: Naming): Layout {
  return layoutOf(family, `labels ${key}`, () => {
    const tokens = labelNames.map(labelToken);
    return (slot, output) => output.text(labelsText(family.index.values(slot), tokens));
  });
}

function labelsText(values: readonly (string | undefined)[], tokens: readonly string[]): string {
  return values.map((value, i) => value === undefined ? "" : `${tokens[i]}="${escapeText(value)}",`).join("");
}

/** What distinguishes one sample of a series from the others. */
interface Sample {
  /** Sample name, with its suffix. */
  readonly name: string;
  /** The label that only this sample has: `le="0.5"`. */
  readonly label: string;
  /** Whether its value is a count. */
  readonly count: boolean;
  /** Whether it may have an exemplar. */
  readonly exemplar: boolean;
}

/** The samples of a series, in the order in which Prometheus' libraries write them. */
function samplesOf(description: Description, { name, stateLabel }: Naming, dialect: Dialect): Sample[] {
  const [sum, count] = dialect.totals(description);
  const totals = [
    { name: `${name}${sum}`, label: "", count: false, exemplar: false },
    { name: `${name}${count}`, label: "", count: true, exemplar: false },
  ];
  switch (description.type) {
    case "histogram":
    case "gaugehistogram": {
      const labels = [...description.buckets, Infinity].map((bound) => `le="${dialect.bound(bound)}"`);
      return [...labels.map((label) => ({ name: `${name}_bucket`, label, count: true, exemplar: true })), ...totals];
    }
    case "summary": {
      const labels = description.quantiles.map((quantile) => `quantile="${dialect.bound(quantile)}"`);
      return [...labels.map((label) => ({ name, label, count: false, exemplar: false })), ...totals];
    }
    case "stateset": {
      const labels = description.states.map((state) => `${labelToken(stateLabel)}="${escapeText(state)}"`);
      return labels.map((label) => ({ name, label, count: false, exemplar: false }));
    }
    default:
      throw new TypeError(`Cannot encode metric "${name}" as several samples: its type is "${description.type}"`);
  }
}

/** The texts around the labels of each sample, two per sample, as bytes next to each other. */
class Frames {
  /** How many bytes all of them have. */
  readonly length: number;
  readonly #view: DataView;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  constructor(pairs: string[][]) {
    const output = new Output(256);
    for (const text of pairs.flat()) {
      const start = output.length;
      output.text(text);
      this.#starts.push(start);
      this.#lengths.push(output.length - start);
    }
    output.reserve(0);
    this.length = output.length;
    this.#view = output.view;
  }

  copy(text: number, to: DataView, at: number): number {
    return copyBytes(this.#view, this.#starts[text]!, this.#lengths[text]!, to, at);
  }
}

/** A histogram keeps each bucket for itself and the sum behind them; its samples are cumulative, and end with the count. */
function readCumulative(values: Float64Array, base: number, width: number, numbers: Float64Array): void {
  let cumulative = 0;
  for (let i = 0; i < width - 1; i++) {
    cumulative += values[base + i]!;
    numbers[i] = cumulative;
  }
  numbers[width - 1] = values[base + width - 1]!;
  numbers[width] = cumulative;
}

function readAsIs(values: Float64Array, base: number, width: number, numbers: Float64Array): void {
  for (let i = 0; i < width; i++) numbers[i] = values[base + i]!;
}

/** The `_created` sample of a series, in seconds, where its beginning is known (OpenMetrics 1.0, "Created"). */
function createdWriter({ family }: Snapshot, naming: Naming, dialect: Dialect, output: Output): SlotWriter {
  const [name, type] = openMetricsFamily(family.description, naming.name);
  if (type === "unknown") return () => {};
  const tokens = naming.labelNames.map(labelToken);
  return (slot) => {
    const createdMs = family.created(slot);
    if (Number.isNaN(createdMs)) return;
    const labels = labelsText(family.index.values(slot), tokens);
    const series = labels === ""
      ? bareSample(`${name}_created`)
      : `${sampleStart(`${name}_created`)}${labels.slice(0, -1)}}`;
    output.text(`${series} ${dialect.bound(createdMs / 1000)}\n`);
  };
}
