import type { Snapshot } from "../model/family.ts";
import { type Labels, type LintRule, RULES, type Subject } from "./rules.ts";

/** One thing that is not as Prometheus people name and describe metrics. */
export interface LintProblem {
  /** Full name of the metric family. */
  readonly metric: string;
  /** The rule that it breaks. */
  readonly rule: LintRule;
  /** What is wrong, in the words of `promtool check metrics`. */
  readonly text: string;
}

/** A metric family as `parseText` gives it. */
export interface LintFamily {
  /** Full family name. */
  readonly name: string;
  /** Its type in the words of text 0.0.4. */
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "untyped";
  /** Its help; absent without a `HELP` line. */
  readonly help?: string;
  /** Its samples; those of histograms and summaries one by one. */
  readonly samples: readonly {
    /** The name on the line. */
    readonly name: string;
    /** Labels in the order of the line, `le` and `quantile` among them. */
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/**
 * Checks names, types, helps and labels against the conventions of Prometheus: all rules of promlint, which is what
 * `promtool check metrics` says of a text, in the same words.
 *
 * | rule | breaks it |
 * | --- | --- |
 * | `help` | no help, or an empty one |
 * | `base-unit` | a name with a unit that is not a base unit |
 * | `counter-without-total`, `total-without-counter` | a counter whose name does not end in `_total`, another type's that does |
 * | `reserved-bucket`, `reserved-count`, `reserved-sum` | a name that looks like a sample of a histogram or summary |
 * | `reserved-le`, `reserved-quantile` | a label that only histograms or summaries have |
 * | `type-in-name` | a name with the metric's own type in it |
 * | `colon` | a colon, which is for recording rules |
 * | `camel-case-name`, `camel-case-label` | `camelCase` |
 * | `abbreviated-unit` | a name with an abbreviated unit |
 * | `duplicate` | a series that comes twice |
 *
 * Families without series are passed over. Infos and state sets count as the gauges that text shows.
 *
 * @param families What `parseText` or `parse` made of an exposition, or what a registry gathered; snapshots are released.
 * @returns The problems, sorted by metric, then by text; one per label where labels are wrong. Empty is best.
 * @example An exposition in a test
 * ```ts
 * import { parseText } from "@exporterkit/core/exposition";
 * import { lint } from "@exporterkit/core/lint";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(lint(parseText("# HELP jobs Jobs done.\n# TYPE jobs counter\njobs 3\n")), [
 *   { metric: "jobs", rule: "counter-without-total", text: 'counter metrics should have "_total" suffix' },
 * ]);
 * ```
 * @example A registry
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { lint } from "@exporterkit/core/lint";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * registry.add(gauge("uptime_minutes", "Time since the start."));
 * assert.deepEqual(lint(registry.snapshots()).map(({ rule }) => rule), ["base-unit"]);
 * ```
 */
export function lint(families: Iterable<LintFamily | Snapshot>): LintProblem[] {
  const problems: LintProblem[] = [];
  for (const family of families) {
    const subject = "samples" in family ? subjectOfSamples(family) : subjectOfSnapshot(family);
    if (subject.metrics.length === 0) continue;
    for (const [rule, check] of Object.entries(RULES) as [LintRule, (subject: Subject) => readonly string[]][]) {
      for (const text of check(subject)) problems.push({ metric: subject.name, rule, text });
    }
  }
  return problems.sort((a, b) => compare(a.metric, b.metric) || compare(a.text, b.text));
}

/** The samples of a histogram or summary are one metric per label set, those of other types one each. */
function subjectOfSamples({ name, type, help, samples }: LintFamily): Subject {
  const all = samples.map(({ labels }): Labels => Object.entries(labels));
  if (type !== "histogram" && type !== "summary") return { name, type, help, metrics: all };
  const own = type === "histogram" ? "le" : "quantile";
  const metrics = new Map<string, Labels>();
  for (const labels of all) {
    const shared = labels.filter(([label]) => label !== own);
    const key = JSON.stringify(shared.toSorted(([a], [b]) => compare(a, b)));
    if (!metrics.has(key)) metrics.set(key, shared);
  }
  return { name, type, help, metrics: [...metrics.values()] };
}

function subjectOfSnapshot(snapshot: Snapshot): Subject {
  const { family: { description, index }, column } = snapshot;
  const { name, help, type } = description;
  const metrics: Labels[] = [];
  for (let slot = 0; slot < index.size; slot++) {
    if (!column.has(slot)) continue;
    const labels = index.names
      .map((label, position) => [label, index.value(slot, position)] as const)
      .filter((label): label is readonly [string, string] => label[1] !== undefined);
    if (type === "stateset") metrics.push(...description.states.map((state): Labels => [...labels, [name, state]]));
    else metrics.push(labels);
  }
  snapshot.release();
  return { name, type: TYPES[type], help, metrics };
}

const TYPES: Readonly<Record<Snapshot["family"]["description"]["type"], Subject["type"]>> = {
  counter: "counter",
  gauge: "gauge",
  unknown: "untyped",
  histogram: "histogram",
  gaugehistogram: "gauge_histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
