/** What an exposition shows, for comparing two exporters. */

/** One family of an exposition. */
export interface Family {
  readonly type: string;
  /** Of all its samples, sorted and separated by commas. */
  readonly labelNames: string;
  /** Names, labels sorted, and values, sorted. */
  readonly samples: readonly string[];
}

/**
 * The families of text 0.0.4, by name.
 *
 * @param name What the names of the wanted families match.
 */
export function readFamilies(text: string, name: RegExp): Map<string, Family> {
  const families = new Map<string, { type: string; labelNames: Set<string>; samples: string[] }>();
  for (const line of text.split("\n")) {
    const [, declared, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (declared !== undefined) families.set(declared, { type: type!, labelNames: new Set(), samples: [] });
    const sample = /^(?<family>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups;
    const family = families.get(sample?.family ?? "");
    if (sample === undefined || family === undefined) continue;
    const pairs = [...(sample.labels ?? "").matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)];
    pairs.forEach(([, label]) => family.labelNames.add(label!));
    family.samples.push(`${sample.family}{${pairs.map(([pair]) => pair).sort()}} ${sample.value}`);
  }
  const wanted = [...families].filter(([family]) => name.test(family));
  return new Map(wanted.map(([family, { type, labelNames, samples }]) => [family, {
    type,
    labelNames: [...labelNames].sort().join(),
    samples: samples.sort(),
  }]));
}

/** Type and label names of each family, to be compared as a whole. */
export function shapes(families: ReadonlyMap<string, Family>): Record<string, string> {
  return Object.fromEntries([...families].map(([name, { type, labelNames }]) => [name, `${type} ${labelNames}`]));
}

/** The value of a sample without labels. */
export function valueOf(text: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** The reason for which an exposition says that the upstream was not reached; `undefined` if it says none. */
export function failureOf(text: string, namespace: string): string | undefined {
  return new RegExp(`^${namespace}_scrape_upstream_failure\\{reason="(\\w+)"\\} 1$`, "m").exec(text)?.[1];
}
