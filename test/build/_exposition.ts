/** What two runs of an exporter have in common. */
import { ask } from "../_http.ts";

/** Families of a scrape: type and help, and the lines of their samples. */
export type Families = ReadonlyMap<string, { readonly about: string; readonly samples: readonly string[] }>;

/** Scrapes, and sorts lines by their families. */
export async function scrape(url: string): Promise<Families> {
  const { status, text } = await ask(`${url}/metrics`);
  if (status !== 200) throw new Error(`Cannot scrape ${url}: status ${status}: ${text}`);
  const families = new Map<string, { about: string; samples: string[] }>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, name = ""] = /^(?:# \w+ )?([\w:]+)/.exec(line) ?? [];
    const family = families.get(name) ?? { about: "", samples: [] };
    if (line.startsWith("#")) family.about += `${line}\n`;
    else family.samples.push(line);
    families.set(name, family);
  }
  return families;
}

/** Types and help texts, less those that a process cannot tell everywhere. */
export function shapeOf(families: Families): Record<string, string> {
  return Object.fromEntries(
    [...families].filter(([name]) => !name.startsWith("process_")).map(([name, { about }]) => [name, about]),
  );
}

/** The samples of some families. */
export function samplesOf(families: Families, names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, [...families.get(name)?.samples ?? []].sort()]));
}
