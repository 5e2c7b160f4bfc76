/** One observation that stands for many: where it came from, and its value. */
export interface Exemplar {
  /** What leads to it, such as `trace_id`. Names and values together have 128 characters at most. */
  readonly labels: Readonly<Record<string, string>>;
  /** The observed value. */
  readonly value: number;
  /** When it was observed, in milliseconds since the epoch. */
  readonly timestampMs?: number;
}

/** The limit of OpenMetrics 1.0, "Exemplars", in code points. */
export const MAX_EXEMPLAR_CHARACTERS = 128;

/** How many characters the names and values of labels have together, as OpenMetrics counts them. */
export function exemplarCharacters(labels: Readonly<Record<string, string>>): number {
  return Object.entries(labels).reduce((total, [name, value]) => total + [...name].length + [...value].length, 0);
}
