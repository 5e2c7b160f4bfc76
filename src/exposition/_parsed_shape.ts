import type { Exemplar } from "../model/exemplar.ts";
import type { Cursor } from "./_cursor.ts";
import type { ParsedPoint, ParsedSeries, PlacedFamily } from "./_parsed_series.ts";

/** What the series of one family have in common beside its name, type, unit and help. */
export interface Shape {
  /** Upper bounds of buckets, ascending, without `+Inf`. */
  readonly buckets?: readonly number[];
  readonly quantiles?: readonly number[];
  readonly states?: readonly string[];
}

/** A series as a column keeps it. */
export interface ColumnSeries {
  readonly numbers: readonly number[];
  /** By position in `numbers`. */
  readonly exemplars: readonly (readonly [position: number, exemplar: Exemplar])[];
}

/**
 * The shape of a series, and a text that series of the same shape share.
 *
 * @param options Whether the rules of OpenMetrics hold.
 * @throws {SyntaxError} If its samples do not make up a whole series of their type.
 */
export function shapeOf(
  cursor: Cursor,
  { family, series, isOpenMetrics }: { family: PlacedFamily; series: ParsedSeries; isOpenMetrics: boolean },
): { shape: Shape; key: string } {
  switch (family.type) {
    case "histogram":
    case "gaugehistogram": {
      if (isOpenMetrics) checkHistogram(cursor, family, series);
      if (series.sum === undefined) throw missing(cursor, family, series);
      const bounds = [...series.points.keys()] as number[];
      const buckets = bounds.filter((bound) => bound !== Infinity).sort((a, b) => a - b);
      if (buckets.some(Number.isNaN)) throw cursor.failure('bounds as labels "le"', series.at);
      return { shape: { buckets }, key: buckets.join() };
    }
    case "summary": {
      if (series.sum === undefined || series.count === undefined) throw missing(cursor, family, series);
      const quantiles = [...series.points.keys()] as number[];
      return { shape: { quantiles }, key: quantiles.toSorted((a, b) => a - b).join() };
    }
    case "stateset": {
      const states = [...series.points.keys()] as string[];
      return { shape: { states }, key: JSON.stringify(states.toSorted()) };
    }
    default:
      if (series.points.size === 0) throw cursor.failure(`a sample "${family.name}_total" of this series`, series.at);
      return { shape: {}, key: "" };
  }
}

/** The numbers of a series in the order of its shape. */
export function numbersOf(
  cursor: Cursor,
  { series, shape }: { series: ParsedSeries; shape: Shape },
): ColumnSeries {
  const { points } = series;
  if (shape.buckets !== undefined) return bucketNumbers(cursor, series, shape.buckets);
  if (shape.quantiles !== undefined) {
    const values = shape.quantiles.map((quantile) => points.get(quantile)!.value);
    return { numbers: [...values, series.sum!, series.count!], exemplars: [] };
  }
  const own = (shape.states ?? [undefined]).map((key) => points.get(key)!);
  return { numbers: own.map(({ value }) => value), exemplars: exemplarsOf(own) };
}

/** OpenMetrics 1.0, "Histogram" and "GaugeHistogram". */
function checkHistogram(cursor: Cursor, { name, type }: PlacedFamily, { points, sum, count, at }: ParsedSeries): void {
  const isGauge = type === "gaugehistogram";
  let before = -Infinity;
  for (const [bound, point] of points as ReadonlyMap<number, ParsedPoint>) {
    if (bound < before) throw cursor.failure("buckets in ascending order", point.at);
    const { exemplar } = point;
    if (exemplar !== undefined && (exemplar.value <= before || !(exemplar.value <= bound || bound === Infinity))) {
      throw cursor.failure(`an exemplar within its bucket, but ${exemplar.value} is not`, point.at);
    }
    before = bound;
  }
  if (before !== Infinity) throw cursor.failure('a bucket "+Inf" of this series', at);
  const [sumName, countName] = isGauge ? ["_gsum", "_gcount"] : ["_sum", "_count"];
  if ((sum === undefined) !== (count === undefined)) {
    throw cursor.failure(`both "${name}${sumName}" and "${name}${countName}" of this series or neither`, at);
  }
  const hasNegativeBound = [...points.keys()].some((bound) => (bound as number) < 0);
  if (!isGauge && hasNegativeBound && sum !== undefined) {
    throw cursor.failure(`no "${name}_sum" of this series, because it has a negative bound`, at);
  }
  if (isGauge && !hasNegativeBound && sum! < 0) {
    throw cursor.failure(`a sum of 0 or more, because no bound of this series is negative`, at);
  }
}

function bucketNumbers(
  cursor: Cursor,
  { points, sum, count, at }: ParsedSeries,
  buckets: readonly number[],
): ColumnSeries {
  const infinite = points.get(Infinity);
  const total = infinite?.value ?? count;
  if (total === undefined) throw cursor.failure('a bucket "+Inf" or a count of this series', at);
  if (count !== undefined && count !== total) {
    throw cursor.failure(`a count equal to the bucket "+Inf" of this series, but they are ${count} and ${total}`, at);
  }
  const cumulative = [
    ...buckets.map((bound) => points.get(bound)!),
    infinite ?? { value: total, at, exemplar: undefined },
  ];
  let before = 0;
  const numbers = cumulative.map(({ value, at }) => {
    if (value < before) throw cursor.failure(`buckets that do not fall, but ${value} comes after ${before}`, at);
    const own = value - before;
    // What is kept is the bucket alone, and its sums have to give the same counts again.
    if (!(before + own === value && value < Infinity)) {
      throw cursor.failure("counts that can be kept: finite and whole", at);
    }
    before = value;
    return own;
  });
  return { numbers: [...numbers, sum!], exemplars: exemplarsOf(cumulative) };
}

function exemplarsOf(points: readonly ParsedPoint[]): [position: number, exemplar: Exemplar][] {
  return points.flatMap(({ exemplar }, position): [number, Exemplar][] =>
    exemplar === undefined ? [] : [[position, exemplar]]
  );
}

function missing(cursor: Cursor, { name, type }: PlacedFamily, { at }: ParsedSeries): SyntaxError {
  const sum = type === "gaugehistogram"
    ? `"${name}_gsum"`
    : type === "histogram"
    ? `"${name}_sum"`
    : `"${name}_sum" and "${name}_count"`;
  return cursor.failure(`${sum} of this series, because a ${type} is not kept without`, at);
}
