import type { ParsedFamily, ParsedSample } from "@exporterkit/core/exposition";

/** A family as all files together state it. */
export interface MergedFamily extends ParsedFamily {
  readonly help: string;
  /** The files that state it; the first settles the type, the first that has a help the help. */
  readonly files: readonly string[];
}

/** A file and what it states. */
export interface FamilySource {
  readonly path: string;
  readonly families: readonly ParsedFamily[];
}

/**
 * Makes one family of those of the same name in several files.
 *
 * The first file settles the type, the first that has a help the help. What does not fit is left out and said in words: a family of another type, and a
 * series that is already there.
 */
export function mergeFamilies(
  sources: readonly FamilySource[],
): { families: MergedFamily[]; problems: string[] } {
  const merged = new Map<string, Merging>();
  const problems: string[] = [];
  for (const { path, families } of sources) {
    for (const family of families) {
      if (family.samples.length === 0) continue;
      const known = merged.get(family.name) ?? begin(family);
      merged.set(family.name, known);
      if (known.type !== family.type) {
        problems.push(
          `Cannot use metric "${family.name}" of ${path}: its type is ${family.type}, ${known.type} in ${
            known.files[0]
          }`,
        );
        continue;
      }
      known.files.push(path);
      known.help ||= family.help ?? "";
      const [twice] = family.samples.filter((sample) => !add(known, sample));
      if (twice !== undefined) {
        problems.push(`Cannot use all of metric "${family.name}" of ${path}: series ${keyOf(twice)} is there twice`);
      }
    }
  }
  const families = [...merged.values()].map(({ name, type, help, samples, files }) => ({
    name,
    type,
    help: help || `Read from ${files.join(", ")}.`,
    samples: [...samples.values()],
    files,
  }));
  return { families, problems };
}

interface Merging extends Pick<ParsedFamily, "name" | "type"> {
  help: string;
  readonly files: string[];
  readonly samples: Map<string, ParsedSample>;
}

function begin({ name, type }: ParsedFamily): Merging {
  return { name, type, help: "", files: [], samples: new Map() };
}

/** Adds a sample unless its series is there already. */
function add({ samples }: Merging, sample: ParsedSample): boolean {
  const key = keyOf(sample);
  if (samples.has(key)) return false;
  samples.set(key, sample);
  return true;
}

/** What tells a series from others: to Prometheus an empty label is none, and order does not matter. */
function keyOf({ name, labels }: ParsedSample): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== "").sort(([a], [b]) => a < b ? -1 : 1);
  return `${name}${JSON.stringify(Object.fromEntries(pairs))}`;
}
