/**
 * Families as plain data: they can be put in a registry, and what a reader must make of them follows from the formats'
 * descriptions alone.
 */
import { counter, gauge, histogram, info, stateSet, summary, untyped } from "@exporterkit/core";
import { Registry } from "@exporterkit/core/metrics";

/** What every kind has. `name` is the full one, with `_total` and `_info`. */
interface Common {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labelNames: readonly string[];
}

/** One number per series. */
export interface NumberFamily extends Common {
  readonly type: "counter" | "gauge" | "unknown";
  readonly series: readonly { readonly labels: readonly string[]; readonly value: number }[];
}

/** Facts as labels. */
export interface InfoFamily extends Common {
  readonly type: "info";
  readonly series: readonly { readonly labels: readonly string[] }[];
}

/** One state per series that holds. */
export interface StateFamily extends Common {
  readonly type: "stateset";
  readonly states: readonly string[];
  readonly series: readonly { readonly labels: readonly string[]; readonly state: string }[];
}

/** Cumulative counts per bound. */
export interface HistogramFamily extends Common {
  readonly type: "histogram";
  readonly bounds: readonly number[];
  readonly series: readonly {
    readonly labels: readonly string[];
    readonly buckets: readonly number[];
    readonly count: number;
    readonly sum: number;
  }[];
}

/** Values per quantile. */
export interface SummaryFamily extends Common {
  readonly type: "summary";
  readonly quantiles: readonly number[];
  readonly series: readonly {
    readonly labels: readonly string[];
    readonly values: readonly number[];
    readonly count: number;
    readonly sum: number;
  }[];
}

/** Any family. */
export type PlainFamily = NumberFamily | InfoFamily | StateFamily | HistogramFamily | SummaryFamily;

/** Puts families in a registry. */
export function registryOf(families: readonly PlainFamily[]): Registry {
  const registry = new Registry();
  families.forEach((family) => fill(registry.add(descriptionOf(family)), family));
  return registry;
}

/** The description that a collector or a registry makes an instrument of. */
export function descriptionOf(family: PlainFamily): Described {
  const { name, help, labelNames } = family;
  const options = family.unit === undefined ? {} : { unit: family.unit };
  switch (family.type) {
    case "counter":
      return counter(name, help, labelNames, options);
    case "gauge":
      return gauge(name, help, labelNames, options);
    case "unknown":
      return untyped(name, help, labelNames, options);
    case "info":
      return info(name, help, labelNames);
    case "stateset":
      return stateSet(name, help, labelNames, { states: family.states });
    case "histogram":
      return histogram(name, help, labelNames, { ...options, buckets: family.bounds });
    case "summary":
      return summary(name, help, labelNames, { ...options, quantiles: family.quantiles });
  }
}

/** What kinds return. */
type Described = ReturnType<
  | typeof counter
  | typeof gauge
  | typeof untyped
  | typeof info
  | typeof stateSet
  | typeof histogram
  | typeof summary
>;

/** Sets all series of a family. The kinds differ, the calls do not: without labels, a method takes its value first. */
export function fill(made: unknown, family: PlainFamily): void {
  const { labelNames } = family;
  const instrument = made as { set(...args: unknown[]): void };
  const where = (labels: readonly string[]) =>
    labelNames.length === 0 ? [] : [Object.fromEntries(labelNames.map((label, i) => [label, labels[i]!]))];
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
      return family.series.forEach(({ labels, value }) => instrument.set(...where(labels), value));
    case "info":
      return family.series.forEach(({ labels }) => instrument.set(...where(labels)));
    case "stateset":
      return family.series.forEach(({ labels, state }) => instrument.set(...where(labels), state));
    case "histogram":
      return family.series.forEach(({ labels, buckets, count, sum }) =>
        instrument.set(...where(labels), { buckets, count, sum })
      );
    case "summary":
      return family.series.forEach(({ labels, values, count, sum }) =>
        instrument.set(...where(labels), { quantiles: values, count, sum })
      );
  }
}

/** One sample as a reader must see it. */
export interface PlainSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Writes a name as an exposition has it. */
export type Rename = (name: string) => string;

/** The samples of families, in the order in which the text formats have them; bounds as OpenMetrics spells them. */
export function samplesOf(families: readonly PlainFamily[], rename: Rename = (name) => name): PlainSample[] {
  return [...families].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((family) => familySamples(family, rename));
}

function familySamples(family: PlainFamily, rename: Rename): PlainSample[] {
  const name = rename(family.name);
  return family.series.flatMap((series): PlainSample[] => {
    const labels = Object.fromEntries(family.labelNames.map((label, i) => [rename(label), series.labels[i]!]));
    const sample = (suffix: string, value: number, more: Record<string, string> = {}) => ({
      name: `${name}${suffix}`,
      labels: { ...labels, ...more },
      value: value === 0 ? 0 : value,
    });
    if ("states" in family) {
      const { state } = series as StateFamily["series"][number];
      return family.states.map((each) => sample("", each === state ? 1 : 0, { [name]: each }));
    }
    if ("bounds" in family) {
      const { buckets, count, sum } = series as HistogramFamily["series"][number];
      return [
        ...family.bounds.map((bound, i) => sample("_bucket", buckets[i]!, { le: openMetricsNumber(bound) })),
        sample("_bucket", count, { le: "+Inf" }),
        sample("_sum", sum),
        sample("_count", count),
      ];
    }
    if ("quantiles" in family) {
      const { values, count, sum } = series as SummaryFamily["series"][number];
      return [
        ...family.quantiles.map((quantile, i) => sample("", values[i]!, { quantile: openMetricsNumber(quantile) })),
        sample("_sum", sum),
        sample("_count", count),
      ];
    }
    return [sample("", family.type === "info" ? 1 : (series as NumberFamily["series"][number]).value)];
  });
}

/** A number as OpenMetrics' canonical form has it: the shortest digits, with an exponent from a million on. */
export function openMetricsNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}
