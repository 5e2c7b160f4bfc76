import { type BucketDescription, type HistogramKind, histogramKind } from "../model/description.ts";
import { DEFAULT_BUCKETS } from "./histogram_options.ts";
import { defineNative } from "./native_options.ts";

const KINDS: ReadonlySet<string> = new Set<HistogramKind>(["classic", "native", "both"]);

/**
 * Gives a histogram other buckets than its definition says, so that settings can decide.
 *
 * Observations are counted in the chosen buckets; those that the definition lacks have the defaults. A whole histogram,
 * which an upstream counted, cannot be counted again: what is chosen is kept of it, and where it has nothing of that,
 * what it has. Its classic buckets are then shown although `native` is chosen, and its native ones although `classic` is
 * and the definition names no bounds.
 *
 * @returns A new description, or the same one where nothing changes.
 * @throws {TypeError} If there is no such kind.
 * @example Buckets as the settings ask
 * ```ts
 * import { histogram, withHistogramKind } from "@exporterkit/core";
 *
 * const settings = { histograms: "native" } as const;
 * const latency = histogram("rpc_duration_seconds", "Time to answer.", [], { buckets: [0.1, 1], native: true });
 * const chosen = withHistogramKind(latency, settings.histograms);
 * ```
 */
export function withHistogramKind<Described extends BucketDescription>(
  description: Described,
  kind: HistogramKind,
): Described {
  if (!KINDS.has(kind)) {
    throw new TypeError(
      `Cannot define metric "${description.name}": kind is "${kind}", expected classic, native or both`,
    );
  }
  if (histogramKind(description) === kind) return description;
  const { native, buckets, chosen: _, ...rest } = description;
  const isClassic = hasOwnBounds(description);
  return {
    ...rest,
    buckets: isClassic ? buckets : kind === "native" ? [] : DEFAULT_BUCKETS,
    ...(kind === "classic" && isClassic ? {} : { native: native ?? defineNative(rest.name) }),
    chosen: { kind, hasOwnBounds: isClassic },
  } as unknown as Described;
}

/** Whether the bounds of a description are its definition's own, so that an upstream's buckets can be meant for them. */
export function hasOwnBounds({ chosen, buckets, native }: BucketDescription): boolean {
  return chosen?.hasOwnBounds ?? (buckets.length > 0 || native === undefined);
}

/** {@link withHistogramKind} as descriptions carry it. */
export function ofKind<Described extends BucketDescription>(this: Described, kind: HistogramKind): Described {
  return withHistogramKind(this, kind);
}
