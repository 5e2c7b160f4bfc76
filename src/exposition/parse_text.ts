import { Cursor, numberOf } from "./_cursor.ts";

/** The type of a family, in the words of text 0.0.4. */
export type ParsedType = "counter" | "gauge" | "histogram" | "summary" | "untyped";

/** A metric family as an exposition states it. */
export interface ParsedFamily {
  /** Full family name. */
  readonly name: string;
  /** Its type; `untyped` where no `TYPE` line states one. */
  readonly type: ParsedType;
  /** Its help, unescaped; absent without a `HELP` line. */
  readonly help?: string;
  /** Its samples in the order of the text; those of histograms and summaries one by one, under their own names. */
  readonly samples: readonly ParsedSample[];
}

/** One sample line. */
export interface ParsedSample {
  /** The name on the line, as in `rpc_seconds_bucket`. */
  readonly name: string;
  /** Labels in the order of the line, `le` and `quantile` among them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When it was measured, in milliseconds since the epoch. */
  readonly timestampMs?: number;
}

/**
 * Parses text 0.0.4, as strictly as Prometheus' own tools do: whatever this accepts, all of them accept.
 *
 * Beyond the grammar that means: the last line ends with a line feed; a family has one `HELP` and one `TYPE`, the latter
 * before its samples; no label appears twice; `le` and `quantile` are numbers; the counts of histograms and summaries are
 * not negative, nor are timestamps; the line of a sample does not end in blanks. Whether a series appears twice is not
 * checked. Takes time in proportion to the length of the text.
 *
 * @returns The families in the order in which the text names them first.
 * @throws {SyntaxError} Naming line and column of the first thing that is wrong.
 * @example A counter
 * ```ts
 * import { parseText } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseText('# TYPE jobs_total counter\njobs_total{queue="mail"} 3\n'), [{
 *   name: "jobs_total",
 *   type: "counter",
 *   samples: [{ name: "jobs_total", labels: { queue: "mail" }, value: 3 }],
 * }]);
 * ```
 */
export function parseText(text: string): ParsedFamily[] {
  return readText(new Cursor(text)).map(({ name, type, help, samples }) => ({
    name,
    type,
    ...(help === undefined ? {} : { help }),
    samples,
  }));
}

/** A family, and where in the text it is. */
export interface PlacedTextFamily extends ParsedFamily {
  /** Where the text names it first. */
  readonly at: number;
  /** Where each of its samples begins. */
  readonly places: readonly number[];
}

/** What {@link parseText} does, for those who have more to check. */
export function readText(cursor: Cursor): PlacedTextFamily[] {
  const families = new Families();
  while (!cursor.atEnd) readLine(cursor, families);
  return families.all();
}

function readLine(cursor: Cursor, families: Families): void {
  cursor.blanks();
  if (cursor.peek() === "#") readComment(cursor, families);
  else if (cursor.peek() !== "\n") readSample(cursor, families);
  cursor.endLine();
}

function readComment(cursor: Cursor, families: Families): void {
  cursor.skip("#");
  const isSpaced = cursor.blanks();
  const keyword = isSpaced ? cursor.match(KEYWORD) : "";
  if (keyword === "" || !cursor.blanks()) {
    cursor.restOfLine();
    return;
  }
  const nameAt = cursor.at;
  const name = cursor.peek() === '"' ? readQuoted(cursor) : cursor.match(METRIC_NAME);
  if (name === "") throw cursor.failure("a metric name");
  const family = families.described(name, nameAt);
  if (family === undefined) {
    throw cursor.failure(`another name, because it is a sample of metric "${families.of(name, nameAt).name}"`, nameAt);
  }
  if (keyword === "HELP") {
    if (family.help !== undefined) throw cursor.failure(`one HELP for metric "${name}", this is the second`, nameAt);
    family.help = readHelp(cursor);
    return;
  }
  if (!cursor.blank()) throw cursor.failure("a blank and a type");
  if (family.isTyped) throw cursor.failure(`one TYPE for metric "${name}", this is the second`, nameAt);
  if (family.samples.length > 0) throw cursor.failure(`TYPE of metric "${name}" before its samples`, nameAt);
  const typeAt = cursor.at;
  const type = cursor.match(WORD);
  if (!TYPES.has(type)) throw cursor.failure("counter, gauge, histogram, summary or untyped", typeAt);
  families.setType(family, type as ParsedType);
}

/** The help of a line whose name was just read: exactly one character separates the two. */
function readHelp(cursor: Cursor): string {
  if (cursor.peek() === "\n") return "";
  if (!cursor.blank()) throw cursor.failure("a blank after the metric name");
  const start = cursor.at;
  return unescaped(cursor, cursor.restOfLine(), { start, escapes: HELP_ESCAPES });
}

function readSample(cursor: Cursor, families: Families): void {
  const nameAt = cursor.at;
  let name = cursor.match(METRIC_NAME);
  cursor.blanks();
  const labels = new Map<string, string>();
  if (cursor.peek() === "{") {
    const quoted = readLabels(cursor, labels, name === "");
    if (quoted !== undefined) name = quoted;
  }
  if (name === "") throw cursor.failure("a metric name", nameAt);
  const family = families.of(name, nameAt);
  checkSample(cursor, { name, labels, family, at: nameAt });

  cursor.blanks();
  const valueAt = cursor.at;
  const value = numberOf(cursor.match(WORD));
  if (value === undefined) throw cursor.failure("a number", valueAt);
  if (value < 0 && isCount(family, name)) throw cursor.failure("a count of 0 or more", valueAt);

  const timestampMs = readTimestamp(cursor);
  family.places.push(nameAt);
  family.samples.push({
    name,
    labels: Object.fromEntries(labels),
    value,
    ...(timestampMs === undefined ? {} : { timestampMs }),
  });
}

function readTimestamp(cursor: Cursor): number | undefined {
  if (!cursor.blanks()) return undefined;
  const at = cursor.at;
  const word = cursor.match(WORD);
  const timestamp = word.length <= 19 && /^\d+$/.test(word) ? BigInt(word) : undefined;
  if (timestamp === undefined || BigInt.asIntN(64, timestamp) !== timestamp) {
    throw cursor.failure("a timestamp in whole milliseconds", at);
  }
  return Number(timestamp);
}

/** Reads `{...}`. Returns the metric's name where it stands among the labels, as names outside the old alphabet do. */
function readLabels(cursor: Cursor, labels: Map<string, string>, isNameless: boolean): string | undefined {
  let quotedName: string | undefined;
  cursor.skip("{");
  for (;;) {
    cursor.blanks();
    if (cursor.skip("}")) return quotedName;
    const at = cursor.at;
    const isQuoted = cursor.peek() === '"';
    const name = isQuoted ? readQuoted(cursor) : cursor.match(LABEL_NAME);
    if (name === "") throw cursor.failure("a label name or }", at);
    cursor.blanks();
    if (isQuoted && cursor.peek() !== "=" && isNameless) {
      if (quotedName !== undefined) throw cursor.failure("one metric name, this is the second", at);
      quotedName = name;
    } else {
      if (!cursor.skip("=")) throw cursor.failure("=");
      cursor.blanks();
      if (cursor.peek() !== '"') throw cursor.failure('"');
      if (labels.has(name)) throw cursor.failure(`label "${name}" once`, at);
      if (name === "__name__") throw cursor.failure('any other label than "__name__"', at);
      labels.set(name, readQuoted(cursor));
    }
    cursor.blanks();
    if (cursor.peek() !== "}" && !cursor.skip(",")) throw cursor.failure(", or }");
  }
}

function readQuoted(cursor: Cursor): string {
  cursor.skip('"');
  const start = cursor.at;
  const raw = cursor.restOfQuoted();
  if (!cursor.skip('"')) throw cursor.failure('"');
  return unescaped(cursor, raw, { start, escapes: LABEL_ESCAPES });
}

function unescaped(
  cursor: Cursor,
  raw: string,
  { start, escapes }: { start: number; escapes: Readonly<Record<string, string>> },
): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(/\\([^]?)/g, (_, letter: string, at: number) => {
    if (Object.hasOwn(escapes, letter)) return escapes[letter]!;
    throw cursor.failure(`one of ${Object.keys(escapes).map((known) => `\\${known}`).join(" ")}`, start + at);
  });
}

/** What the type of its family asks of a sample. */
function checkSample(
  cursor: Cursor,
  { name, labels, family, at }: { name: string; labels: ReadonlyMap<string, string>; family: Family; at: number },
): void {
  const bound = boundLabel(family, name);
  if (bound === "none") {
    throw cursor.failure(`${family.name}_bucket, ${family.name}_sum or ${family.name}_count of the histogram`, at);
  }
  if (bound === undefined) return;
  const text = labels.get(bound);
  if (text === undefined && hasBound(family, name)) throw cursor.failure(`a label "${bound}" on this sample`, at);
  if (text !== undefined && numberOf(text) === undefined) throw cursor.failure(`a number as label "${bound}"`, at);
}

/** The label that only a type's own samples may have. */
function boundLabel({ name: base, type }: Family, name: string): "le" | "quantile" | "none" | undefined {
  if (type === "histogram") return name === base ? "none" : "le";
  return type === "summary" ? "quantile" : undefined;
}

function hasBound({ name: base, type }: Family, name: string): boolean {
  return name === (type === "histogram" ? `${base}_bucket` : base);
}

function isCount({ name: base, type }: Family, name: string): boolean {
  if (type !== "histogram" && type !== "summary") return false;
  return name === `${base}_count` || name === `${base}_bucket`;
}

interface Family {
  readonly name: string;
  type: ParsedType;
  isTyped: boolean;
  help: string | undefined;
  readonly at: number;
  readonly samples: ParsedSample[];
  readonly places: number[];
}

/** The families so far, by their own names and by those of their samples. */
class Families {
  readonly #byName = new Map<string, Family>();
  readonly #bySample = new Map<string, Family>();

  /** The family that a sample of this name belongs to. */
  of(name: string, at: number): Family {
    return this.#byName.get(name) ?? this.#bySample.get(name) ?? this.#add(name, at);
  }

  /** The family of exactly this name, unless samples of that name belong to another. */
  described(name: string, at: number): Family | undefined {
    return this.#byName.get(name) ?? (this.#bySample.has(name) ? undefined : this.#add(name, at));
  }

  setType(family: Family, type: ParsedType): void {
    family.type = type;
    family.isTyped = true;
    for (const suffix of SUFFIXES[type] ?? []) this.#bySample.set(family.name + suffix, family);
  }

  all(): PlacedTextFamily[] {
    return [...this.#byName.values()];
  }

  #add(name: string, at: number): Family {
    const family: Family = { name, type: "untyped", isTyped: false, help: undefined, at, samples: [], places: [] };
    this.#byName.set(name, family);
    return family;
  }
}

const TYPES: ReadonlySet<string> = new Set(["counter", "gauge", "histogram", "summary", "untyped"]);
const SUFFIXES: Partial<Record<ParsedType, readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["_sum", "_count"],
};
const HELP_ESCAPES = { "\\": "\\", n: "\n" };
const LABEL_ESCAPES = { "\\": "\\", n: "\n", '"': '"' };
const KEYWORD = /(?:HELP|TYPE)(?=[ \t\n])/y;
const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const WORD = /[^ \t\n]+/y;
