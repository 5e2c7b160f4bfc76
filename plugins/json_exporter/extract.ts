import type { ModuleFamily, Source } from "./families.ts";
import { type Json, textOf } from "./json.ts";
import { UnreadableError } from "./json_path.ts";
import { numberOf } from "./number.ts";

/** A sample of a family. */
export interface Sample {
  /** Labels that have a value. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** In milliseconds since the epoch. */
  readonly timestampMs: number | undefined;
}

/** What a document gives to a family. */
export interface Extracted {
  readonly family: ModuleFamily;
  readonly samples: readonly Sample[];
  /** What could not be read, one text for each time. */
  readonly problems: readonly string[];
}

/** Timestamps before 1973 are seconds that somebody took for milliseconds. */
const EARLIEST_MS = 1e11;

/** Reads the samples of families out of a document. A `null` in place of a value is no sample, and no problem. */
export function extract(families: readonly ModuleFamily[], document: Json): Extracted[] {
  return families.map((family) => {
    const problems: string[] = [];
    const samples: Sample[] = [];
    const seen = new Set<string>();
    for (const source of family.sources) {
      for (const object of objectsOf(source, document, problems)) {
        const read = attempt(() => sampleOf(family, source, object), problems);
        if (read === undefined) continue;
        const timestampMs = attempt(() => timestampOf(source, object), problems);
        const sample = { ...read, timestampMs };
        const key = JSON.stringify(family.labelNames.map((name) => sample.labels[name] ?? ""));
        if (seen.has(key)) problems.push(`there are two samples with the labels ${JSON.stringify(sample.labels)}`);
        else {
          seen.add(key);
          samples.push(sample);
        }
      }
    }
    return { family, samples, problems };
  });
}

function objectsOf({ objects }: Source, document: Json, problems: string[]): readonly Json[] {
  if (objects === undefined) return [document];
  return attempt(() => objects.values(document), problems) ?? [];
}

function sampleOf(
  { type }: ModuleFamily,
  source: Source,
  object: Json,
): Pick<Sample, "labels" | "value"> | undefined {
  const found = source.value.value(object);
  if (found === null) return undefined;
  const value = numberOf(found);
  if (value === undefined) throw new UnreadableError(`${shortened(textOf(found))} is no number`);
  if (type === "counter" && !(value >= 0)) throw new UnreadableError(`${value} is no count`);
  const labels: Record<string, string> = {};
  for (const [name, path] of source.labels) {
    const text = labelOf(() => path.text(object));
    if (text !== "") labels[name] = text;
  }
  return { labels, value };
}

/** What a label is made from may be missing: the series then lacks it. */
function labelOf(text: () => string): string {
  try {
    return text();
  } catch (error) {
    if (error instanceof UnreadableError) return "";
    throw error;
  }
}

function timestampOf({ timestamp }: Source, object: Json): number | undefined {
  if (timestamp === undefined) return undefined;
  const found = timestamp.value(object);
  const value = typeof found === "string" && /^-?\d+$/.test(found) ? Number(found) : found;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new UnreadableError(`${shortened(textOf(found))} is no timestamp`);
  }
  if (value < EARLIEST_MS) throw new UnreadableError(`timestamp ${value} is before 1973, expected milliseconds`);
  return value;
}

function attempt<Value>(read: () => Value, problems: string[]): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
