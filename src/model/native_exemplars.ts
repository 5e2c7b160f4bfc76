import type { Exemplar } from "./exemplar.ts";

/** An exemplar with the time that native histograms ask for. */
export type TimedExemplar = Exemplar & { readonly timestampMs: number };

/** client_golang's defaults. */
const MAX_EXEMPLARS = 10;
const MAX_AGE_MS = 5 * 60_000;

/**
 * Adds an exemplar to a list that is ascending by value, and drops one when they become too many: the oldest if it has
 * expired, else the older one of the two that are nearest to each other, so that the others stay spread over all
 * magnitudes.
 */
export function addExemplar(
  exemplars: TimedExemplar[],
  exemplar: TimedExemplar,
  { max = MAX_EXEMPLARS, maxAgeMs = MAX_AGE_MS }: { max?: number; maxAgeMs?: number } = {},
): void {
  const found = exemplars.findIndex(({ value }) => exemplar.value <= value);
  const at = found < 0 ? exemplars.length : found;
  exemplars.splice(at, 0, exemplar);
  if (exemplars.length > max) exemplars.splice(dropped(exemplars, at, maxAgeMs), 1);
}

/** Which one has to go; never the new one. */
function dropped(exemplars: readonly TimedExemplar[], added: number, maxAgeMs: number): number {
  if (exemplars.length === 2) return 1 - added;
  const oldest = oldestOf(exemplars, added);
  if (exemplars[added]!.timestampMs - exemplars[oldest]!.timestampMs > maxAgeMs) return oldest;
  let nearest = Infinity;
  let pair = 1;
  for (let i = 1; i < exemplars.length; i++) {
    const distance = distanceOf(exemplars[i - 1]!.value, exemplars[i]!.value);
    if (distance < nearest) {
      nearest = distance;
      pair = i;
    }
  }
  if (pair === added) return pair - 1;
  if (pair - 1 === added) return pair;
  return exemplars[pair]!.timestampMs < exemplars[pair - 1]!.timestampMs ? pair : pair - 1;
}

function oldestOf(exemplars: readonly TimedExemplar[], added: number): number {
  let oldest = added === 0 ? 1 : 0;
  exemplars.forEach(({ timestampMs }, i) => {
    if (i !== added && timestampMs < exemplars[oldest]!.timestampMs) oldest = i;
  });
  return oldest;
}

/** How many magnitudes lie between two values; between different signs there is no end of them. */
function distanceOf(low: number, high: number): number {
  if (low === high) return 0;
  return Math.sign(low) === Math.sign(high) ? Math.abs(Math.log(high / low)) : Infinity;
}
