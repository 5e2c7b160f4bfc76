/**
 * What a metric family is, before anything lives: the counterpart of client_golang's `Desc`.
 *
 * A description is inert and shareable. Documentation is made from it, and so are live instruments: one set per
 * running exporter, registry or probed target.
 */
import type { NativeDefinition, NativeSettings } from "./native_histogram.ts";
import type { WindowDefinition, WindowSettings } from "./window.ts";

/** A label value as callers write it. Numbers are turned into their decimal text. */
export type LabelValue = string | number;

/** The labels argument that a list of label names asks for: each name once, no others. */
export type Labels<Names extends readonly string[]> = { readonly [Name in Names[number]]: LabelValue };

/** Facts that every kind of metric shares. */
interface Common<Names extends readonly string[]> {
  /** Full family name, as queries will use it; counters end in `_total`. */
  readonly name: string;
  /** One sentence on what is measured. */
  readonly help: string;
  /** Names of the labels that every series of this family carries, in the order they are written. */
  readonly labelNames: Names;
  /** Unit of the value, in base units and plural (`seconds`, `bytes`); the name then ends with it. */
  readonly unit?: string;
}

/** Which buckets a histogram has: listed ones, native ones, or both. */
export type HistogramKind = "classic" | "native" | "both";

/** What settings chose over what a definition says. */
export interface ChosenKind {
  /** What observations are counted in, and what is kept of a whole histogram that has both. */
  readonly kind: HistogramKind;
  /** Whether the bounds are the definition's own: only then can the buckets of a whole histogram be meant for them. */
  readonly hasOwnBounds: boolean;
}

/** The buckets that describe a histogram. */
interface Buckets {
  /** Upper bounds of the buckets, inclusive and ascending, without the implied `+Inf`. */
  readonly buckets: readonly number[];
  /** How its native buckets are made; without them it has only classic ones. */
  readonly native?: NativeDefinition;
  /** Which of them settings chose, where they did; without it there is whatever is defined. */
  readonly chosen?: ChosenKind;
  /** The same histogram of the kind that settings choose; it brings that code along, as `native` does. */
  readonly ofKind?: <Described extends BucketDescription>(this: Described, kind: HistogramKind) => Described;
}

/** The description of anything that has buckets. */
export type BucketDescription = HistogramDescription | GaugeHistogramDescription;

/** Describes a counter: a total that only grows, and starts again at zero when its source restarts. */
export interface CounterDescription<Names extends readonly string[] = readonly string[]> extends Common<Names> {
  readonly type: "counter";
}

/** Describes a gauge: a value that goes up and down. */
export interface GaugeDescription<Names extends readonly string[] = readonly string[]> extends Common<Names> {
  readonly type: "gauge";
}

/** Describes a value whose source does not say what kind it is. */
export interface UntypedDescription<Names extends readonly string[] = readonly string[]> extends Common<Names> {
  readonly type: "unknown";
}

/** Describes a histogram with classic buckets, native ones or both. */
export interface HistogramDescription<Names extends readonly string[] = readonly string[]>
  extends Common<Names>, Buckets {
  readonly type: "histogram";
}

/** Describes a histogram of something that goes up and down, such as the sizes of the items in a queue right now. */
export interface GaugeHistogramDescription<Names extends readonly string[] = readonly string[]>
  extends Common<Names>, Buckets {
  readonly type: "gaugehistogram";
}

/** Describes a summary: count, sum and, where they are declared, quantiles. */
export interface SummaryDescription<Names extends readonly string[] = readonly string[]> extends Common<Names> {
  readonly type: "summary";
  /** Quantiles, each between 0 and 1; empty by default. */
  readonly quantiles: readonly number[];
  /** Present where they are percentiles, from 0 to 100, which all formats write as the upstream names them. */
  readonly percentiles?: true;
  /** What they are computed from; without it they are relayed from an upstream. */
  readonly window?: WindowDefinition;
}

/** Describes an info: facts as labels, always of value 1. */
export interface InfoDescription<Names extends readonly string[] = readonly string[]> extends Common<Names> {
  readonly type: "info";
}

/** Describes a state set: one series per state, 1 where it applies and 0 elsewhere. */
export interface StateSetDescription<
  Names extends readonly string[] = readonly string[],
  States extends readonly string[] = readonly string[],
> extends Common<Names> {
  readonly type: "stateset";
  /** Every state there is; the label that carries them is named like the family. */
  readonly states: States;
}

/** The description of any kind of metric. */
export type Description =
  | CounterDescription
  | GaugeDescription
  | UntypedDescription
  | HistogramDescription
  | GaugeHistogramDescription
  | SummaryDescription
  | InfoDescription
  | StateSetDescription;

/** The type of a metric family, in the words of OpenMetrics. */
export type MetricType = Description["type"];

/** How two descriptions of one name differ, in words for an error, or `undefined` when they agree. */
export function describeDifference(known: Description, other: Description): string | undefined {
  if (known.type !== other.type) return `type is "${other.type}", already declared as "${known.type}"`;
  if (known.help !== other.help) return `help is "${other.help}", already declared as "${known.help}"`;
  if (known.unit !== other.unit) return `unit is "${other.unit ?? ""}", already declared as "${known.unit ?? ""}"`;
  for (const [what, ours, theirs] of shapes(known, other)) {
    if (ours.length !== theirs.length || ours.some((item, i) => item !== theirs[i])) {
      return `${what} are [${theirs.join(", ")}], already declared as [${ours.join(", ")}]`;
    }
  }
  return undefined;
}

function shapes(known: Description, other: Description): [string, readonly unknown[], readonly unknown[]][] {
  const lists: [string, readonly unknown[], readonly unknown[]][] = [
    ["label names", known.labelNames, other.labelNames],
  ];
  if ("buckets" in known && "buckets" in other) {
    lists.push(["buckets", known.buckets, other.buckets]);
    lists.push(["native settings", nativeShape(known), nativeShape(other)]);
    lists.push(["kinds of buckets", [histogramKind(known)], [histogramKind(other)]]);
  }
  if (known.type === "summary" && other.type === "summary") {
    lists.push(["quantiles", known.quantiles, other.quantiles]);
    lists.push(["window settings", windowShape(known), windowShape(other)]);
  }
  if (known.type === "stateset" && other.type === "stateset") lists.push(["states", known.states, other.states]);
  return lists;
}

function nativeShape({ native }: { readonly native?: NativeSettings }): readonly unknown[] {
  if (native === undefined) return [];
  const { schema, zeroThreshold, maxBuckets, minResetDurationMs, maxZeroThreshold } = native;
  return [schema, zeroThreshold, maxBuckets, minResetDurationMs, maxZeroThreshold];
}

function windowShape({ window }: { readonly window?: WindowSettings }): readonly unknown[] {
  return window === undefined ? [] : [window.maxAgeSeconds, window.ageBuckets];
}

/** Which buckets the observations of a histogram are counted in. */
export function histogramKind({ buckets, native, chosen }: BucketDescription): HistogramKind {
  if (chosen !== undefined) return chosen.kind;
  if (native === undefined) return "classic";
  return buckets.length > 0 ? "both" : "native";
}

/** Whether a summary has quantiles that only an upstream knows. */
export function relaysQuantiles({ quantiles, window }: SummaryDescription): boolean {
  return quantiles.length > 0 && window === undefined;
}

/** The names of all samples that a family of this description may put on the wire. */
export function sampleNames({ name, type }: Pick<Description, "name" | "type">): string[] {
  if (type === "gaugehistogram") {
    return [name, ...["_bucket", "_sum", "_count", "_gsum", "_gcount"].map((suffix) => name + suffix)];
  }
  if (type === "histogram") return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  if (type === "summary") return [name, `${name}_sum`, `${name}_count`];
  return [name];
}
