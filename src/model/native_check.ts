import {
  bucketTotal,
  CUSTOM_BUCKETS,
  MAX_SCHEMA,
  MIN_SCHEMA,
  type NativeBuckets,
  type NativeTotals,
} from "./native_histogram.ts";

const MAX_INDEX = 2 ** 31 - 1;

/** Why Prometheus would refuse a native histogram, in words for an error, or `undefined` if it would not. */
export function nativeMistake({ histogram, count, sum }: NativeTotals): string | undefined {
  const { schema, zeroThreshold, zeroCount, positive, negative, exemplars = [] } = histogram;
  const mistake = schema === CUSTOM_BUCKETS ? customMistake(histogram) : exponentialMistake(histogram);
  if (mistake !== undefined) return mistake;
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) {
    return `zero threshold is ${zeroThreshold}, expected 0 or more`;
  }
  if (!isCount(zeroCount)) return `zero count is ${zeroCount}, expected 0 or more`;
  const wrong = sideMistake("positive", positive) ?? sideMistake("negative", negative);
  if (wrong !== undefined) return wrong;
  const untimed = exemplars.find(({ timestampMs }) => !Number.isFinite(timestampMs));
  if (untimed !== undefined) return `the exemplar ${untimed.value} has no timestamp`;
  return totalMistake(zeroCount + bucketTotal(positive) + bucketTotal(negative), count, sum);
}

function exponentialMistake({ schema, customValues }: NativeTotals["histogram"]): string | undefined {
  if (!Number.isInteger(schema) || schema < MIN_SCHEMA || schema > MAX_SCHEMA) {
    return `schema is ${schema}, expected ${MIN_SCHEMA} to ${MAX_SCHEMA}`;
  }
  return customValues === undefined ? undefined : `schema ${schema} has custom values, expected none`;
}

function customMistake({ zeroThreshold, zeroCount, positive, negative, customValues }: NativeTotals["histogram"]) {
  if (customValues === undefined) return `schema ${CUSTOM_BUCKETS} has no custom values`;
  const bound = customValues.findIndex((value, i) =>
    !Number.isFinite(value) || (i > 0 && value <= customValues[i - 1]!)
  );
  if (bound >= 0) {
    return `custom value ${customValues[bound]} at position ${bound}, expected finite and ascending bounds`;
  }
  if (zeroThreshold !== 0 || zeroCount !== 0 || negative.length > 0) {
    return "custom buckets come with a zero bucket or negative buckets, expected neither";
  }
  const last = positive.length > 0 ? positive.indices[positive.length - 1]! : 0;
  if (last > customValues.length || positive.indices[0]! < 0) {
    return `a custom bucket lies outside 0 to ${customValues.length}`;
  }
  return undefined;
}

function sideMistake(side: string, { indices, counts, length }: NativeBuckets): string | undefined {
  if (indices.length < length || counts.length < length) {
    return `there are ${indices.length} ${side} indices and ${counts.length} counts, expected ${length} of each`;
  }
  for (let i = 0; i < length; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || Math.abs(index) > MAX_INDEX || (i > 0 && index <= indices[i - 1]!)) {
      return `${side} index ${index} at position ${i}, expected ascending integers`;
    }
    if (!isCount(counts[i]!)) return `${side} bucket ${index} has count ${counts[i]}, expected 0 or more`;
  }
  return undefined;
}

/** Fractional counts add up only roughly; observations of `NaN` are counted, but in no bucket. */
function totalMistake(total: number, count: number, sum: number): string | undefined {
  const slack = Number.isInteger(total) && Number.isInteger(count) ? 0 : 1e-9 * Math.max(total, count);
  const matches = Number.isNaN(sum) ? count >= total - slack : Math.abs(count - total) <= slack;
  if (matches) return undefined;
  return `count is ${count}, but its native buckets add up to ${total}`;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < Infinity;
}
