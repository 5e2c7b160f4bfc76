import { DigestWindow } from "../model/digest_window.ts";
import type { LiveWindow, WindowDefinition, WindowSettings } from "../model/window.ts";
import { show } from "./instrument.ts";

/** Which observations a summary computes its quantiles from. */
export interface WindowOptions {
  /** How long an observation counts, in seconds; `Infinity` for ever. @default 600 */
  readonly maxAgeSeconds?: number;
  /**
   * How many parts the window has. The oldest one is forgotten at once, so that quantiles are those of `maxAgeSeconds`
   * less up to one part; more parts make this smoother, and take more memory. @default 5
   */
  readonly ageBuckets?: number;
}

/** What only a summary with another library's habits asks for. */
export interface WindowHabits {
  /** The value at every quantile of a window that holds nothing. @default NaN, as in client_golang */
  readonly emptyValue?: number;
}

/** As in client_golang. */
const DEFAULT_MAX_AGE_SECONDS = 600;
/** As in client_golang. */
const DEFAULT_AGE_BUCKETS = 5;

/**
 * Checks options of a window and fills in what they leave open.
 *
 * @throws {RangeError} Naming the metric and the first option that is out of range.
 */
export function defineWindow(
  name: string,
  quantiles: readonly number[],
  options: WindowOptions & WindowHabits = {},
): WindowDefinition {
  const { maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS, ageBuckets = DEFAULT_AGE_BUCKETS, emptyValue = NaN } = options;
  if (typeof maxAgeSeconds !== "number" || !(maxAgeSeconds > 0)) {
    refuse(name, "maxAgeSeconds", maxAgeSeconds, "more than 0");
  }
  if (!Number.isInteger(ageBuckets) || ageBuckets < 1) {
    refuse(name, "ageBuckets", ageBuckets, "a whole number, 1 or more");
  }
  return Object.freeze({
    quantiles,
    maxAgeSeconds,
    ageBuckets: maxAgeSeconds === Infinity ? 1 : ageBuckets,
    emptyValue,
    make: makeWindow,
  });
}

function makeWindow(this: WindowSettings, now: () => number): LiveWindow {
  return new DigestWindow(this, now);
}

function refuse(name: string, option: string, value: unknown, expected: string): never {
  throw new RangeError(`Cannot define metric "${name}": window ${option} is ${show(value)}, expected ${expected}`);
}
