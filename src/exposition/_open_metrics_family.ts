import { type Description, sampleNames } from "../model/description.ts";

/** What the metadata of OpenMetrics says of a family. */
export interface OpenMetricsFamily {
  /** The family's name, which leaves out the suffix that the samples of some types carry. */
  readonly name: string;
  /** The type, in the words of OpenMetrics. */
  readonly type: string;
  /** Whether the name of `_created` samples is free for it. */
  readonly hasCreated: boolean;
}

/** A family, and the names that it is written under. */
export interface NamedFamily {
  readonly description: Description;
  readonly name: string;
  /** The label that carries the states of a state set. */
  readonly stateLabel: string;
}

/**
 * What OpenMetrics calls the families of one exposition, by the names that they are written under.
 *
 * No name may be that of two families, nor of a family and another one's samples, `_created` ones included (OpenMetrics
 * 1.0, "MetricFamily"), but the names of samples never depend on the format. So a counter whose short name or created
 * times another family has keeps its whole name and is of unknown type, like one that is not named `_total`; an info is a
 * gauge then, as in the other formats, and so is a state set whose name cannot be that of a label. Where several could
 * have a name, counters come before infos, then the first in the alphabet.
 */
export function openMetricsFamilies(families: Iterable<NamedFamily>): Map<string, OpenMetricsFamily> {
  const named = new Map(
    Array.from(families, ({ description, ...names }) => [names.name, { ...description, ...names }]),
  );
  const sorted = [...named.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  const owners = new Map(sorted.flatMap((family) => sampleNames(family).map((sample) => [sample, family.name])));
  const made = new Map<string, OpenMetricsFamily>();

  /** Gives a family all of some names, or none of them. */
  function claim(owner: string, names: readonly string[]): boolean {
    const areFree = names.every((name) => (owners.get(name) ?? owner) === owner);
    if (areFree) names.forEach((name) => owners.set(name, owner));
    return areFree;
  }

  for (const { type, name, stateLabel } of sorted) {
    const counts = type === "histogram" || type === "summary";
    const hasCreated = counts && claim(name, [`${name}_created`]);
    made.set(name, { name, type: type === "stateset" && stateLabel !== name ? "gauge" : type, hasCreated });
  }
  for (const { type, name } of sorted) {
    if (type !== "counter") continue;
    const short = /._total$/s.test(name) ? name.slice(0, -"_total".length) : undefined;
    const isShort = short !== undefined && claim(name, [short, `${short}_created`]);
    made.set(name, isShort ? { name: short, type, hasCreated: true } : { name, type: "unknown", hasCreated: false });
  }
  for (const { type, name } of sorted) {
    if (type !== "info") continue;
    const short = name.slice(0, -"_info".length);
    made.set(name, { ...(claim(name, [short]) ? { name: short, type } : { name, type: "gauge" }), hasCreated: false });
  }
  return made;
}
