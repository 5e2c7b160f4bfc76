/** Something wrong with the settings, in words for the person who wrote them: one line. */
export type Problem = string;

/** A value that somebody gave to a setting. */
export interface Given {
  /** Where it stands in the settings. */
  readonly path: readonly string[];
  /** The value, of the setting's kind. */
  readonly value: unknown;
  /** Where it comes from, as the beginning of a sentence: `Flag --city`, `Variable CITY`, `hello.yml:3: city`. */
  readonly origin: string;
}

/** What one source of settings says, and what of it could not be understood. */
export interface Reading {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
}

/** Sorts what was read from what could not be. */
export function toReading(results: readonly (Given | Problem)[]): Reading {
  return {
    given: results.filter((result) => typeof result !== "string"),
    problems: results.filter((result) => typeof result === "string"),
  };
}
