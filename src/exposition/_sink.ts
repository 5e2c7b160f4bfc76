import type { Snapshot } from "../model/family.ts";
import type { Dialect } from "./dialect.ts";
import type { Naming } from "./_naming.ts";
import type { Output } from "./_output.ts";
import type { SeriesWriter } from "./_series.ts";

/** Where an encoder writes, and how that becomes a body. */
export interface Sink {
  /** Receives headers, and whatever else is written anew each time. */
  readonly output: Output;
  /** Once the output has so many bytes, other work may run and {@link take} sends them. */
  readonly limit: number;
  /** Writes the series of a family whose text is remembered, and yields where other work may run. */
  series(snapshot: Snapshot, options: SeriesOptions): Generator<void, void, void>;
  /**
   * Writes series that are sent later, since their length stands before them, and yields where other work may run.
   *
   * @returns Their length, and what sends them and yields.
   */
  later(snapshot: Snapshot, options: LaterOptions): Generator<void, Later, void>;
  /** What can be sent now; possibly nothing. */
  take(): Uint8Array<ArrayBuffer>[];
  /** What is left to send. */
  end(): Uint8Array<ArrayBuffer>[];
}

/** How the series of a family are written as text. */
export interface SeriesOptions {
  readonly naming: Naming;
  readonly dialect: Dialect;
  /** Writes them to the sink's output. */
  readonly write: SeriesWriter;
}

/** How series are written that are sent later. */
export interface LaterOptions {
  /** Tells formats and namings apart. */
  readonly key: string;
  /** Whether what they say can be remembered. */
  readonly isRemembered: boolean;
  /** Creates their writer. */
  readonly createWriter: (output: Output) => SeriesWriter;
}

/** Series that wait to be sent. */
export interface Later {
  readonly length: number;
  send(): Generator<void, void, void>;
}

/** Families with fewer numbers cost less to write anew than to look after. */
const FEWEST_NUMBERS = 512;

/** Whether the series of a family are many. */
export function isLarge({ family, column }: Snapshot): boolean {
  return column.live * family.width >= FEWEST_NUMBERS;
}

/** Whether it pays to remember what the text of a family said. Texts do not look whether created times are the same. */
export function isTextRemembered(snapshot: Snapshot, dialect: Dialect): boolean {
  return isLarge(snapshot) && !dialect.createdSamples;
}

/** Writes series and yields whenever the output has `limit` bytes. */
export function* writeAnew(write: SeriesWriter, limit: number): Generator<void, void, void> {
  for (let slot = write(0, limit); slot >= 0; slot = write(slot, limit)) yield;
}
