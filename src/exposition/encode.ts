import type { Snapshot } from "../model/family.ts";
import { dialectOf } from "./_dialects.ts";
import type { Dialect } from "./dialect.ts";
import { familyTextOf } from "./_family_text.ts";
import { namerOf } from "./_naming.ts";
import { FIRST_BYTES, Output } from "./_output.ts";
import { PlainSink } from "./_plain_sink.ts";
import { writeProtobuf } from "./_protobuf.ts";
import { seriesWriter, writeBareLine } from "./_series.ts";
import { isTextRemembered, type Sink } from "./_sink.ts";
import type { Gzip } from "./gzip.ts";
import type { Escaping, Format } from "./negotiate.ts";

/** What an encoder is asked beyond the format. */
export interface EncodeOptions {
  /** Whether OpenMetrics shows `_created` samples; Prometheus stores each as a series of its own. @default false */
  readonly createdSamples?: boolean;
}

/** What {@link encodeChunks} is asked beyond that. */
export interface EncodeChunksOptions extends EncodeOptions {
  /** Makes the body one gzip member. @default the body is not compressed */
  readonly gzip?: Gzip;
}

const CHUNK_BYTES = 65_536;
/** What the last encoding in one piece took, and some: the next one seldom has to grow. */
let expectedBytes = FIRST_BYTES;

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
 * const body = encode(registry.snapshots(), negotiate("application/openmetrics-text;version=1.0.0"));
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
  const output = new Output(expectedBytes);
  for (const _ of write([...snapshots], format, options, new PlainSink(output, Infinity)));
  expectedBytes = Math.max(FIRST_BYTES, output.length + output.length / 8);
  return output.written();
}

/**
 * Encodes families in chunks of about 64 KiB, some of them empty, so that a caller can let other work run in between, and
 * releases their snapshots when it is done or given up. A generator that is never asked for its first chunk releases
 * nothing.
 *
 * @param snapshots What a registry gathered.
 * @param format What was negotiated.
 * @returns The body in pieces, UTF-8; their bytes stay as they are.
 * @example A body as a stream
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { encodeChunks, negotiate } from "@exporterkit/core/exposition";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * registry.add(gauge("queue_length", "Jobs waiting.")).set(3);
 * const format = negotiate(null);
 * const body = ReadableStream.from(encodeChunks(registry.snapshots(), format));
 * const response = new Response(body, { headers: { "Content-Type": format.contentType } });
 * assert.match(await response.text(), /^queue_length 3$/m);
 * ```
 */
export function* encodeChunks(
  snapshots: Iterable<Snapshot>,
  format: Format,
  options: EncodeChunksOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const sink = options.gzip?.createSink() ?? new PlainSink(new Output(), CHUNK_BYTES);
  yield* inChunks(write([...snapshots], format, options, sink), sink);
}

/**
 * Encodes families in a text format of the caller's, in chunks as {@link encodeChunks} does, and releases their snapshots.
 * Names are written as they are.
 */
export function* encodeInDialect(
  snapshots: readonly Snapshot[],
  dialect: Dialect,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const sink = new PlainSink(new Output(), CHUNK_BYTES);
  const writing = writeText(snapshots, { dialect, escaping: "allow-utf-8" }, sink);
  yield* inChunks(releasing(snapshots, writing), sink);
}

/** A chunk for nobody but those who want to know whether other work has waited. */
const NOTHING = new Uint8Array(0);

/** What a sink has whenever other work may run, possibly nothing. */
function* inChunks(
  writing: Generator<void, void, void>,
  sink: Sink,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  for (const _ of writing) {
    const chunks = sink.take();
    if (chunks.length > 0) yield* chunks;
    else yield NOTHING;
  }
  yield* sink.end();
}

/** Writes all families, yields where other work may run, and releases the snapshots. */
function write(
  snapshots: readonly Snapshot[],
  format: Format,
  options: EncodeOptions,
  sink: Sink,
): Generator<void, void, void> {
  const { syntax, escaping } = format;
  return releasing(
    snapshots,
    syntax === "protobuf"
      ? writeProtobuf(snapshots, escaping, sink)
      : writeText(snapshots, { dialect: dialectOf(format, options), escaping }, sink),
  );
}

function* releasing(snapshots: readonly Snapshot[], writing: Generator<void, void, void>): Generator<void, void, void> {
  try {
    yield* writing;
  } finally {
    snapshots.forEach((snapshot) => snapshot.release());
  }
}

/** Writes all families as text. Consecutive families of one name share a header. */
function* writeText(
  snapshots: readonly Snapshot[],
  { dialect, escaping }: { dialect: Dialect; escaping: Escaping },
  sink: Sink,
): Generator<void, void, void> {
  const { output, limit } = sink;
  const { separator = "", showsEmpty = false } = dialect;
  const namer = namerOf(escaping, snapshots.map(({ family }) => family.description));
  let last: string | undefined;
  for (const snapshot of snapshots) {
    if (snapshot.column.live === 0 && !showsEmpty) continue;
    const { description } = snapshot.family;
    const naming = namer.name(description);
    const text = familyTextOf(description, naming, dialect);
    if (description.name !== last) {
      if (last !== undefined && separator !== "") output.text(separator);
      output.append(text.header);
    }
    last = description.name;
    if (writeBareLine(snapshot, text, { dialect, output })) {
      if (output.length >= limit) yield;
      continue;
    }
    const write = seriesWriter(snapshot, naming, dialect, output);
    if (isTextRemembered(snapshot, dialect)) {
      yield* sink.series(snapshot, { write, naming, dialect });
      continue;
    }
    for (let slot = write(0, limit); slot >= 0; slot = write(slot, limit)) yield;
  }
  output.text(dialect.end);
}
