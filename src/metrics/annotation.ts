import type { Description } from "../model/description.ts";
import { type Exemplar, exemplarCharacters, MAX_EXEMPLAR_CHARACTERS } from "../model/exemplar.ts";
import { isLabelName } from "../model/names.ts";
import type { Writer } from "../model/writer.ts";
import { checkNumber, describe, show } from "./instrument.ts";

/** What a caller can say about a value that an upstream measured. */
export interface SampleOptions {
  /** When the upstream measured it, in milliseconds since the epoch. @default none, so that the scraper's time counts */
  readonly timestampMs?: number;
}

/** What a caller can say about an absolute value that an upstream counted. */
export interface AbsoluteOptions extends SampleOptions {
  /** When the upstream began to count, in milliseconds since the epoch. */
  readonly createdMs?: number;
}

/** What a caller can say about a total that an upstream counted. */
export interface TotalOptions extends AbsoluteOptions {
  /** One of the things that were counted. */
  readonly exemplar?: Exemplar;
}

/** What a caller can say about something that is counted here. */
export interface ObservationOptions {
  /** What leads to it, such as `{ trace_id }`: the labels of an exemplar. */
  readonly exemplar?: Readonly<Record<string, string>>;
}

/** The options of an absolute value, checked before anything is written. */
export function checkedOptions(description: Description, options: unknown): TotalOptions {
  const { createdMs, timestampMs, exemplar } = (options ?? {}) as TotalOptions;
  if (createdMs !== undefined) checkTime(description, "createdMs", createdMs);
  if (timestampMs !== undefined) checkTime(description, "timestampMs", timestampMs);
  return {
    createdMs,
    timestampMs,
    exemplar: exemplar === undefined ? undefined : checkedExemplar(description, exemplar),
  };
}

/** Writes what was said about a series. */
export function annotate(writer: Writer, slot: number, { createdMs, timestampMs, exemplar }: TotalOptions): void {
  if (createdMs !== undefined) writer.setCreated(slot, createdMs);
  if (timestampMs !== undefined) writer.setTimestamp(slot, timestampMs);
  if (exemplar !== undefined) writer.setExemplar(slot * writer.family.width, exemplar);
}

/** The exemplar of something that is counted now. */
export function exemplarOf(writer: Writer, value: number, options: unknown): Exemplar | undefined {
  const { exemplar } = (options ?? {}) as ObservationOptions;
  if (exemplar === undefined) return undefined;
  const { description, now } = writer.family;
  return checkedExemplar(description, { labels: exemplar, value, timestampMs: now() });
}

/**
 * Checks an exemplar and takes a copy of it.
 *
 * @throws {TypeError} If a label is no string or has no valid name, or a number is none.
 * @throws {RangeError} If the labels are longer than OpenMetrics allows.
 */
export function checkedExemplar(description: Description, { labels, value, timestampMs }: Exemplar): Exemplar {
  for (const [name, text] of Object.entries(labels)) {
    if (!isLabelName(name) || typeof text !== "string") {
      throw new TypeError(
        `Cannot give ${describe(description)} an exemplar: label "${name}" is ${
          show(text)
        }, expected names and strings`,
      );
    }
  }
  const characters = exemplarCharacters(labels);
  if (characters > MAX_EXEMPLAR_CHARACTERS) {
    throw new RangeError(
      `Cannot give ${describe(description)} an exemplar: its labels have ${characters} characters, ` +
        `expected ${MAX_EXEMPLAR_CHARACTERS} at most`,
    );
  }
  checkNumber(description, "exemplar", value);
  if (timestampMs !== undefined) checkTime(description, "exemplar's timestampMs", timestampMs);
  return { labels: { ...labels }, value, ...(timestampMs === undefined ? {} : { timestampMs }) };
}

function checkTime(description: Description, what: string, timeMs: unknown): void {
  checkNumber(description, what, timeMs);
  if (!Number.isFinite(timeMs)) {
    throw new RangeError(
      `Cannot set ${describe(description)}: ${what} is ${timeMs}, expected milliseconds since the epoch`,
    );
  }
}
