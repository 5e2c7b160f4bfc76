import type { Description } from "../model/description.ts";
import { isCumulative, type Snapshot } from "../model/family.ts";
import { copyBytes, Output, UTF8 } from "./_output.ts";
import { escapeLabelValue, isSingleLine, layoutOf } from "./_layout.ts";
import {
  formatNumber,
  formatOpenMetricsNumber,
  MAX_NUMBER_BYTES,
  writeNumber,
  writeOpenMetricsCount,
  writeOpenMetricsNumber,
} from "./number.ts";
import type { Format } from "./negotiate.ts";

/** What an encoder is asked beyond the format. */
export interface EncodeOptions {
  /** Whether OpenMetrics shows `_created` samples; Prometheus stores each as a series of its own. @default false */
  readonly createdSamples?: boolean;
}

const CHUNK_BYTES = 65_536;
const LINE_FEED = 10;

/**
 * Encodes families in one piece, and releases their snapshots.
 *
 * @param snapshots What a registry gathered.
 * @param format What was negotiated.
 * @returns The body, UTF-8. A family without series does not appear.
 * @example A registry as OpenMetrics
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { encode, negotiate } from "@exporterkit/core/exposition";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * registry.add(gauge("queue_length", "Jobs waiting.")).set(3);
 * const body = encode(registry.gather(), negotiate("application/openmetrics-text;version=1.0.0"));
 * assert.equal(
 *   new TextDecoder().decode(body),
 *   "# TYPE queue_length gauge\n# HELP queue_length Jobs waiting.\nqueue_length 3.0\n# EOF\n",
 * );
 * ```
 */
export function encode(
  snapshots: Iterable<Snapshot>,
  format: Format,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const output = new Output(CHUNK_BYTES);
  for (const _ of write([...snapshots], dialectOf(format, options), output, Infinity));
  return output.take();
}

/**
 * Encodes families in chunks of about 64 KiB, so that a caller can let other work run in between, and releases their
 * snapshots when it is done or given up.
 */
export function* encodeChunks(
  snapshots: Iterable<Snapshot>,
  format: Format,
  options: EncodeOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const output = new Output(CHUNK_BYTES + CHUNK_BYTES / 2);
  for (const _ of write([...snapshots], dialectOf(format, options), output, CHUNK_BYTES)) yield output.take();
  if (output.length > 0) yield output.take();
}

/** What distinguishes one text format from another. */
interface Dialect {
  readonly openMetrics: boolean;
  readonly createdSamples: boolean;
  /** Writes a value and returns the position behind it. */
  readonly value: (bytes: Uint8Array, at: number, value: number) => number;
  /** Writes a count and returns the position behind it. */
  readonly count: (bytes: Uint8Array, at: number, value: number) => number;
  /** A bound or quantile as its label has it. */
  readonly bound: (value: number) => string;
}

function dialectOf(format: Format, options: EncodeOptions): Dialect {
  const openMetrics = format.syntax === "openmetrics";
  return {
    openMetrics,
    createdSamples: openMetrics && (options.createdSamples ?? false),
    value: openMetrics ? writeOpenMetricsNumber : writeNumber,
    count: openMetrics ? writeOpenMetricsCount : writeNumber,
    bound: openMetrics ? formatOpenMetricsNumber : formatNumber,
  };
}

/** Writes all families, and yields whenever `limit` bytes have gathered. */
function* write(snapshots: Snapshot[], dialect: Dialect, output: Output, limit: number): Generator<void, void, void> {
  try {
    for (const snapshot of snapshots) {
      if (snapshot.column.live === 0) continue;
      output.text(header(snapshot.family.description, dialect));
      const writeSlot = slotWriter(snapshot, dialect, output);
      const { column, family } = snapshot;
      const end = Math.min(column.stamps.length, family.index.size);
      for (let slot = 0; slot < end; slot++) {
        if (!(column.stamps[slot]! >= column.since)) continue;
        writeSlot(slot);
        if (output.length >= limit) yield;
      }
    }
    if (dialect.openMetrics) output.text("# EOF\n");
  } finally {
    snapshots.forEach((snapshot) => snapshot.release());
  }
}

function header(description: Description, dialect: Dialect): string {
  const { name, help, unit } = description;
  if (!dialect.openMetrics) {
    return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${TEXT_TYPES[description.type]}\n`;
  }
  const [family, type] = openMetricsFamily(description);
  const unitLine = unit === undefined ? "" : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escapeLabelValue(help)}\n`;
}

/** Types that text lacks go by what their samples look like. */
const TEXT_TYPES: Readonly<Record<Description["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  unknown: "untyped",
  histogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
};

/**
 * The family name of OpenMetrics metadata, which leaves out the suffix that a type's samples carry. A counter that is not
 * named `_total` keeps its name and is of unknown type: a name never depends on the format.
 */
function openMetricsFamily({ name, type }: Description): [family: string, type: string] {
  if (type === "counter") return /._total$/.test(name) ? [name.slice(0, -"_total".length), type] : [name, "unknown"];
  return type === "info" ? [name.slice(0, -"_info".length), type] : [name, type];
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** The function that writes all samples of one series. */
function slotWriter(snapshot: Snapshot, dialect: Dialect, output: Output): (slot: number) => void {
  const { description } = snapshot.family;
  const writeSamples = isSingleLine(snapshot.family)
    ? lineWriter(snapshot, dialect, output)
    : samplesWriter(snapshot, dialect, output);
  if (!dialect.createdSamples || !isCumulative(description)) return writeSamples;
  const writeCreated = createdWriter(snapshot, dialect, output);
  return (slot) => {
    writeSamples(slot);
    writeCreated(slot);
  };
}

/** Series of one line: the bytes before the value are ready, only the digits are made. */
function lineWriter({ family, column }: Snapshot, dialect: Dialect, output: Output): (slot: number) => void {
  const layout = layoutOf(family);
  const { index } = family;
  const { value } = dialect;
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const length = layout.lengths[slot]!;
    output.reserve(length + MAX_NUMBER_BYTES);
    const { bytes } = output;
    let at = copyBytes(layout.view, layout.starts[slot]!, length, output.view, output.length);
    at = value(bytes, at, column.values[slot]!);
    bytes[at] = LINE_FEED;
    output.length = at + 1;
  };
}

/** One sample among several of a series. */
interface Sample {
  /** What stands before the labels: `name_bucket{`. */
  readonly before: Uint8Array;
  /** What stands behind them: `le="0.5"} `. */
  readonly after: Uint8Array;
  /** What stands there when the series has no labels of its own: `name_sum `. */
  readonly bare: Uint8Array;
  readonly count: boolean;
}

/** Series of several lines: the name, the ready bytes of the labels, what distinguishes the sample, the digits. */
function samplesWriter(snapshot: Snapshot, dialect: Dialect, output: Output): (slot: number) => void {
  const { family, column } = snapshot;
  const layout = layoutOf(family);
  const { index, width } = family;
  const samples = samplesOf(family.description, dialect);
  const most = Math.max(...samples.map(({ before, after, bare }) => before.length + after.length + bare.length));
  const readSamples = SAMPLE_READERS[family.description.type as keyof typeof SAMPLE_READERS];
  const numbers = new Float64Array(samples.length);
  return (slot) => {
    if (layout.versions[slot] !== index.versions[slot]) layout.write(slot);
    const start = layout.starts[slot]!;
    const length = layout.lengths[slot]!;
    readSamples(column.values, slot * width, width, numbers);
    output.reserve(samples.length * (length + most + MAX_NUMBER_BYTES));
    const { bytes, view } = output;
    let at = output.length;
    for (let i = 0; i < samples.length; i++) {
      const { before, after, bare, count } = samples[i]!;
      if (length === 0) {
        bytes.set(bare, at);
        at += bare.length;
      } else {
        bytes.set(before, at);
        at = copyBytes(layout.view, start, length, view, at + before.length);
        // Labels end in a comma, which a sample without a label of its own covers with its brace.
        if (after[0] === CLOSING_BRACE) at--;
        bytes.set(after, at);
        at += after.length;
      }
      at = (count ? dialect.count : dialect.value)(bytes, at, numbers[i]!);
      bytes[at++] = LINE_FEED;
    }
    output.length = at;
  };
}

const CLOSING_BRACE = 125;

/** The samples of a series, in the order in which Prometheus' libraries write them. */
function samplesOf(description: Description, dialect: Dialect): Sample[] {
  const { name } = description;
  switch (description.type) {
    case "histogram":
      return [
        ...[...description.buckets, Infinity].map((bound) =>
          sample(`${name}_bucket`, `le="${dialect.bound(bound)}"`, { count: true })
        ),
        sample(`${name}_sum`),
        sample(`${name}_count`, "", { count: true }),
      ];
    case "summary":
      return [
        ...description.quantiles.map((quantile) => sample(name, `quantile="${dialect.bound(quantile)}"`)),
        sample(`${name}_sum`),
        sample(`${name}_count`, "", { count: true }),
      ];
    case "stateset":
      return description.states.map((state) => sample(name, `${name}="${escapeLabelValue(state)}"`));
    default:
      return [sample(name)];
  }
}

function sample(name: string, label = "", options: { count?: boolean } = {}): Sample {
  return {
    before: UTF8.encode(`${name}{`),
    after: UTF8.encode(`${label}} `),
    bare: UTF8.encode(label === "" ? `${name} ` : `${name}{${label}} `),
    count: options.count ?? false,
  };
}

/** From the numbers of a slot to the numbers of its samples. */
type SampleReader = (values: Float64Array, base: number, width: number, samples: Float64Array) => void;

const SAMPLE_READERS: Readonly<Record<"histogram" | "summary" | "stateset", SampleReader>> = {
  histogram(values, base, width, samples) {
    let cumulative = 0;
    for (let i = 0; i < width - 1; i++) {
      cumulative += values[base + i]!;
      samples[i] = cumulative;
    }
    samples[width - 1] = values[base + width - 1]!;
    samples[width] = cumulative;
  },
  summary(values, base, width, samples) {
    for (let i = 0; i < width; i++) samples[i] = values[base + i]!;
  },
  stateset(values, base, width, samples) {
    for (let i = 0; i < width; i++) samples[i] = values[base + i]!;
  },
};

/** The `_created` sample of a series, in seconds, where its beginning is known (OpenMetrics 1.0, "Created"). */
function createdWriter({ family }: Snapshot, dialect: Dialect, output: Output): (slot: number) => void {
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
