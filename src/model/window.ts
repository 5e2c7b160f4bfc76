/**
 * The observations of the last while, which a summary computes its quantiles from.
 *
 * Count and sum are not here: they are in the column, and count all observations there ever were.
 */
export interface LiveWindow {
  /** How many observations it holds now. */
  readonly count: number;
  /** Takes in one observation; `NaN` has no place among the others and is left out. */
  observe(value: number): void;
  /** Writes the quantiles as they are now next to each other, the first one at `at`. */
  writeQuantiles(into: Float64Array, at: number): void;
  /** Forgets all observations. */
  restart(): void;
}

/** What a window holds, and what it is asked for. */
export interface WindowSettings {
  /** The quantiles, each between 0 and 1. */
  readonly quantiles: readonly number[];
  /** How long an observation counts, in seconds; `Infinity` for ever. */
  readonly maxAgeSeconds: number;
  /** How many parts the window has: the oldest one is forgotten at once. */
  readonly ageBuckets: number;
  /** The value at every quantile of a window that holds nothing. */
  readonly emptyValue: number;
}

/**
 * The window of a description.
 *
 * It brings its code along, so that an exporter which defines no summary is built without it.
 */
export interface WindowDefinition extends WindowSettings {
  /** Makes the window of a series. */
  make(now: () => number): LiveWindow;
}
