import { abbreviationsIn, hasWord, unitOf } from "./units.ts";

/** What a rule looks at. */
export interface Subject {
  /** Full family name. */
  readonly name: string;
  /** Its type in the words of the protobuf format, in lower case. */
  readonly type: "counter" | "gauge" | "histogram" | "gauge_histogram" | "summary" | "untyped";
  readonly help: string | undefined;
  /** The labels of each metric, without the `le` of a histogram's buckets and the `quantile` of a summary. */
  readonly metrics: readonly Labels[];
}

/** Labels in the order of the exposition. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** Says what is wrong, once per occurrence. */
export type Check = (subject: Subject) => readonly string[];

/** A rule's name. */
export type LintRule =
  | "help"
  | "base-unit"
  | "counter-without-total"
  | "total-without-counter"
  | "reserved-bucket"
  | "reserved-count"
  | "reserved-sum"
  | "reserved-le"
  | "reserved-quantile"
  | "type-in-name"
  | "colon"
  | "camel-case-name"
  | "camel-case-label"
  | "abbreviated-unit"
  | "duplicate";

/** All rules of promlint, by names of our own. */
export const RULES: Readonly<Record<LintRule, Check>> = {
  "help": ({ help }) => problemIf(help === undefined || /^[ \t]*$/.test(help), "no help text"),

  "base-unit"({ name }) {
    const found = unitOf(name);
    if (found === undefined || found.unit === found.base) return [];
    return [`use base unit "${found.base}" instead of "${found.unit}"`];
  },

  "counter-without-total": ({ name, type }) =>
    problemIf(type === "counter" && !name.endsWith("_total"), 'counter metrics should have "_total" suffix'),

  "total-without-counter": ({ name, type }) =>
    problemIf(
      type !== "counter" && type !== "untyped" && name.endsWith("_total"),
      'non-counter metrics should not have "_total" suffix',
    ),

  "reserved-bucket": ({ name, type }) =>
    problemIf(
      type !== "histogram" && type !== "untyped" && name.endsWith("_bucket"),
      'non-histogram metrics should not have "_bucket" suffix',
    ),

  "reserved-count": ({ name, type }) =>
    problemIf(
      !MAY_COUNT.has(type) && name.endsWith("_count"),
      'non-histogram and non-summary metrics should not have "_count" suffix',
    ),

  "reserved-sum": ({ name, type }) =>
    problemIf(
      !MAY_COUNT.has(type) && name.endsWith("_sum"),
      'non-histogram and non-summary metrics should not have "_sum" suffix',
    ),

  "reserved-le": ({ type, metrics }) =>
    type === "histogram" || type === "untyped"
      ? []
      : perLabel(metrics, (label) => label === "le", 'non-histogram metrics should not have "le" label'),

  "reserved-quantile": ({ type, metrics }) =>
    type === "summary" || type === "untyped"
      ? []
      : perLabel(metrics, (label) => label === "quantile", 'non-summary metrics should not have "quantile" label'),

  "type-in-name": ({ name, type }) =>
    problemIf(type !== "untyped" && hasWord(name, type), `metric name should not include type '${type}'`),

  "colon": ({ name }) => problemIf(name.includes(":"), "metric names should not contain ':'"),

  "camel-case-name": ({ name }) =>
    problemIf(CAMEL_CASE.test(name), "metric names should be written in 'snake_case' not 'camelCase'"),

  "camel-case-label": ({ metrics }) =>
    perLabel(
      metrics,
      (label) => CAMEL_CASE.test(label),
      "label names should be written in 'snake_case' not 'camelCase'",
    ),

  "abbreviated-unit": ({ name }) =>
    abbreviationsIn(name).map(() => "metric names should not contain abbreviated units"),

  "duplicate"({ metrics }) {
    const different = new Set(metrics.map((labels) => JSON.stringify(labels)));
    return new Array<string>(metrics.length - different.size).fill("metric not unique");
  },
};

const CAMEL_CASE = /[a-z][A-Z]/;
/** The types whose names may end as the samples of histograms and summaries do. */
const MAY_COUNT: ReadonlySet<Subject["type"]> = new Set(["histogram", "summary", "untyped"]);

function problemIf(isProblem: boolean, text: string): string[] {
  return isProblem ? [text] : [];
}

function perLabel(metrics: readonly Labels[], isProblem: (label: string) => boolean, text: string): string[] {
  return metrics.flatMap((labels) => labels.filter(([label]) => isProblem(label)).map(() => text));
}
