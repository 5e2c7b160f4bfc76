import { type CollectContext, counter, gauge, histogram, summary, untyped } from "@exporterkit/core";
import type { MergedFamily } from "./_merge_families.ts";

/** What declares a family during a run. */
type Declare = CollectContext<unknown, unknown, Record<never, never>, Record<never, never>>["family"];

type Labels = Readonly<Record<string, string>>;

/**
 * Exposes a family that somebody else states.
 *
 * What is not what its type says (a negative counter; a histogram whose series have different buckets, or lack some) is
 * exposed as untyped families of the same sample names: queries see no difference.
 *
 * @throws {TypeError} If a name is not one of the old alphabet, or belongs to another collector.
 */
export function relay(found: MergedFamily, declare: Declare): void {
  const { name, type, help, samples } = found;
  if (type === "histogram" || type === "summary") {
    const series = wholeSeries(found);
    if (series !== undefined) relayWhole(found, series, declare);
    else relayUntyped(found, declare);
  } else if (type === "gauge") {
    const set = setter(declare(gauge(name, help, labelNames(samples))));
    for (const { labels, value } of samples) set(labels, value);
  } else if (type === "counter" && samples.every(({ value }) => value >= 0)) {
    const set = setter(declare(counter(name, help, labelNames(samples))));
    for (const { labels, value } of samples) set(labels, value);
  } else {
    relayUntyped(found, declare);
  }
}

function relayUntyped({ help, samples }: MergedFamily, declare: Declare): void {
  for (const name of new Set(samples.map((sample) => sample.name))) {
    const ofName = samples.filter((sample) => sample.name === name);
    const set = setter(declare(untyped(name, help, labelNames(ofName))));
    for (const { labels, value } of ofName) set(labels, value);
  }
}

function relayWhole({ name, type, help }: MergedFamily, series: readonly Series[], declare: Declare): void {
  const names = labelNames(series);
  const bounds = [...series[0]!.parts.keys()];
  if (type === "histogram") {
    const set = setter(declare(histogram(name, help, names, { buckets: bounds.slice(0, -1) })));
    for (const { labels, parts, count, sum } of series) {
      set(labels, { buckets: [...parts.values()].slice(0, -1), count: count!, sum: sum! });
    }
  } else {
    const set = setter(declare(summary(name, help, names, { quantiles: bounds })));
    for (const { labels, parts, count, sum } of series) {
      set(labels, { quantiles: [...parts.values()], count: count!, sum: sum! });
    }
  }
}

/** One series of a histogram or summary. */
interface Series {
  /** Its labels without the bound. */
  readonly labels: Labels;
  /** Its bucket counts or quantile values by bound, ascending. */
  parts: ReadonlyMap<number, number>;
  count?: number;
  sum?: number;
}

/** The series of a histogram or summary, unless one of them is not whole or has other bounds than the rest. */
function wholeSeries(found: MergedFamily): Series[] | undefined {
  const series = collectSeries(found);
  const bounds = [...series[0]?.parts.keys() ?? []].join();
  const isWhole = series.every(({ parts, count, sum }) =>
    count !== undefined && sum !== undefined && [...parts.keys()].join() === bounds &&
    (found.type === "summary" || isCumulative(parts, count))
  );
  return isWhole && series.length > 0 ? series : undefined;
}

function collectSeries({ name, type, samples }: MergedFamily): Series[] {
  const bound = type === "histogram" ? "le" : "quantile";
  const all = new Map<string, { labels: Labels; parts: [number, number][]; count?: number; sum?: number }>();
  for (const sample of samples) {
    const isPart = sample.name === (type === "histogram" ? `${name}_bucket` : name);
    const labels = Object.fromEntries(
      Object.entries(sample.labels).filter(([label, value]) => value !== "" && !(isPart && label === bound)).sort(
        byName,
      ),
    );
    const key = JSON.stringify(labels);
    const series = all.get(key) ?? { labels, parts: [] };
    all.set(key, series);
    if (isPart) series.parts.push([numberOf(sample.labels[bound]!), sample.value]);
    else if (sample.name === `${name}_sum`) series.sum = sample.value;
    else series.count = sample.value;
  }
  return [...all.values()].map((series) => ({ ...series, parts: new Map(series.parts.sort(([a], [b]) => a - b)) }));
}

/** Whether bucket counts only grow, up to that of `+Inf`, which is the count of all. */
function isCumulative(parts: ReadonlyMap<number, number>, count: number): boolean {
  const counts = [...parts.values()];
  return parts.get(Infinity) === count && counts.every((value, i) => value >= (counts[i - 1] ?? 0));
}

/** The parser has seen to it that this is a number; Go spells infinity otherwise than JavaScript. */
function numberOf(text: string): number {
  return /inf/i.test(text) ? text.startsWith("-") ? -Infinity : Infinity : Number(text);
}

/** All label names that any of the series has, sorted. */
function labelNames(series: readonly { readonly labels: Labels }[]): string[] {
  return [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** Sets a series of an instrument whose labels are only known now: without any, `set` takes the value alone. */
function setter<Value>(
  instrument: {
    readonly description: { readonly labelNames: readonly string[] };
    set(labels: Labels, value: Value): void;
  },
): (labels: Labels, value: Value) => void {
  if (instrument.description.labelNames.length > 0) return (labels, value) => instrument.set(labels, value);
  const unlabelled = instrument as unknown as { set(value: Value): void };
  return (_, value) => unlabelled.set(value);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
