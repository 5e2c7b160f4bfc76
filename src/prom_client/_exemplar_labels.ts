/** OpenMetrics 1.0, "Exemplars". */
const MOST_CHARACTERS = 128;

/**
 * The labels of an exemplar, as text.
 *
 * @throws {RangeError} If they are too long.
 */
export function exemplarLabelsOf(labels: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
  const length = Object.entries(texts).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  if (length > MOST_CHARACTERS) throw new RangeError("Label set size must be smaller than 128 UTF-8 chars");
  return texts;
}
