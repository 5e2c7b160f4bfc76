import type { Description, GaugeHistogramDescription, HistogramDescription } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { firstBucket, type Snapshot } from "../model/family.ts";
import type { NativeBuckets, NativeHistogram } from "../model/native_histogram.ts";
import { spansOf } from "../model/native_spans.ts";
import { type Fragments, fragmentsOf } from "./_fragments.ts";
import { escapedLabels, namerOf, type Naming } from "./_naming.ts";
import { copyBytes, Output } from "./_output.ts";
import {
  closeMessage,
  lengthTag,
  MOST_VARINT_BYTES,
  openMessage,
  varintBytes,
  varintTag,
  writeDoubleField,
  writeInt64,
  writeStringField,
  writeVarint,
  writeVarintField,
  writeZigZag,
} from "./_wire.ts";
import type { SeriesWriter } from "./_series.ts";
import { isLarge, type Later, type Sink } from "./_sink.ts";
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

/** Slots whose labels are looked at together. */
const SLOTS_PER_STEP = 512;

/**
 * Writes all families as messages that are each preceded by their length, and yields now and then.
 *
 * Consecutive families of one name become one message.
 */
export function* writeProtobuf(
  snapshots: readonly Snapshot[],
  escaping: Escaping,
  sink: Sink,
): Generator<void, void, void> {
  const namer = namerOf(escaping, snapshots.map(({ family }) => family.description));
  const message = new Output(4096);
  const shown = snapshots.filter(({ column }) => column.live > 0);
  const nameOf = (snapshot: Snapshot | undefined) => snapshot?.family.description.name;
  let waiting: Later[] = [];
  for (const [position, snapshot] of shown.entries()) {
    const { description } = snapshot.family;
    const naming = namer.name(description);
    const isFirst = nameOf(shown[position - 1]) !== description.name;
    if (isFirst) {
      writeStringField(message, FAMILY.name, naming.name);
      writeStringField(message, FAMILY.help, description.help);
      writeVarintField(message, FAMILY.type, TYPES[description.type]);
      writeStringField(message, FAMILY.unit, description.unit ?? "");
    }
    const createWriter = (output: Output) => metricsWriter(snapshot, naming, escaping, output);
    if (isLarge(snapshot)) {
      const options = {
        key: `protobuf ${naming.key}`,
        isRemembered: snapshot.column.natives === undefined,
        createWriter,
      };
      waiting.push(yield* sink.later(snapshot, options));
    } else {
      createWriter(message)(0, Infinity);
    }
    if (nameOf(shown[position + 1]) === description.name) continue;
    writeVarint(sink.output, waiting.reduce((sum, { length }) => sum + length, message.length));
    sink.output.append(message.written());
    message.length = 0;
    yield;
    for (const later of waiting) yield* later.send();
    waiting = [];
  }
}

/** The writer of the metrics of a family. */
function metricsWriter(snapshot: Snapshot, naming: Naming, escaping: Escaping, output: Output): SeriesWriter {
  const { family, column } = snapshot;
  const labels = labelsOf(snapshot, naming);
  const write = metricWriter(snapshot, naming, escaping);
  return (from, limit, to = Infinity) => {
    const last = Math.min(column.stamps.length, family.index.size, to);
    for (let start = from; start < last; start += SLOTS_PER_STEP) {
      const end = Math.min(last, start + SLOTS_PER_STEP);
      labels.prepare(start, end);
      for (let slot = start; slot < end; slot++) {
        if (!column.has(slot)) continue;
        write(slot, labels, output);
        if (output.length >= limit) return slot + 1;
      }
    }
    return -1;
  };
}

/** The bytes of a series' labels, each a `LabelPair` field. */
function labelsOf({ family }: Snapshot, { labelNames, key }: Naming): Fragments {
  return fragmentsOf(family, `protobuf ${key}`, () => (output, position, text) => {
    if (text !== undefined) writeLabel(output, METRIC.label, labelNames[position]!, text);
  });
}

function writeLabel(output: Output, field: number, name: string, value: string): void {
  const start = openMessage(output, field);
  writeStringField(output, LABEL_PAIR.name, name);
  writeStringField(output, LABEL_PAIR.value, value);
  closeMessage(output, start);
}

/** Writes the metric of a slot, or all of them. */
type MetricWriter = (slot: number, labels: Fragments, message: Output) => void;

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
    case "counter":
      return messageWriter(snapshot, METRIC.counter, counterFields(snapshot, escaping));
    case "summary":
      return messageWriter(snapshot, METRIC.summary, summaryFields(snapshot, description.quantiles));
    default:
      return messageWriter(snapshot, METRIC.histogram, histogramFields(snapshot, description, escaping));
  }
}

/** Bytes of a message whose only field is a double, with its key and length. */
const SIMPLE_BYTES = 11;

/** Metrics of one double: their length is known before they are written. */
function simpleWriter({ family, column }: Snapshot, field: number): MetricWriter {
  const count = family.index.names.length;
  return (slot, labels, message) => {
    const { ids } = family.index;
    const timestampMs = column.timestamps?.[slot] ?? NaN;
    writeVarint(message, lengthTag(FAMILY.metric));
    writeVarint(message, labels.measure(ids, slot * count) + SIMPLE_BYTES + timestampBytes(timestampMs));
    copyLabels(labels, ids, slot * count, message);
    writeSimple(message, field, column.values[slot]!);
    writeSampleTimestamp(message, timestampMs);
  };
}

function writeSimple(message: Output, field: number, value: number): void {
  writeVarint(message, lengthTag(field));
  writeVarint(message, SIMPLE_BYTES - 2);
  writeDoubleField(message, SIMPLE.value, value);
}

/** A state set is one gauge per state, with a label named like the family. */
function stateSetWriter({ family, column }: Snapshot, states: readonly string[], label: string): MetricWriter {
  const { index, width } = family;
  return (slot, labels, message) => {
    for (let i = 0; i < states.length; i++) {
      const start = openMessage(message, FAMILY.metric);
      copyLabels(labels, index.ids, slot * index.names.length, message);
      writeLabel(message, METRIC.label, label, states[i]!);
      writeSimple(message, METRIC.gauge, column.values[slot * width + i]!);
      writeSampleTimestamp(message, column.timestamps?.[slot] ?? NaN);
      closeMessage(message, start);
    }
  };
}

/** Writes the fields of a slot's value. */
type FieldsWriter = (slot: number, message: Output) => void;

/** Metrics whose value has several fields. */
function messageWriter({ family, column }: Snapshot, field: number, writeFields: FieldsWriter): MetricWriter {
  const { index } = family;
  // Metrics of one family mostly have about the same length: its length seldom has to be moved.
  let metricLengthBytes = 1;
  let fieldLengthBytes = 1;
  return (slot, labels, message) => {
    const metric = openMessage(message, FAMILY.metric, metricLengthBytes);
    copyLabels(labels, index.ids, slot * index.names.length, message);
    const value = openMessage(message, field, fieldLengthBytes);
    writeFields(slot, message);
    fieldLengthBytes = closeMessage(message, value, fieldLengthBytes);
    writeSampleTimestamp(message, column.timestamps?.[slot] ?? NaN);
    metricLengthBytes = closeMessage(message, metric, metricLengthBytes);
  };
}

function counterFields({ column }: Snapshot, escaping: Escaping): FieldsWriter {
  return (slot, message) => {
    writeDoubleField(message, SIMPLE.value, column.values[slot]!);
    writeExemplar(message, COUNTER.exemplar, column.exemplars?.get(slot), escaping);
    writeTimestamp(message, COUNTER.created, column.created?.[slot]);
  };
}

function summaryFields({ family, column }: Snapshot, quantiles: readonly number[]): FieldsWriter {
  return (slot, message) => {
    const base = slot * family.width;
    writeVarintField(message, SUMMARY.count, Math.round(column.values[base + quantiles.length + 1]!));
    writeDoubleField(message, SUMMARY.sum, column.values[base + quantiles.length]!);
    for (let i = 0; i < quantiles.length; i++) {
      const start = openMessage(message, SUMMARY.quantile);
      writeDoubleField(message, QUANTILE.quantile, quantiles[i]!);
      writeDoubleField(message, QUANTILE.value, column.values[base + i]!);
      closeMessage(message, start);
    }
    writeTimestamp(message, SUMMARY.created, column.created?.[slot]);
  };
}

function histogramFields(
  { family, column }: Snapshot,
  description: HistogramDescription | GaugeHistogramDescription,
  escaping: Escaping,
): FieldsWriter {
  const { width } = family;
  const bounds = [...description.buckets, Infinity];
  return (slot, message) => {
    const base = slot * width;
    const first = firstBucket(column.values, base, width);
    let total = 0;
    for (let i = first; i < bounds.length; i++) total += column.values[base + i]!;
    writeCount(message, HISTOGRAM, total);
    writeDoubleField(message, HISTOGRAM.sum, column.values[base + bounds.length]!);
    let cumulative = 0;
    for (let i = first; i < bounds.length; i++) {
      cumulative += column.values[base + i]!;
      const exemplar = column.exemplars?.get(base + i);
      // Readers make the last bucket from the count; it is written only where it has more to say.
      if (i === bounds.length - 1 && exemplar === undefined) break;
      const start = openMessage(message, HISTOGRAM.bucket);
      writeCount(message, BUCKET, cumulative);
      writeDoubleField(message, BUCKET.upperBound, bounds[i]!);
      writeExemplar(message, BUCKET.exemplar, exemplar, escaping);
      closeMessage(message, start);
    }
    const native = column.natives?.[slot];
    if (native !== undefined) writeNative(message, native);
    if (description.type === "histogram") writeTimestamp(message, HISTOGRAM.created, column.created?.[slot]);
    native?.exemplars?.forEach((exemplar) => writeExemplar(message, HISTOGRAM.exemplars, exemplar, escaping));
  };
}

/** The native part of a histogram: whole counts as differences, others as they are. */
function writeNative(output: Output, { schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): void {
  writeVarint(output, varintTag(HISTOGRAM.schema));
  writeZigZag(output, schema);
  writeDoubleField(output, HISTOGRAM.zeroThreshold, zeroThreshold);
  const isWhole = [zeroCount, ...countsOf(positive), ...countsOf(negative)].every(Number.isSafeInteger);
  if (isWhole) writeVarintField(output, HISTOGRAM.zeroCount, zeroCount);
  else writeDoubleField(output, HISTOGRAM.zeroCountFloat, zeroCount);
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
      writeDoubleField(output, fields.count, count);
    }
    before = count;
  }
}

function writeSpan(output: Output, field: number, offset: number, length: number): void {
  const start = openMessage(output, field);
  writeVarint(output, varintTag(SPAN.offset));
  writeZigZag(output, offset);
  writeVarintField(output, SPAN.length, length);
  closeMessage(output, start);
}

function countsOf({ counts, length }: NativeBuckets): number[] {
  return Array.from({ length }, (_, i) => counts[i]!);
}

/** Whole counts and others have fields of their own. */
function writeCount(output: Output, fields: { count: number; countFloat: number }, count: number): void {
  if (Number.isSafeInteger(count)) writeVarintField(output, fields.count, count);
  else writeDoubleField(output, fields.countFloat, count);
}

function writeExemplar(output: Output, field: number, exemplar: Exemplar | undefined, escaping: Escaping): void {
  if (exemplar === undefined) return;
  const start = openMessage(output, field);
  const names = escapedLabels(Object.keys(exemplar.labels), escaping);
  Object.values(exemplar.labels).forEach((value, i) => {
    writeLabel(output, EXEMPLAR.label, names[i]!, value.toWellFormed());
  });
  writeDoubleField(output, EXEMPLAR.value, exemplar.value);
  writeTimestamp(output, EXEMPLAR.timestamp, exemplar.timestampMs);
  closeMessage(output, start);
}

/** A `google.protobuf.Timestamp`, whose nanoseconds always count forward; nothing where the time is not known. */
function writeTimestamp(output: Output, field: number, timeMs = NaN): void {
  if (Number.isNaN(timeMs)) return;
  const seconds = Math.floor(timeMs / 1000);
  const nanos = Math.round((timeMs - seconds * 1000) * 1e6);
  const start = openMessage(output, field);
  writeVarint(output, varintTag(TIMESTAMP.seconds));
  writeInt64(output, seconds);
  writeVarintField(output, TIMESTAMP.nanos, nanos);
  closeMessage(output, start);
}

/** How many bytes the field of a sample's own timestamp has. */
function timestampBytes(timestampMs: number): number {
  if (Number.isNaN(timestampMs)) return 0;
  const whole = Math.trunc(timestampMs);
  return 1 + (whole < 0 ? MOST_VARINT_BYTES : varintBytes(whole));
}

/** The field of a sample's own timestamp; nothing where it has none. */
function writeSampleTimestamp(message: Output, timestampMs: number): void {
  if (Number.isNaN(timestampMs)) return;
  writeVarint(message, varintTag(METRIC.timestampMs));
  writeInt64(message, Math.trunc(timestampMs));
}

/** Lengths are no text, so that the bytes are copied as integers. */
function copyLabels({ tables, view, mostBytes }: Fragments, ids: Int32Array, base: number, message: Output): void {
  message.reserve(mostBytes);
  let at = message.length;
  for (let i = 0; i < tables.length; i++) {
    const entry = 2 * ids[base + i]!;
    at = copyBytes(view, tables[i]![entry]!, tables[i]![entry + 1]!, message.view, at);
  }
  message.length = at;
}
