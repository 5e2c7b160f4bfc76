/** Statistics as memcached says them: names and texts. */
export type Stats = ReadonlyMap<string, string>;

/**
 * Reads `STAT <name> <text>` lines.
 *
 * @throws {SyntaxError} If a line is none.
 */
export function parseStats(lines: readonly string[]): Stats {
  return new Map(lines.map((line) => {
    const [, name, text] = /^STAT (\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || text === undefined) {
      throw new SyntaxError(`Cannot read statistics: got ${JSON.stringify(line)}, expected STAT, a name and a value`);
    }
    return [name, text];
  }));
}

/**
 * The statistics of each slab class, by its number, without what is about all of them.
 *
 * @param prefix What stands before the number: `items:` in `items:1:number`, nothing in `1:chunk_size`.
 */
export function bySlab(stats: Stats, prefix: "" | "items:"): Map<string, Stats> {
  const slabs = new Map<string, Map<string, string>>();
  for (const [name, text] of stats) {
    const [, slab, statistic] = /^(\d+):(\w+)$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : "") ?? [];
    if (slab === undefined || statistic === undefined) continue;
    const known = slabs.get(slab) ?? new Map<string, string>();
    slabs.set(slab, known.set(statistic, text));
  }
  return slabs;
}

/**
 * The number of a statistic, with 1 and 0 for `yes` and `no`.
 *
 * @returns `undefined` if this memcached does not have it.
 * @throws {SyntaxError} If it is no number.
 */
export function numberOf(stats: Stats, name: string): number | undefined {
  const text = stats.get(name);
  if (text === undefined) return undefined;
  if (text === "yes" || text === "no") return text === "yes" ? 1 : 0;
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isNaN(number)) {
    throw new SyntaxError(`Cannot read statistic "${name}": got ${JSON.stringify(text)}, expected a number`);
  }
  return number;
}

/** Tells the number of each named statistic that this memcached has. */
export function eachNumber<Name extends string>(
  stats: Stats,
  names: readonly Name[],
  tell: (name: Name, number: number) => void,
): void {
  for (const name of names) {
    const number = numberOf(stats, name);
    if (number !== undefined) tell(name, number);
  }
}
