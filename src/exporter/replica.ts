import type { Description } from "../model/description.ts";
import { type LiveNativeHistogram, type NativeDefinition, NO_BUCKETS } from "../model/native_histogram.ts";

/**
 * The description of a family that shows what another isolate collected, from its stored data alone.
 *
 * Nothing is observed in such a family, so native buckets are only held and quantiles are what they were. It differs from
 * every description that has the code for more: a run that finds the family again makes its own.
 */
export function replicaOf(stored: Description): Description {
  // A bound may be the text of a number, see `toJson`.
  if ("buckets" in stored) {
    const { native, buckets } = stored;
    const replica = { ...stored, buckets: buckets.map(Number) };
    return native === undefined ? replica : { ...replica, native: HELD as NativeDefinition };
  }
  if (stored.type !== "summary") return stored;
  const { window: _, ...rest } = stored;
  return { ...rest, quantiles: rest.quantiles.map(Number) };
}

const HELD: Pick<NativeDefinition, "make"> = { make: makeHeld };

function makeHeld(): LiveNativeHistogram {
  const held: LiveNativeHistogram = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: NO_BUCKETS,
    negative: NO_BUCKETS,
    restart() {},
    observe: () => false,
    addExemplar() {},
    assign: (histogram) => void Object.assign(held, histogram),
  };
  return held;
}
