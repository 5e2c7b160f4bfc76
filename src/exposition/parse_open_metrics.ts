import type { MetricType } from "../model/description.ts";
import { type Exemplar, exemplarCharacters, MAX_EXEMPLAR_CHARACTERS } from "../model/exemplar.ts";
import { type Cursor, numberOf } from "./_cursor.ts";
import type { ParsedSample } from "./parse_text.ts";

/** A metric family as OpenMetrics states it, and where in the text it is. */
export interface OpenMetricsFamily {
  /** The name in its metadata: without the `_total` of a counter and the `_info` of an info. */
  readonly name: string;
  /** Its type; `unknown` where no `TYPE` line states one. */
  readonly type: MetricType;
  /** Its unit; absent without a `UNIT` line, and with an empty one. */
  readonly unit?: string;
  /** Its help, unescaped; absent without a `HELP` line, and with an empty one. */
  readonly help?: string;
  /** Its samples in the order of the text. */
  readonly samples: readonly OpenMetricsSample[];
  /** Where the text names it first. */
  readonly at: number;
  /** Where each of its samples begins. */
  readonly places: readonly number[];
}

/** One sample line. */
export interface OpenMetricsSample extends ParsedSample {
  readonly exemplar?: Exemplar;
}

/**
 * Reads OpenMetrics 1.0 text as strictly as its specification puts it, line by line: the grammar, what a type asks of each
 * of its samples, and that no two families share a name. What the samples of one series owe each other is for others.
 *
 * @returns The families in the order of the text.
 * @throws {SyntaxError} Naming line and column of the first thing that is wrong.
 */
export function readOpenMetrics(cursor: Cursor): OpenMetricsFamily[] {
  const families = new Families(cursor);
  for (;;) {
    const at = cursor.at;
    if (!cursor.skip("#")) {
      if (cursor.atEnd) throw cursor.failure("# EOF");
      readSample(cursor, families);
      cursor.endLine();
      continue;
    }
    const keyword = cursor.match(KEYWORD);
    if (keyword === "") throw cursor.failure("# TYPE, # UNIT, # HELP or # EOF", at);
    if (keyword === " EOF") break;
    readMetadata(cursor, keyword.slice(1, -1), families);
    cursor.endLine();
  }
  cursor.skip("\n");
  if (!cursor.atEnd) throw cursor.failure("nothing after # EOF");
  return families.all;
}

function readMetadata(cursor: Cursor, keyword: string, families: Families): void {
  const nameAt = cursor.at;
  const name = cursor.peek() === '"' ? readQuoted(cursor) : cursor.match(METRIC_NAME);
  if (name === "") throw cursor.failure("a metric name");
  const family = families.described(name, nameAt);
  if (family.stated.has(keyword)) {
    throw cursor.failure(`one ${keyword} for metric "${name}", this is the second`, nameAt);
  }
  family.stated.add(keyword);
  if (!cursor.skip(" ")) throw cursor.failure("one space after the metric name");
  const at = cursor.at;
  if (keyword === "HELP") {
    family.help = readHelp(cursor) || undefined;
    return;
  }
  if (keyword === "TYPE") {
    const type = cursor.match(WORD);
    if (!Object.hasOwn(SUFFIXES, type)) throw cursor.failure(`one of ${Object.keys(SUFFIXES).join(", ")}`, at);
    families.setType(family, type as MetricType, nameAt);
  } else {
    family.unit = cursor.match(UNIT) || undefined;
    if (family.unit !== undefined && !name.endsWith(`_${family.unit}`)) {
      throw cursor.failure(`a unit that the name of metric "${name}" ends with, after an underscore`, at);
    }
  }
  if (family.unit !== undefined && (family.type === "info" || family.type === "stateset")) {
    throw cursor.failure(`no unit, because metric "${name}" is of type ${family.type}`, at);
  }
}

/** OpenMetrics 1.0, "ABNF": a help escapes the double quote too, and a backslash is never its last character. */
function readHelp(cursor: Cursor): string {
  const raw = cursor.restOfQuoted();
  if (cursor.peek() === '"') throw cursor.failure('\\" in a help');
  if (endsInEscape(raw)) throw cursor.failure("an escaped character");
  return unescaped(raw);
}

function endsInEscape(raw: string): boolean {
  let backslashes = 0;
  while (raw.at(-1 - backslashes) === "\\") backslashes++;
  return backslashes % 2 === 1;
}

function readSample(cursor: Cursor, families: Families): void {
  const at = cursor.at;
  let name = cursor.match(METRIC_NAME);
  let labels: Record<string, string> = {};
  if (cursor.peek() === "{") {
    const read = readLabels(cursor, { mayName: name === "" });
    labels = read.labels;
    name = read.name ?? name;
  }
  if (name === "") throw cursor.failure("a metric name, # TYPE, # UNIT, # HELP or # EOF", at);
  const family = families.of(name, at);
  if (!cursor.skip(" ")) throw cursor.failure("one space and a number");
  const valueAt = cursor.at;
  const value = readNumber(cursor);
  const fits = new SampleCheck(cursor, family, { name, labels, value, at, valueAt });
  fits.check();
  const timestampMs = cursor.match(BEFORE_TIMESTAMP) === "" ? undefined : readTimestamp(cursor);
  const exemplarAt = cursor.at;
  const exemplar = cursor.match(BEFORE_EXEMPLAR) === "" ? undefined : readExemplar(cursor);
  if (exemplar !== undefined) fits.checkExemplar(exemplar, exemplarAt + 1);
  family.places.push(at);
  family.samples.push({
    name,
    labels,
    value,
    ...(timestampMs === undefined ? {} : { timestampMs }),
    ...(exemplar === undefined ? {} : { exemplar }),
  });
}

function readExemplar(cursor: Cursor): Exemplar {
  if (cursor.peek() !== "{") throw cursor.failure("{ and the labels of an exemplar");
  const { labels } = readLabels(cursor, { mayName: false });
  if (!cursor.skip(" ")) throw cursor.failure("one space and the value of the exemplar");
  const value = readNumber(cursor);
  if (cursor.match(BEFORE_TIMESTAMP) === "") return { labels, value };
  return { labels, value, timestampMs: readTimestamp(cursor) };
}

function readNumber(cursor: Cursor): number {
  const at = cursor.at;
  const value = numberOf(cursor.match(WORD));
  if (value === undefined) throw cursor.failure("a number", at);
  return value;
}

function readTimestamp(cursor: Cursor): number {
  const at = cursor.at;
  const milliseconds = millisecondsOf(readNumber(cursor));
  if (!Number.isFinite(milliseconds)) throw cursor.failure("a timestamp in seconds", at);
  return milliseconds;
}

/** A time in seconds as milliseconds; whole ones stay whole, whatever the division by a thousand made of them. */
export function millisecondsOf(seconds: number): number {
  const whole = Math.round(seconds * 1000);
  return whole / 1000 === seconds ? whole : seconds * 1000;
}

/** Reads `{...}`, and the metric's name where it stands among the labels and may. */
function readLabels(
  cursor: Cursor,
  { mayName }: { mayName: boolean },
): { labels: Record<string, string>; name: string | undefined } {
  const labels = new Map<string, string>();
  let metric: string | undefined;
  cursor.skip("{");
  while (!cursor.skip("}")) {
    if (labels.size > 0 || metric !== undefined) {
      if (!cursor.skip(",")) throw cursor.failure(", or }");
    }
    const at = cursor.at;
    const isQuoted = cursor.peek() === '"';
    const name = isQuoted ? readQuoted(cursor) : cursor.match(LABEL_NAME);
    if (name === "") throw cursor.failure("a label name", at);
    if (isQuoted && mayName && cursor.peek() !== "=") {
      if (metric !== undefined) throw cursor.failure("one metric name, this is the second", at);
      metric = name;
      continue;
    }
    if (!cursor.skip("=")) throw cursor.failure("=");
    if (cursor.peek() !== '"') throw cursor.failure('"');
    if (labels.has(name)) throw cursor.failure(`label "${name}" once`, at);
    if (name === "__name__") throw cursor.failure('any other label than "__name__"', at);
    labels.set(name, readQuoted(cursor));
  }
  return { labels: Object.fromEntries(labels), name: metric };
}

function readQuoted(cursor: Cursor): string {
  cursor.skip('"');
  const raw = cursor.restOfQuoted();
  if (!cursor.skip('"')) throw cursor.failure('"');
  return unescaped(raw);
}

/** A backslash before any other character stands for itself (OpenMetrics 1.0, "ABNF"). */
function unescaped(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(/\\([\\n"])/g, (_, letter: string) => letter === "n" ? "\n" : letter);
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: number;
  readonly valueAt: number;
}

/** What a type asks of each sample (OpenMetrics 1.0, "Metric Types"). */
class SampleCheck {
  readonly #cursor: Cursor;
  readonly #family: Family;
  readonly #sample: Sample;
  readonly #suffix: string;

  constructor(cursor: Cursor, family: Family, sample: Sample) {
    this.#cursor = cursor;
    this.#family = family;
    this.#sample = sample;
    this.#suffix = sample.name.slice(family.name.length);
  }

  check(): void {
    const { type, name } = this.#family;
    const { value } = this.#sample;
    const suffix = this.#suffix;
    if (suffix === "_created") return this.#expectValue(Number.isFinite(value), "a time in seconds");
    switch (type) {
      case "counter":
        return this.#expectValue(value >= 0, "a total of 0 or more");
      case "info":
        return this.#expectValue(value === 1, "1, the value of every info");
      case "stateset":
        this.#ownLabel(name, true);
        return this.#expectValue(value === 0 || value === 1, "0 or 1");
      case "summary": {
        const quantile = this.#ownLabel("quantile", suffix === "");
        if (quantile === undefined) return this.#checkTotal();
        this.#expect(isBetween0And1(quantile), 'a number from 0 to 1 as label "quantile"');
        return this.#expectValue(!(value < 0), "a quantile of 0 or more, or NaN");
      }
      case "histogram":
      case "gaugehistogram": {
        const bound = this.#ownLabel("le", suffix === "_bucket");
        if (bound === undefined) return this.#checkTotal();
        const number = numberOf(bound);
        this.#expect(number !== undefined && !Number.isNaN(number), 'a number as label "le"');
        this.#expect(number !== Infinity || bound === "+Inf", '"+Inf" as label "le" of the last bucket');
        return this.#expectValue(isCount(value), "a count: a whole number of 0 or more");
      }
    }
  }

  checkExemplar({ labels }: Exemplar, at: number): void {
    const suffix = this.#suffix;
    if (suffix !== "_bucket" && suffix !== "_total") {
      throw this.#cursor.failure("no exemplar: only buckets and the totals of counters have one", at);
    }
    if (exemplarCharacters(labels) > MAX_EXEMPLAR_CHARACTERS) {
      throw this.#cursor.failure(`an exemplar whose labels have ${MAX_EXEMPLAR_CHARACTERS} characters at most`, at);
    }
  }

  #checkTotal(): void {
    const { value } = this.#sample;
    if (this.#suffix === "_count" || this.#suffix === "_gcount") {
      this.#expectValue(isCount(value), "a count: a whole number of 0 or more");
    } else if (this.#suffix === "_gsum") {
      this.#expectValue(!Number.isNaN(value), "a sum");
    } else {
      this.#expectValue(value >= 0, "a sum of 0 or more");
    }
  }

  /** The value of the label that a type writes itself; no other of its samples has it. */
  #ownLabel(label: string, isOwn: boolean): string | undefined {
    const text = Object.hasOwn(this.#sample.labels, label) ? this.#sample.labels[label] : undefined;
    if (isOwn) this.#expect(text !== undefined, `a label "${label}" on this sample`);
    else this.#expect(text === undefined, `no label "${label}" on this sample`);
    return text;
  }

  #expect(isFine: boolean, what: string): void {
    if (!isFine) throw this.#cursor.failure(what, this.#sample.at);
  }

  #expectValue(isFine: boolean, what: string): void {
    if (!isFine) throw this.#cursor.failure(what, this.#sample.valueAt);
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function isBetween0And1(text: string): boolean {
  const number = numberOf(text);
  return number !== undefined && number >= 0 && number <= 1;
}

interface Family {
  readonly name: string;
  type: MetricType;
  unit?: string;
  help?: string;
  readonly at: number;
  readonly samples: OpenMetricsSample[];
  readonly places: number[];
  /** The metadata lines that were read. */
  readonly stated: Set<string>;
}

/** The families so far. Each has its lines together, and no name that another one may use. */
class Families {
  readonly all: Family[] = [];
  readonly #cursor: Cursor;
  /** The family that a name belongs to, be it its own name or that of a sample it may have. */
  readonly #owners = new Map<string, Family>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The family that a metadata line is about. */
  described(name: string, at: number): Family {
    const current = this.all.at(-1);
    if (current?.name !== name) return this.#open(name, at);
    if (current.samples.length > 0) throw this.#cursor.failure(`metadata of metric "${name}" before its samples`, at);
    return current;
  }

  /** The family of a sample. */
  of(name: string, at: number): Family {
    const current = this.all.at(-1);
    if (current !== undefined && name.startsWith(current.name)) {
      const suffixes = SUFFIXES[current.type];
      if (suffixes.includes(name.slice(current.name.length))) return current;
      if (name === current.name) {
        const names = suffixes.map((suffix) => name + suffix);
        throw this.#cursor.failure(`a sample of the ${current.type}: ${names.join(", ")}`, at);
      }
    }
    return this.#open(name, at);
  }

  setType(family: Family, type: MetricType, at: number): void {
    family.type = type;
    for (const suffix of SUFFIXES[type]) {
      if (suffix !== "") this.#claim(family.name + suffix, family, at);
    }
  }

  #open(name: string, at: number): Family {
    const family: Family = { name, type: "unknown", at, samples: [], places: [], stated: new Set() };
    this.#claim(name, family, at);
    this.all.push(family);
    return family;
  }

  #claim(name: string, family: Family, at: number): void {
    const owner = this.#owners.get(name);
    if (owner !== undefined) {
      throw this.#cursor.failure(`all lines of metric "${owner.name}" together, and nothing else called "${name}"`, at);
    }
    this.#owners.set(name, family);
  }
}

/** What the names of a type's samples add to the name of their family. */
const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  stateset: [""],
  info: ["_info"],
  summary: ["", "_count", "_sum", "_created"],
  unknown: [""],
};
const KEYWORD = / (?:(?:TYPE|UNIT|HELP) |EOF)/y;
const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const UNIT = /[a-zA-Z0-9_:]*/y;
const WORD = /[^ \n]+/y;
const BEFORE_TIMESTAMP = / (?!#)/y;
const BEFORE_EXEMPLAR = / # /y;
