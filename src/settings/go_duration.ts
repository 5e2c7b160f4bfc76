const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3, // U+00B5
  "μs": 1e-3, // U+03BC
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = String.raw`(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)`;
const WHOLE = new RegExp(`^(?:${PART})+$`);

/**
 * Reads a length of time as Go's `time.ParseDuration` does: any number of parts, in any order.
 *
 * @returns Milliseconds, or `undefined` if the text is no such length, or a negative one.
 */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!WHOLE.test(text)) return undefined;
  return [...text.matchAll(new RegExp(PART, "g"))]
    .reduce((total, [, number, unit = ""]) => total + Number(number) * UNITS_MS[unit]!, 0);
}
