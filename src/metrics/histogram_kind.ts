import type { GaugeHistogramDescription, HistogramDescription } from "../model/description.ts";
import { DEFAULT_BUCKETS } from "./histogram_options.ts";
import { defineNative } from "./native_options.ts";

/** Which buckets a histogram has: listed ones, native ones, or both. */
export type HistogramKind = "classic" | "native" | "both";

/**
 * Gives a histogram other buckets than its definition says, so that settings can decide.
 *
 * What is kept is as it was defined; what is added has the defaults. Define a histogram with both for full say.
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
export function withHistogramKind<Described extends HistogramDescription | GaugeHistogramDescription>(
  description: Described,
  kind: HistogramKind,
): Described {
  const { native, buckets, ...rest } = description;
  const classic = native !== undefined && buckets.length === 0 ? DEFAULT_BUCKETS : buckets;
  switch (kind) {
    case "classic":
      return native === undefined ? description : { ...rest, buckets: classic } as Described;
    case "native":
      if (native !== undefined && buckets.length === 0) return description;
      return {
        ...rest,
        buckets: Object.freeze([]),
        native: native ?? defineNative(rest.name),
      } as unknown as Described;
    case "both":
      if (native !== undefined && buckets.length > 0) return description;
      return { ...rest, buckets: classic, native: native ?? defineNative(rest.name) } as unknown as Described;
    default:
      throw new TypeError(`Cannot define metric "${rest.name}": kind is "${kind}", expected classic, native or both`);
  }
}
