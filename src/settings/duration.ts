/** A length of time as Prometheus writes it: `"500ms"`, `"30s"`, `"1m30s"`. */
export type Duration = string;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a length of time in Prometheus' notation.
 *
 * @returns Milliseconds.
 * @throws {SyntaxError} If the text is not one or more numbers with the units `d`, `h`, `m`, `s`, `ms`, in this order.
 * @example A minute and a half
 * ```ts ignore
 * assert.equal(parseDuration("1m30s"), 90_000);
 * ```
 */
export function parseDuration(text: Duration): number {
  const match =
    /^(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?$/
      .exec(text);
  if (match === null || text === "") {
    throw new SyntaxError(
      `Cannot read duration "${text}": expected numbers with units, such as "500ms", "30s" or "1m30s"`,
    );
  }
  return Object.entries(match.groups!)
    .reduce((total, [unit, value]) => total + (value === undefined ? 0 : Number(value) * UNITS_MS[unit]!), 0);
}
