import { BucketCounts } from "./native_buckets.ts";
import { CUSTOM_BUCKETS, MAX_SCHEMA, MIN_SCHEMA, type NativeHistogram } from "./native_histogram.ts";
import { schemaOfLeast } from "./native_schema.ts";

/** What a scraper lets a native histogram cost. */
export interface ResolutionLimits {
  /** `native_histogram_bucket_limit`: the most populated buckets, both sides together. @default no limit */
  readonly maxBuckets?: number;
  /** `native_histogram_min_bucket_factor`: the least growth from bucket to bucket. @default no limit */
  readonly minFactor?: number;
}

/**
 * Lowers the resolution until a histogram is within a scraper's limits, as Prometheus does with what it scraped. Schemas 9
 * to 52, which it reads but does not keep, become 8.
 *
 * @throws {RangeError} If there are too many buckets at the lowest resolution, or in custom buckets.
 */
export function limitResolution(histogram: NativeHistogram, limits: ResolutionLimits): NativeHistogram {
  const { maxBuckets = Infinity, minFactor } = limits;
  let limited = histogram;
  if (histogram.schema !== CUSTOM_BUCKETS) {
    const highest = minFactor === undefined ? MAX_SCHEMA : schemaOfLeast(minFactor);
    limited = lowerResolution(limited, Math.min(limited.schema, highest));
  }
  for (let buckets; (buckets = limited.positive.length + limited.negative.length) > maxBuckets;) {
    if (limited.schema <= MIN_SCHEMA) {
      throw new RangeError(`Cannot limit native histogram: it has ${buckets} buckets, expected ${maxBuckets} at most`);
    }
    limited = lowerResolution(limited, limited.schema - 1);
  }
  return limited;
}

/**
 * The histogram at a lower resolution; the zero bucket stays as it is.
 *
 * @throws {RangeError} If it has custom buckets, or its resolution is lower than that.
 */
export function lowerResolution(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (schema === histogram.schema) return histogram;
  if (histogram.schema === CUSTOM_BUCKETS || schema > histogram.schema) {
    throw new RangeError(
      `Cannot lower the resolution of a native histogram: from schema ${histogram.schema} to ${schema}`,
    );
  }
  const [positive, negative] = [histogram.positive, histogram.negative].map((side) => {
    const coarser = new BucketCounts();
    coarser.assign(side);
    coarser.coarsen(histogram.schema - schema);
    return coarser;
  }) as [BucketCounts, BucketCounts];
  const { zeroThreshold, zeroCount, exemplars } = histogram;
  return { schema, zeroThreshold, zeroCount, positive, negative, ...(exemplars === undefined ? {} : { exemplars }) };
}
