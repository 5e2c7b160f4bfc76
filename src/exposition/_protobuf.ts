import type { Description } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { isCumulative, type Snapshot } from "../model/family.ts";
import type { NativeBuckets, NativeHistogram } from "../model/native_histogram.ts";
import { spansOf } from "../model/native_spans.ts";
import { type Layout, layoutOf } from "./_layout.ts";
import { Namer, type Naming } from "./_naming.ts";
import { copyBytes, Output } from "./_output.ts";
import {
  doubleTag,
  lengthTag,
  varintTag,
  writeDouble,
  writeInt64,
  writeMessageField,
  writeStringField,
  writeVarint,
  writeZigZag,
} from "./_wire.ts";
import { escapeLabelName } from "./escape_name.ts";
import type { Escaping } from "./negotiate.ts";

/** The field numbers of `io.prometheus.client`, client_model's metrics.proto. */
const FAMILY = { name: 1, help: 2, type: 3, metric: 4, unit: 5 };
const METRIC = { label: 1, gauge: 2, counter: 3, summary: 4, untyped: 5, timestampMs: 6, histogram: 7 };
const LABEL_PAIR = { name: 1, value: 2 };
const SIMPLE = { value: 1 };
const COUNTER = { exemplar: 2, created: 3 };
const SUMMARY = { count: 1, sum: 2, quantile: 3, created: 4 };
const QUANTILE = { quantile: 1, value: 2 };
const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  countFloat: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  zeroCountFloat: 8,
  created: 15,
  exemplars: 16,
};
const NEGATIVE = { span: 9, delta: 10, count: 11 };
const POSITIVE = { span: 12, delta: 13, count: 14 };
const SPAN = { offset: 1, length: 2 };
const BUCKET = { count: 1, upperBound: 2, exemplar: 3, countFloat: 4 };
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 };
const TIMESTAMP = { seconds: 1, nanos: 2 };

/** The enum `MetricType`; types it lacks go by what their samples look like. */
const TYPES: Readonly<Record<Description["type"], number>> = {
  counter: 0,
  gauge: 1,
  info: 1,
  stateset: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
};

/** Series between two chances for other work: a message's length stands before it, so nothing can be sent in between. */
const SERIES_PER_SLICE = 2000;

/**
 * Writes all families as messages that are each preceded by their length, and yields now and then.
 *
 * Consecutive families of one name become one message.
 */
export function* writeProtobuf(
  snapshots: readonly Snapshot[],
  escaping: Escaping,
  output: Output,
): Generator<void, void, void> {
  const namer = new Namer(escaping, snapshots.map(({ family }) => family.description));
  const message = new Output(4096);
  const shown = snapshots.filter(({ column }) => column.live > 0);
  for (const [position, snapshot] of shown.entries()) {
    const { description } = snapshot.family;
    const naming = namer.name(description);
    if (message.length === 0) {
      writeStringField(message, FAMILY.name, naming.name);
      writeStringField(message, FAMILY.help, description.help);
      writeVarint(message, varintTag(FAMILY.type));
      writeVarint(message, TYPES[description.type]);
    }
    yield* writeSeries(snapshot, naming, escaping, message);
    if (shown[position + 1]?.family.description.name === description.name) continue;
    writeStringField(message, FAMILY.unit, description.unit ?? "");
    writeVarint(output, message.length);
    output.append(message.written());
    message.length = 0;
    yield;
  }
}

function* writeSeries(
  snapshot: Snapshot,
  naming: Naming,
  escaping: Escaping,
  message: Output,
): Generator<void, void, void> {
  const { family, column } = snapshot;
  const layout = labelsOf(snapshot, naming);
  const writer = metricWriter(snapshot, naming, escaping);
  const end = Math.min(column.stamps.length, family.index.size);
  let written = 0;
  for (let slot = 0; slot < end; slot++) {
    if (!column.has(slot)) continue;
    if (layout.versions[slot] !== family.index.versions[slot]) layout.write(slot);
    writer(slot, layout, message);
    if (++written % SERIES_PER_SLICE === 0) yield;
  }
}

/** The bytes of each series' labels: one `LabelPair` field after the other. */
function labelsOf({ family }: Snapshot, { labelNames, key }: Naming): Layout {
  return layoutOf(family, `protobuf ${key}`, () => (slot, output) => {
    family.index.values(slot).forEach((value, i) => {
      if (value !== undefined) writeLabel(output, METRIC.label, labelNames[i]!, value);
    });
  });
}

function writeLabel(output: Output, field: number, name: string, value: string): void {
  writeMessageField(output, field, () => {
    writeStringField(output, LABEL_PAIR.name, name);
    writeStringField(output, LABEL_PAIR.value, value);
  });
}

type MetricWriter = (slot: number, labels: Layout, message: Output) => void;

function metricWriter(snapshot: Snapshot, naming: Naming, escaping: Escaping): MetricWriter {
  const { description } = snapshot.family;
  switch (description.type) {
    case "gauge":
    case "info":
      return simpleWriter(snapshot, METRIC.gauge);
    case "unknown":
      return simpleWriter(snapshot, METRIC.untyped);
    case "stateset":
      return stateSetWriter(snapshot, description.states, naming.stateLabel);
    default:
      return messageWriter(snapshot, escaping);
  }
}

/** Metrics of one double: their length is known before they are written. */
function simpleWriter({ column }: Snapshot, field: number): MetricWriter {
  return (slot, labels, message) => {
    const length = labels.lengths[slot]!;
    const timestamp = timestampOf(column.timestamps, slot);
    writeVarint(message, lengthTag(FAMILY.metric));
    writeVarint(message, length + 11 + timestamp.length);
    appendLabels(labels, slot, message);
    writeSimple(message, field, column.values[slot]!);
    message.append(timestamp);
  };
}

function writeSimple(message: Output, field: number, value: number): void {
  message.reserve(11);
  message.bytes[message.length] = lengthTag(field);
  message.bytes[message.length + 1] = 9;
  message.bytes[message.length + 2] = doubleTag(SIMPLE.value);
  message.length += 3;
  writeDouble(message, value);
}

/** A state set is one gauge per state, with a label named like the family. */
function stateSetWriter({ family, column }: Snapshot, states: readonly string[], label: string): MetricWriter {
  return (slot, labels, message) => {
    states.forEach((state, i) => {
      writeMessageField(message, FAMILY.metric, () => {
        appendLabels(labels, slot, message);
        writeLabel(message, METRIC.label, label, state);
        writeSimple(message, METRIC.gauge, column.values[slot * family.width + i]!);
        message.append(timestampOf(column.timestamps, slot));
      });
    });
  };
}

/** Metrics that are messages of several fields. */
function messageWriter(snapshot: Snapshot, escaping: Escaping): MetricWriter {
  const { family: { description }, column } = snapshot;
  const [field, write] = description.type === "counter"
    ? [METRIC.counter, counterFields(snapshot, escaping)]
    : description.type === "summary"
    ? [METRIC.summary, summaryFields(snapshot, description.quantiles)]
    : [METRIC.histogram, histogramFields(snapshot, escaping)];
  const body = new Output(256);
  return (slot, labels, message) => {
    body.length = 0;
    writeMessageField(body, field, () => write(slot, body));
    body.append(timestampOf(column.timestamps, slot));
    writeVarint(message, lengthTag(FAMILY.metric));
    writeVarint(message, labels.lengths[slot]! + body.length);
    appendLabels(labels, slot, message);
    message.append(body.written());
  };
}

type FieldsWriter = (slot: number, output: Output) => void;

function counterFields({ family, column }: Snapshot, escaping: Escaping): FieldsWriter {
  return (slot, output) => {
    writeVarint(output, doubleTag(SIMPLE.value));
    writeDouble(output, column.values[slot]!);
    writeExemplar(output, COUNTER.exemplar, column.exemplars?.get(slot), escaping);
    writeTimestamp(output, COUNTER.created, family.created(slot));
  };
}

function summaryFields({ family, column }: Snapshot, quantiles: readonly number[]): FieldsWriter {
  return (slot, output) => {
    const base = slot * family.width;
    writeVarint(output, varintTag(SUMMARY.count));
    writeVarint(output, Math.round(column.values[base + quantiles.length + 1]!));
    writeVarint(output, doubleTag(SUMMARY.sum));
    writeDouble(output, column.values[base + quantiles.length]!);
    quantiles.forEach((quantile, i) => {
      writeMessageField(output, SUMMARY.quantile, () => {
        writeVarint(output, doubleTag(QUANTILE.quantile));
        writeDouble(output, quantile);
        writeVarint(output, doubleTag(QUANTILE.value));
        writeDouble(output, column.values[base + i]!);
      });
    });
    writeTimestamp(output, SUMMARY.created, family.created(slot));
  };
}

function histogramFields({ family, column }: Snapshot, escaping: Escaping): FieldsWriter {
  const { description, width } = family;
  const bounds = "buckets" in description ? description.buckets : [];
  return (slot, output) => {
    const base = slot * width;
    let total = 0;
    for (let i = 0; i <= bounds.length; i++) total += column.values[base + i]!;
    writeCount(output, HISTOGRAM, total);
    writeVarint(output, doubleTag(HISTOGRAM.sum));
    writeDouble(output, column.values[base + bounds.length + 1]!);
    let cumulative = 0;
    [...bounds, Infinity].forEach((bound, i) => {
      cumulative += column.values[base + i]!;
      const exemplar = column.exemplars?.get(base + i);
      // Readers make the last bucket from the count; it is written only where it has more to say.
      if (bound === Infinity && exemplar === undefined) return;
      writeMessageField(output, HISTOGRAM.bucket, () => {
        writeCount(output, BUCKET, cumulative);
        writeVarint(output, doubleTag(BUCKET.upperBound));
        writeDouble(output, bound);
        writeExemplar(output, BUCKET.exemplar, exemplar, escaping);
      });
    });
    const native = column.natives?.[slot];
    if (native !== undefined) writeNative(output, native);
    if (isCumulative(description)) writeTimestamp(output, HISTOGRAM.created, family.created(slot));
    native?.exemplars?.forEach((exemplar) => writeExemplar(output, HISTOGRAM.exemplars, exemplar, escaping));
  };
}

/** The native part of a histogram: whole counts as differences, others as they are. */
function writeNative(output: Output, { schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): void {
  writeVarint(output, varintTag(HISTOGRAM.schema));
  writeZigZag(output, schema);
  writeVarint(output, doubleTag(HISTOGRAM.zeroThreshold));
  writeDouble(output, zeroThreshold);
  const isWhole = [zeroCount, ...countsOf(positive), ...countsOf(negative)].every(Number.isSafeInteger);
  if (isWhole) {
    writeVarint(output, varintTag(HISTOGRAM.zeroCount));
    writeVarint(output, zeroCount);
  } else {
    writeVarint(output, doubleTag(HISTOGRAM.zeroCountFloat));
    writeDouble(output, zeroCount);
  }
  writeSide(output, negative, NEGATIVE, isWhole);
  writeSide(output, positive, POSITIVE, isWhole);
  // Without any of the three a reader would take the histogram for a classic one.
  if (positive.length === 0 && negative.length === 0 && zeroCount === 0 && zeroThreshold === 0) {
    writeSpan(output, POSITIVE.span, 0, 0);
  }
}

function writeSide(output: Output, buckets: NativeBuckets, fields: typeof POSITIVE, isWhole: boolean): void {
  const { offsets, lengths, counts } = spansOf(buckets);
  for (let i = 0; i < lengths.length; i++) writeSpan(output, fields.span, offsets[i]!, lengths[i]!);
  let before = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (isWhole) {
      writeVarint(output, varintTag(fields.delta));
      writeZigZag(output, count - before);
    } else {
      writeVarint(output, doubleTag(fields.count));
      writeDouble(output, count);
    }
    before = count;
  }
}

function writeSpan(output: Output, field: number, offset: number, length: number): void {
  writeMessageField(output, field, () => {
    writeVarint(output, varintTag(SPAN.offset));
    writeZigZag(output, offset);
    writeVarint(output, varintTag(SPAN.length));
    writeVarint(output, length);
  });
}

function countsOf({ counts, length }: NativeBuckets): number[] {
  return Array.from({ length }, (_, i) => counts[i]!);
}

/** Whole counts and others have fields of their own. */
function writeCount(output: Output, fields: { count: number; countFloat: number }, count: number): void {
  if (Number.isSafeInteger(count)) {
    writeVarint(output, varintTag(fields.count));
    writeVarint(output, count);
  } else {
    writeVarint(output, doubleTag(fields.countFloat));
    writeDouble(output, count);
  }
}

function writeExemplar(output: Output, field: number, exemplar: Exemplar | undefined, escaping: Escaping): void {
  if (exemplar === undefined) return;
  writeMessageField(output, field, () => {
    for (const [name, value] of Object.entries(exemplar.labels)) {
      writeLabel(output, EXEMPLAR.label, escapeLabelName(name, escaping), value.toWellFormed());
    }
    writeVarint(output, doubleTag(EXEMPLAR.value));
    writeDouble(output, exemplar.value);
    writeTimestamp(output, EXEMPLAR.timestamp, exemplar.timestampMs ?? NaN);
  });
}

/** A `google.protobuf.Timestamp`, whose nanoseconds always count forward; nothing where the time is not known. */
function writeTimestamp(output: Output, field: number, timeMs: number): void {
  if (Number.isNaN(timeMs)) return;
  const seconds = Math.floor(timeMs / 1000);
  const nanos = Math.round((timeMs - seconds * 1000) * 1e6);
  writeMessageField(output, field, () => {
    writeVarint(output, varintTag(TIMESTAMP.seconds));
    writeInt64(output, seconds);
    writeVarint(output, varintTag(TIMESTAMP.nanos));
    writeVarint(output, nanos);
  });
}

const NOTHING = new Uint8Array(0);
const timestampField = new Output(16);

/** The field of a sample's own timestamp; nothing where it has none. */
function timestampOf(timestamps: Float64Array | undefined, slot: number): Uint8Array {
  const timestampMs = timestamps?.[slot] ?? NaN;
  if (Number.isNaN(timestampMs)) return NOTHING;
  timestampField.length = 0;
  writeVarint(timestampField, varintTag(METRIC.timestampMs));
  writeInt64(timestampField, Math.trunc(timestampMs));
  return timestampField.written();
}

function appendLabels(labels: Layout, slot: number, message: Output): void {
  const length = labels.lengths[slot]!;
  message.reserve(length);
  message.length = copyBytes(labels.view, labels.starts[slot]!, length, message.view, message.length);
}
