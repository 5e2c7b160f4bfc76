import type { Snapshot } from "../model/family.ts";
import type { Dialect } from "./_dialect.ts";
import type { Naming } from "./_naming.ts";
import type { Output } from "./_output.ts";
import type { SeriesWriter } from "./_series.ts";

/** Where an encoder writes, and how that becomes a body. */
export interface Sink {
  /** Receives headers, and whatever else is written anew each time. */
  readonly output: Output;
  /** Writes the series of a family, and yields where other work may run. */
  series(snapshot: Snapshot, naming: Naming, dialect: Dialect): Generator<void, void, void>;
  /** What can be sent now; possibly nothing. */
  take(): Uint8Array<ArrayBuffer>[];
  /** What is left to send. */
  end(): Uint8Array<ArrayBuffer>[];
}

/** Families with fewer numbers cost less to write anew than to look after. */
const FEWEST_NUMBERS = 2048;

/** Whether it pays to remember what the series of a family said: when they are many, and say only what can be compared. */
export function isWorthRemembering({ family, column }: Snapshot, dialect: Dialect): boolean {
  return column.live * family.width >= FEWEST_NUMBERS && !dialect.createdSamples &&
    column.timestamps === undefined && column.exemplars === undefined;
}

/** Writes series and yields whenever the output has `limit` bytes. */
export function* writeAnew(write: SeriesWriter, limit: number): Generator<void, void, void> {
  for (let slot = write(0, limit); slot >= 0; slot = write(slot, limit)) yield;
}
