const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration as redis_exporter takes them, such as `15s` or `1m30s`.
 *
 * @returns Milliseconds.
 * @throws {SyntaxError} If the text is no duration.
 */
export function parsePatience(text: string): number {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) {
    throw new SyntaxError(`Cannot read duration "${text}": expected one such as "15s" or "500ms"`);
  }
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
    .reduce((total, [, number, unit]) => total + Number(number) * UNITS_MS[unit!]!, 0);
}
