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
  const made = new Map<string, OpenMetricsFamily>();
  const owners = new Map<string, string>();
  const [counters, infos, counting]: [string[], string[], string[]] = [[], [], []];
  for (const { description: { type }, name, stateLabel } of families) {
    for (const sample of sampleNames({ type, name })) owners.set(sample, name);
    if (type === "counter") counters.push(name);
    else if (type === "info") infos.push(name);
    else if (type === "histogram" || type === "summary") counting.push(name);
    made.set(name, { name, type: type === "stateset" && stateLabel !== name ? "gauge" : type, hasCreated: false });
  }

  /** Gives a family all of some names, or none of them. */
  function claim(owner: string, ...names: string[]): boolean {
    const areFree = names.every((name) => (owners.get(name) ?? owner) === owner);
    if (areFree) names.forEach((name) => owners.set(name, owner));
    return areFree;
  }

  for (const name of counting.sort()) {
    if (claim(name, `${name}_created`)) made.set(name, { ...made.get(name)!, hasCreated: true });
  }
  for (const name of counters.sort()) {
    const short = /._total$/s.test(name) ? name.slice(0, -"_total".length) : undefined;
    if (short !== undefined && claim(name, short, `${short}_created`)) {
      made.set(name, { name: short, type: "counter", hasCreated: true });
    } else {
      made.set(name, { name, type: "unknown", hasCreated: false });
    }
  }
  for (const name of infos.sort()) {
    const short = name.slice(0, -"_info".length);
    if (claim(name, short)) made.set(name, { name: short, type: "info", hasCreated: false });
    else made.set(name, { name, type: "gauge", hasCreated: false });
  }
  return made;
}
