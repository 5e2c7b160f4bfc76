import type { MetricType } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { type Cursor, numberOf } from "./_cursor.ts";
import { millisecondsOf, type OpenMetricsSample } from "./parse_open_metrics.ts";

/** A family as either grammar gives it. */
export interface PlacedFamily {
  /** The name in its metadata. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit?: string;
  readonly help?: string;
  readonly samples: readonly OpenMetricsSample[];
  /** Where the text names it first. */
  readonly at: number;
  /** Where each of its samples begins. */
  readonly places: readonly number[];
}

/** The samples of one label set. */
export interface ParsedSeries {
  /** The labels that all of its samples have. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where its first sample begins. */
  readonly at: number;
  /** When it was measured, as soon as a sample tells. */
  measured: { readonly timestampMs: number | undefined } | undefined;
  createdMs: number | undefined;
  /** By bound, quantile or state; the one sample of other types has no key. */
  readonly points: Map<number | string | undefined, ParsedPoint>;
  sum: number | undefined;
  count: number | undefined;
}

/** A sample that its key tells from the others of its series. */
export interface ParsedPoint {
  readonly value: number;
  readonly at: number;
  readonly exemplar: Exemplar | undefined;
}

/**
 * Puts the samples of a family together, by label set.
 *
 * @param options Whether the samples of a label set must follow each other.
 * @throws {SyntaxError} If a sample comes twice, or the samples of a series do not agree on when they were measured.
 */
export function gatherSeries(
  cursor: Cursor,
  family: PlacedFamily,
  options: { contiguous: boolean },
): ParsedSeries[] {
  const own = ownLabel(family);
  const byLabels = new Map<string, ParsedSeries>();
  let last: ParsedSeries | undefined;
  family.samples.forEach((sample, i) => {
    const at = family.places[i]!;
    const key = keyOf(sample.labels, own);
    let series = byLabels.get(key);
    if (series === undefined) {
      series = startSeries(sample, own, at);
      byLabels.set(key, series);
    } else if (options.contiguous && series !== last) {
      throw cursor.failure("all samples of one label set together", at);
    }
    add(cursor, { family, series, sample, at });
    last = series;
  });
  return [...byLabels.values()];
}

interface Addition {
  readonly family: PlacedFamily;
  readonly series: ParsedSeries;
  readonly sample: OpenMetricsSample;
  readonly at: number;
}

function add(cursor: Cursor, { family, series, sample, at }: Addition): void {
  const { value, timestampMs, exemplar } = sample;
  const role = ROLES[sample.name.slice(family.name.length)];
  // A created time is itself a time, and those who write it seldom say when it was measured.
  if (role !== "createdMs" || timestampMs !== undefined) checkTimestamp(cursor, series, { timestampMs, at });
  const own = ownLabel(family);
  const ownText = own !== undefined && Object.hasOwn(sample.labels, own) ? sample.labels[own] : undefined;
  if (role === undefined) {
    const key = ownText === undefined || family.type === "stateset" ? ownText : numberOf(ownText);
    if (series.points.has(key)) throw cursor.failure("each series once", at);
    series.points.set(key, { value, at, exemplar });
    return;
  }
  if (ownText !== undefined) throw cursor.failure(`no label "${own}" on this sample`, at);
  if (series[role] !== undefined) throw cursor.failure("each series once", at);
  series[role] = role === "createdMs" ? millisecondsOf(value) : value;
}

function checkTimestamp(
  cursor: Cursor,
  series: ParsedSeries,
  { timestampMs, at }: { timestampMs: number | undefined; at: number },
): void {
  series.measured ??= { timestampMs };
  const known = series.measured.timestampMs;
  if (timestampMs === known) return;
  if (timestampMs === undefined || known === undefined) {
    throw cursor.failure("a timestamp on all samples of a series or on none", at);
  }
  throw cursor.failure(
    timestampMs < known ? "timestamps that grow" : "one point of each series, because several cannot be kept",
    at,
  );
}

function startSeries({ labels }: OpenMetricsSample, own: string | undefined, at: number): ParsedSeries {
  const shared = own !== undefined && Object.hasOwn(labels, own)
    ? Object.fromEntries(Object.entries(labels).filter(([name]) => name !== own))
    : labels;
  return {
    labels: shared,
    at,
    measured: undefined,
    createdMs: undefined,
    points: new Map(),
    sum: undefined,
    count: undefined,
  };
}

/** The label that tells the samples of one series apart. */
function ownLabel({ name, type }: PlacedFamily): string | undefined {
  if (type === "histogram" || type === "gaugehistogram") return "le";
  if (type === "summary") return "quantile";
  return type === "stateset" ? name : undefined;
}

/** The same text for the same labels in any order; an empty label is an absent one. */
function keyOf(labels: Readonly<Record<string, string>>, own: string | undefined): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = "";
  for (const name of names) {
    const value = labels[name]!;
    if (name !== own && value !== "") key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** What a sample is to its series, by what its name adds to that of its family; all others are points. */
const ROLES: Readonly<Record<string, "createdMs" | "sum" | "count">> = {
  _created: "createdMs",
  _sum: "sum",
  _gsum: "sum",
  _count: "count",
  _gcount: "count",
};
