/** What the judge saw, in the words of what was exposed. */
import assert from "node:assert/strict";
import type { AnnotatedSample } from "./_annotated.ts";
import type { PlainSample } from "./_families.ts";
import type { Judgement } from "./_judge.ts";

/** The samples of a scrape without fault, by name, labels and value. */
export function samplesOf(judgement: Judgement): PlainSample[] {
  return annotatedOf(judgement).map(({ name, labels, value }) => ({ name, labels, value }));
}

/** The samples of a scrape without fault, and what was said about them. */
export function annotatedOf({ series, report, errors }: Judgement): AnnotatedSample[] {
  assert.deepEqual({ errors, up: report.up }, { errors: [], up: 1 });
  return series.map(({ labels: { __name__, ...labels }, value, exemplars, family: _family, ...rest }) => ({
    name: __name__!,
    labels,
    value: numberOf(value!),
    ...rest,
    ...(exemplars && { exemplars: exemplars.map((exemplar) => ({ ...exemplar, value: numberOf(exemplar.value) })) }),
  }));
}

/** Texts have no -0, protobuf does. */
function numberOf(text: string): number {
  const value = Number(text.replace("Inf", "Infinity"));
  return value === 0 ? 0 : value;
}

/** Name, type, unit and help of the families, each where its first sample is. */
export function familiesOf({ series }: Judgement): string[][] {
  const families = series.map(({ family }) => family!);
  return [...new Map(families.map((family) => [family.name, family])).values()]
    .map(({ name, type, unit, help }) => [name, type, unit, help]);
}
