import type { Description } from "../model/description.ts";
import { isCumulative, type Snapshot } from "../model/family.ts";
import { type Dialect, openMetricsFamily } from "./_dialect.ts";
import { escapeLabelValue, isSingleLine, layoutOf } from "./_layout.ts";
import { copyBytes, Output } from "./_output.ts";
import { MAX_NUMBER_BYTES } from "./number.ts";

/**
 * Writes the series of one family, from a slot on until the output has `limit` bytes.
 *
 * @returns The slot to go on with, or -1 when all are written.
 */
export type SeriesWriter = (from: number, limit: number) => number;

type SlotWriter = (slot: number) => void;

const LINE_FEED = 10;

/** The writer for the series of a family. */
export function seriesWriter(snapshot: Snapshot, dialect: Dialect, output: Output): SeriesWriter {
  const { family, column } = snapshot;
  const writeSamples = (isSingleLine(family) ? lineWriter : samplesWriter)(snapshot, dialect, output);
  const writeCreated = dialect.createdSamples && isCumulative(family.description)
    ? createdWriter(snapshot, dialect, output)
    : undefined;
  return (from, limit) => {
    const end = Math.min(column.stamps.length, family.index.size);
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

/** Series of one line: the bytes before the value are ready, only the digits are made. */
function lineWriter({ family, column }: Snapshot, dialect: Dialect, output: Output): SlotWriter {
  const { index } = family;
  const layout = layoutOf(family);
  const writeValue = dialect.value;
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const length = layout.lengths[slot]!;
    output.reserve(length + MAX_NUMBER_BYTES);
    const { bytes } = output;
    let at = copyBytes(layout.view, layout.starts[slot]!, length, output.view, output.length);
    at = writeValue(bytes, at, column.values[slot]!);
    bytes[at] = LINE_FEED;
    output.length = at + 1;
  };
}

/** Series of several lines: for each, the name, the ready bytes of the labels, what distinguishes the line, the digits. */
function samplesWriter({ family, column }: Snapshot, dialect: Dialect, output: Output): SlotWriter {
  const { index, width, description } = family;
  const layout = layoutOf(family);
  const samples = samplesOf(description, dialect);
  const labelled = new Frames(samples.map(({ name, label }) => [`${name}{`, label === "" ? "} " : `${label}} `]));
  const bare = new Frames(samples.map(({ name, label }) => [label === "" ? `${name} ` : `${name}{${label}} `, ""]));
  const read = description.type === "histogram" ? readCumulative : readAsIs;
  const numbers = new Float64Array(samples.length);
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const start = layout.starts[slot]!;
    const length = layout.lengths[slot]!;
    const frames = length === 0 ? bare : labelled;
    read(column.values, slot * width, width, numbers);
    output.reserve(samples.length * (length + MAX_NUMBER_BYTES) + frames.length);
    const { bytes, view } = output;
    let at = output.length;
    for (let i = 0; i < samples.length; i++) {
      const { label, count } = samples[i]!;
      at = frames.copy(2 * i, view, at);
      // The labels end in a comma, which is left out where no further label follows.
      at = copyBytes(layout.view, start, label === "" && length > 0 ? length - 1 : length, view, at);
      at = frames.copy(2 * i + 1, view, at);
      at = (count ? dialect.count : dialect.value)(bytes, at, numbers[i]!);
      bytes[at++] = LINE_FEED;
    }
    output.length = at;
  };
}

/** What distinguishes one sample of a series from the others. */
interface Sample {
  /** Sample name, with its suffix. */
  readonly name: string;
  /** The label that only this sample has: `le="0.5"`. */
  readonly label: string;
  /** Whether its value is a count. */
  readonly count: boolean;
}

/** The samples of a series, in the order in which Prometheus' libraries write them. */
function samplesOf(description: Description, dialect: Dialect): Sample[] {
  const { name } = description;
  const sumAndCount = [
    { name: `${name}_sum`, label: "", count: false },
    { name: `${name}_count`, label: "", count: true },
  ];
  switch (description.type) {
    case "histogram": {
      const bounds = [...description.buckets, Infinity];
      const buckets = bounds.map((bound) => ({
        name: `${name}_bucket`,
        label: `le="${dialect.bound(bound)}"`,
        count: true,
      }));
      return [...buckets, ...sumAndCount];
    }
    case "summary": {
      const labels = description.quantiles.map((quantile) => `quantile="${dialect.bound(quantile)}"`);
      return [...labels.map((label) => ({ name, label, count: false })), ...sumAndCount];
    }
    case "stateset": {
      const labels = description.states.map((state) => `${name}="${escapeLabelValue(state)}"`);
      return labels.map((label) => ({ name, label, count: false }));
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
function createdWriter({ family }: Snapshot, dialect: Dialect, output: Output): SlotWriter {
  const { description, index } = family;
  const [name, type] = openMetricsFamily(description);
  if (type === "unknown") return () => {};
  return (slot) => {
    const createdMs = family.created(slot);
    if (Number.isNaN(createdMs)) return;
    const labels = index.names
      .map((label, position) => [label, index.value(slot, position)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([label, value]) => `${label}="${escapeLabelValue(value!)}"`);
    const series = labels.length === 0 ? `${name}_created` : `${name}_created{${labels.join(",")}}`;
    output.text(`${series} ${dialect.bound(createdMs / 1000)}\n`);
  };
}
