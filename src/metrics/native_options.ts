import { nativeMistake } from "../model/native_check.ts";
import {
  DEFAULT_ZERO_THRESHOLD,
  type LiveNativeHistogram,
  type NativeDefinition,
  type NativeSettings,
} from "../model/native_histogram.ts";
import { schemaOf } from "../model/native_schema.ts";
import { NativeSeries } from "../model/native_series.ts";
import { show } from "./instrument.ts";

/** How fine native buckets are, and what they may cost. */
export interface NativeOptions {
  /** How much bounds grow from bucket to bucket, at most; the finest there is grows by 1.0028. @default 1.1 */
  readonly factor?: number;
  /** What is not further from zero than this is counted as zero. @default 2 ** -128 */
  readonly zeroThreshold?: number;
  /** The most populated buckets of a series, 0 for no limit; beyond it, what the other options say. @default 160 */
  readonly maxBuckets?: number;
  /** Too many buckets start a series anew if it is at least this old; 0 for never. @default 0 */
  readonly minResetDurationMs?: number;
  /** Else the zero bucket takes in its neighbours up to here; beyond it, neighbouring buckets are merged. @default 0 */
  readonly maxZeroThreshold?: number;
}

const DEFAULT_FACTOR = 1.1;
/** What OpenTelemetry and Prometheus' Java client begin with. */
const DEFAULT_MAX_BUCKETS = 160;

/**
 * Checks options of native buckets and fills in what they leave open.
 *
 * @throws {RangeError} Naming the metric and the first option that is out of range.
 */
export function defineNative(name: string, options: NativeOptions = {}): NativeDefinition {
  const {
    factor = DEFAULT_FACTOR,
    zeroThreshold = DEFAULT_ZERO_THRESHOLD,
    maxBuckets = DEFAULT_MAX_BUCKETS,
    minResetDurationMs = 0,
    maxZeroThreshold = 0,
  } = options;
  const amounts = { factor, zeroThreshold, maxBuckets, minResetDurationMs, maxZeroThreshold };
  for (const [option, value] of Object.entries(amounts)) {
    if (!Number.isFinite(value) || value < 0) refuse(name, option, value, "a finite number, 0 or more");
  }
  if (factor <= 1) refuse(name, "factor", factor, "more than 1");
  if (!Number.isInteger(maxBuckets)) refuse(name, "maxBuckets", maxBuckets, "a whole number");
  return Object.freeze({
    schema: schemaOf(factor),
    zeroThreshold,
    maxBuckets,
    minResetDurationMs,
    maxZeroThreshold,
    make: makeSeries,
    mistake: nativeMistake,
  });
}

function makeSeries(this: NativeSettings, now: () => number): LiveNativeHistogram {
  return new NativeSeries(this, now);
}

function refuse(name: string, option: string, value: unknown, expected: string): never {
  throw new RangeError(`Cannot define metric "${name}": native ${option} is ${show(value)}, expected ${expected}`);
}
