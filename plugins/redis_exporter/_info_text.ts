/** The fields of one section of INFO. */
export type Section = ReadonlyMap<string, string>;

/**
 * Reads what INFO answers: `# Section`, then lines of `field:value`.
 *
 * @returns The sections by name; fields before the first are in the section "".
 */
export function parseInfo(text: string): Map<string, Section> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("# ")) {
      const name = line.slice(2).trim();
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    if (sections.size === 0) sections.set("", section);
    section.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return sections;
}

/** Reads a value that has parts: `keys=1,expires=0`. */
export function parseParts(value: string): Map<string, string> {
  return new Map(
    value.split(",").filter((part) => part.includes("=")).map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** A value as a number: `ok` and `true` are 1, `err`, `fail` and `false` are 0; `undefined` if it is none. */
export function toNumber(value: string | undefined): number | undefined {
  if (value === "ok" || value === "true") return 1;
  if (value === "err" || value === "fail" || value === "false") return 0;
  if (value === undefined || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
