/**
 * Prometheus' delimited protobuf, read by an independent decoder.
 *
 * Fields that are not on the wire are absent, and 64-bit integers are numbers.
 */
import protobuf from "protobufjs";

/** A moment, as protobuf says it. */
export interface ProtoTimestamp {
  readonly seconds?: number;
  readonly nanos?: number;
}

/** One label. */
export interface ProtoLabel {
  readonly name?: string;
  readonly value?: string;
}

/** One observation that stands for others. */
export interface ProtoExemplar {
  readonly label?: readonly ProtoLabel[];
  readonly value?: number;
  readonly timestamp?: ProtoTimestamp;
}

/** One bucket of a classic histogram. */
export interface ProtoBucket {
  readonly cumulativeCount?: number;
  readonly cumulativeCountFloat?: number;
  readonly upperBound?: number;
  readonly exemplar?: ProtoExemplar;
}

/** Consecutive buckets of a native histogram. */
export interface ProtoSpan {
  readonly offset?: number;
  readonly length?: number;
}

/** A histogram, classic, native or both. */
export interface ProtoHistogram {
  readonly sampleCount?: number;
  readonly sampleCountFloat?: number;
  readonly sampleSum?: number;
  readonly bucket?: readonly ProtoBucket[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly zeroCountFloat?: number;
  readonly negativeSpan?: readonly ProtoSpan[];
  readonly negativeDelta?: readonly number[];
  readonly negativeCount?: readonly number[];
  readonly positiveSpan?: readonly ProtoSpan[];
  readonly positiveDelta?: readonly number[];
  readonly positiveCount?: readonly number[];
  readonly createdTimestamp?: ProtoTimestamp;
  readonly exemplars?: readonly ProtoExemplar[];
}

/** One metric of a family. */
export interface ProtoMetric {
  readonly label?: readonly ProtoLabel[];
  readonly gauge?: { readonly value?: number };
  readonly untyped?: { readonly value?: number };
  readonly counter?: {
    readonly value?: number;
    readonly exemplar?: ProtoExemplar;
    readonly createdTimestamp?: ProtoTimestamp;
  };
  readonly summary?: {
    readonly sampleCount?: number;
    readonly sampleSum?: number;
    readonly quantile?: readonly { readonly quantile?: number; readonly value?: number }[];
    readonly createdTimestamp?: ProtoTimestamp;
  };
  readonly histogram?: ProtoHistogram;
  readonly timestampMs?: number;
}

/** One metric family. */
export interface ProtoFamily {
  readonly name?: string;
  readonly help?: string;
  readonly type?: "COUNTER" | "GAUGE" | "SUMMARY" | "UNTYPED" | "HISTOGRAM" | "GAUGE_HISTOGRAM";
  readonly unit?: string;
  readonly metric?: readonly ProtoMetric[];
}

const schema = await Deno.readTextFile(new URL("metrics.proto", import.meta.url));
const MetricFamily = protobuf.parse(schema).root.lookupType("io.prometheus.client.MetricFamily");

/**
 * Decodes a body of length-delimited families.
 *
 * @throws {Error} If a length, a field or a string is broken, a type is unknown, or a field is none of the schema.
 */
export function decodeProtobuf(body: Uint8Array): ProtoFamily[] {
  const reader = protobuf.Reader.create(body);
  const families: ProtoFamily[] = [];
  while (reader.pos < reader.len) {
    const length = reader.uint32();
    if (reader.pos + length > reader.len) throw new RangeError(`Cannot decode: ${length} bytes announced, fewer there`);
    const bytes = body.subarray(reader.pos, reader.pos + length);
    families.push(plain(MetricFamily.decode(innerReader(bytes))));
    reader.skip(length);
  }
  return families;
}

/** Turns protobuf's own JSON, as Go's library writes it, into the same plain objects. */
export function familyOfJson(json: unknown): ProtoFamily {
  return plain(MetricFamily.fromObject(withTimestamps(json) as Record<string, unknown>));
}

/** The length of a family counts for it alone, so it is read as a body of its own. */
function innerReader(bytes: Uint8Array): protobuf.Reader {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  return reader;
}

function plain(message: protobuf.Message): ProtoFamily {
  refuseUnknown(message);
  const family = MetricFamily.toObject(message, { longs: Number, enums: String });
  if (typeof family.type === "number") throw new RangeError(`Cannot decode "${family.name}": type is ${family.type}`);
  return family;
}

function refuseUnknown(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if ("$unknowns" in value) throw new TypeError("Cannot decode: there is a field that the schema lacks");
  Object.values(value).forEach(refuseUnknown);
}

/** JSON has moments as text, such as `2024-05-01T12:00:00.250Z`. */
function withTimestamps(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withTimestamps);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const isTime = /^(timestamp|createdTimestamp)$/.test(key) && typeof value === "string";
      return [key, isTime ? timestampOf(value) : withTimestamps(value)];
    }),
  );
}

function timestampOf(text: string): ProtoTimestamp {
  const [, whole, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(text)!;
  return { seconds: Date.parse(`${whole}Z`) / 1000, nanos: Number(fraction.padEnd(9, "0")) };
}
