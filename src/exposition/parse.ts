import type { Description } from "../model/description.ts";
import type { Snapshot } from "../model/family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { Cursor } from "./_cursor.ts";
import { gatherSeries, type ParsedSeries, type PlacedFamily } from "./_parsed_series.ts";
import { numbersOf, type Shape, shapeOf } from "./_parsed_shape.ts";
import { readOpenMetrics } from "./parse_open_metrics.ts";
import { readText } from "./parse_text.ts";

/** The formats that can be parsed, by the `syntax` of what `negotiate` returns. */
export type ParsableSyntax = "text" | "openmetrics";

/** More families than any exporter has: only a hostile text names so many. */
const MOST_FAMILIES = 100_000;
/** More label names than the series of any family have together. */
const MOST_LABEL_NAMES = 10_000;
/** Series times label names that a family may take, unless its text is so long that this is no more than its labels, */
const MOST_CELLS = 10_000_000;
/** give or take. */
const MOST_CELLS_PER_LABEL = 16;

/**
 * Parses an exposition into families that can be encoded again, with the same meaning.
 *
 * It is strict. Text 0.0.4 and 1.0.0 must be what Prometheus' tools accept, see {@link parseText}; OpenMetrics 1.0 must be
 * what its specification says in full: suffixes, units, order, `+Inf`, whole and rising counts, exemplars, nothing
 * interleaved, `# EOF`. Beyond that a text is refused if it says something that families cannot hold: several points or
 * times in one series, a series that comes twice (an empty label is an absent one), a summary without its sum or count, or
 * a histogram without its sum. Names are not unescaped.
 *
 * A family whose series differ in their bounds, quantiles or states becomes several of the same name, next to each other;
 * labels that a series lacks stay absent. Takes time in proportion to the length of the text, whatever it is.
 *
 * @param text An exposition, decoded from UTF-8.
 * @param format What was negotiated, or its `syntax`.
 * @returns The families in the order in which the text names them first, those without samples included.
 * @throws {SyntaxError} Naming line and column of what is wrong.
 * @throws {TypeError} If the format is no text.
 * @example There and back
 * ```ts
 * import { encode, negotiate, parse } from "@exporterkit/core/exposition";
 * import assert from "node:assert/strict";
 *
 * const format = negotiate("application/openmetrics-text;version=1.0.0");
 * const text = '# TYPE jobs counter\n# HELP jobs Jobs done.\njobs_total{queue="mail"} 3.0\n# EOF\n';
 * const families = parse(text, format);
 * assert.equal(families[0]?.family.description.name, "jobs_total");
 * assert.equal(new TextDecoder().decode(encode(families, format)), text);
 * assert.throws(() => parse("jobs_total 3\n", format), /line 2, column 1: found the end of the text, expected # EOF$/);
 * ```
 */
export function parse(text: string, format: ParsableSyntax | { readonly syntax: string }): Snapshot[] {
  const syntax = typeof format === "string" ? format : format.syntax;
  if (syntax !== "text" && syntax !== "openmetrics") {
    throw new TypeError(`Cannot parse exposition: its syntax is "${syntax}", expected "text" or "openmetrics"`);
  }
  const isOpenMetrics = syntax === "openmetrics";
  const cursor = new Cursor(text);
  const placed = isOpenMetrics ? readOpenMetrics(cursor) : readText(cursor).map(placedText);
  const groups: Group[] = [];
  for (const family of placed) {
    for (const group of groupByShape(cursor, family, isOpenMetrics)) groups.push(group);
    if (groups.length > MOST_FAMILIES) throw cursor.failure(`${MOST_FAMILIES} families at most`, family.at);
  }
  const families = groups.map((group) => build(cursor, group, isOpenMetrics));
  return families.map((family) => family.pin());
}

function placedText({ type, ...family }: ReturnType<typeof readText>[number]): PlacedFamily {
  return { ...family, type: type === "untyped" ? "unknown" : type };
}

/** Series of one family that fit into the same columns. */
interface Group {
  readonly family: PlacedFamily;
  readonly shape: Shape;
  readonly series: ParsedSeries[];
}

function groupByShape(cursor: Cursor, family: PlacedFamily, isOpenMetrics: boolean): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const series of gatherSeries(cursor, family, { contiguous: isOpenMetrics })) {
    const { shape, key } = shapeOf(cursor, { family, series, isOpenMetrics });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { family, shape, series: [series] });
    else group.series.push(series);
  }
  return groups.size > 0 ? groups.values() : [{ family, shape: {}, series: [] }];
}

function build(cursor: Cursor, { family, shape, series }: Group, isOpenMetrics: boolean): HeldFamily {
  const name = isOpenMetrics ? family.name + (METADATA_LACKS[family.type] ?? "") : family.name;
  const { labelNames, sparse } = labelsOf(cursor, family, series);
  // Nobody but the text knows when the counting began.
  const held = new HeldFamily(describe({ ...family, name }, shape, labelNames), { sparse, now: () => NaN });
  const { writer, width } = held;
  for (const one of series) {
    const { numbers, exemplars } = numbersOf(cursor, { series: one, shape });
    const slot = writer.slot(one.labels);
    writer.values.set(numbers, slot * width);
    const timestampMs = one.measured?.timestampMs;
    if (timestampMs !== undefined) writer.setTimestamp(slot, timestampMs);
    if (one.createdMs !== undefined) writer.setCreated(slot, one.createdMs);
    for (const [position, exemplar] of exemplars) writer.setExemplar(slot * width + position, exemplar);
  }
  return held;
}

/** The label names of all series in the order in which they appear. */
function labelsOf(
  cursor: Cursor,
  { at }: PlacedFamily,
  series: readonly ParsedSeries[],
): { labelNames: readonly string[]; sparse: boolean } {
  const names = new Set<string>();
  let labels = 0;
  for (const one of series) {
    for (const name of Object.keys(one.labels)) {
      names.add(name);
      labels++;
    }
  }
  const cells = names.size * series.length;
  if (names.size > MOST_LABEL_NAMES || (cells > MOST_CELLS && cells > MOST_CELLS_PER_LABEL * labels)) {
    throw cursor.failure("series of one metric that have most of their labels in common", at);
  }
  return { labelNames: [...names], sparse: labels < cells };
}

function describe(
  { name, type, help = "", unit }: PlacedFamily,
  shape: Shape,
  labelNames: readonly string[],
): Description {
  const common = { help, labelNames, ...(unit === undefined ? {} : { unit }) };
  const { buckets = [], quantiles = [], states = [] } = shape;
  switch (type) {
    case "histogram":
    case "gaugehistogram":
      return { type, name, ...common, buckets };
    case "summary":
      return { type, name, ...common, quantiles };
    case "stateset":
      return { type, name, ...common, states };
    default:
      return { type, name, ...common };
  }
}

/** What OpenMetrics leaves out of a family's name in its metadata. */
const METADATA_LACKS: Partial<Record<Description["type"], string>> = { counter: "_total", info: "_info" };
