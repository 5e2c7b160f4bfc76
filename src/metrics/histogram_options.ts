import type { NativeDefinition } from "../model/native_histogram.ts";
import type { MetricOptions } from "./definition.ts";
import { show } from "./instrument.ts";
import { defineNative, type NativeOptions } from "./native_options.ts";

/** The buckets of a histogram that names none: made for request durations in seconds, as in client_golang. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Options of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, inclusive and ascending, without `+Inf`. @default DEFAULT_BUCKETS, or none where `native` is given */
  readonly buckets?: readonly number[];
  /** Native buckets, which need no bounds; they are sent in the protobuf format only. @default false */
  readonly native?: NativeOptions | boolean;
  /** Whether there are classic buckets besides `+Inf`. @default true where `buckets` is given or `native` is not */
  readonly classic?: boolean;
}

/** The classic and the native buckets that options ask for. */
export function bucketsOf(
  name: string,
  options: HistogramOptions,
): { buckets: readonly number[]; native?: NativeDefinition } {
  const { native = false, classic = options.buckets !== undefined || native === false } = options;
  if (!classic && (native === false || options.buckets !== undefined)) {
    const what = native === false ? "neither classic nor native buckets" : "buckets, although classic is false";
    throw new TypeError(`Cannot define metric "${name}": it has ${what}`);
  }
  const buckets = checkedBounds(name, classic ? options.buckets ?? DEFAULT_BUCKETS : []);
  if (native === false) return { buckets };
  return { buckets, native: defineNative(name, native === true ? {} : native) };
}

/** The bounds of a histogram without `+Inf`, checked. */
function checkedBounds(name: string, bounds: readonly number[]): readonly number[] {
  const finite = bounds.at(-1) === Infinity ? bounds.slice(0, -1) : [...bounds];
  finite.forEach((bound, i) => {
    if (!Number.isFinite(bound) || (i > 0 && bound <= finite[i - 1]!)) {
      throw new RangeError(
        `Cannot define metric "${name}": bucket ${show(bound)} at position ${i}, expected finite and ascending bounds`,
      );
    }
  });
  return Object.freeze(finite);
}
