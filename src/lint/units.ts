/** Units that names spell out, and the base unit that each should be. */
const BASE_UNITS: ReadonlyMap<string, string> = new Map([
  ...["amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds", "volts"].map(
    (unit): [string, string] => [unit, unit],
  ),
  ["minutes", "seconds"],
  ["hours", "seconds"],
  ["days", "seconds"],
  ["weeks", "seconds"],
  ["kelvins", "kelvin"],
  ["fahrenheit", "celsius"],
  ["rankine", "celsius"],
  ["inches", "meters"],
  ["yards", "meters"],
  ["miles", "meters"],
  ["bits", "bytes"],
  ["calories", "joules"],
  ["pounds", "grams"],
  ["ounces", "grams"],
]);

/** `mibi` is how promlint spelled `mebi` for years; nothing else is called that. */
const PREFIXES: readonly string[] = [
  ...["pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "mega", "giga", "tera", "peta"],
  ...["kibi", "mibi", "mebi", "gibi", "tebi", "pebi"],
];

const ABBREVIATIONS: readonly string[] = [
  ...["s", "ms", "us", "ns", "sec", "m", "h", "d"],
  ...["b", "kb", "mb", "gb", "tb", "pb"],
];

/** The first unit that a metric's name spells out, and its base unit. */
export function unitOf(name: string): { unit: string; base: string } | undefined {
  for (const unit of name.split("_")) {
    const base = baseOf(unit);
    if (base !== undefined) return { unit, base };
  }
  return undefined;
}

/** The abbreviated units in a metric's name. */
export function abbreviationsIn(name: string): string[] {
  return ABBREVIATIONS.filter((abbreviation) => hasWord(name, abbreviation));
}

/** Whether a name has a word, in any case, after an underscore and before another one or the end. */
export function hasWord(name: string, word: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
}

function baseOf(unit: string): string | undefined {
  if (BASE_UNITS.has(unit)) return BASE_UNITS.get(unit);
  for (const prefix of PREFIXES) {
    const base = unit.startsWith(prefix) ? BASE_UNITS.get(unit.slice(prefix.length)) : undefined;
    if (base !== undefined) return base;
  }
  return undefined;
}
