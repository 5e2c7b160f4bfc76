import { type Duration, parseDuration } from "../settings/duration.ts";

/**
 * How old what a scrape shows of a collector may be.
 *
 * - `"fresh"`: collected for each scrape.
 * - `{ cached: "30s" }`: what a scrape collected is shown by others for so long.
 * - `{ every: "60s" }`: collected in the background, as often as that; scrapes do not wait for it. On Workers a cron
 *   trigger does it, whole minutes apart, and a KV namespace bound as `EXPORTERKIT_STORE` keeps what it gave.
 *
 * When a later run fails, the samples of the last success are shown until `keep` has passed since then, three periods
 * unless it says otherwise; then they are dropped.
 */
export type Freshness =
  | "fresh"
  | { readonly cached: Duration; readonly keep?: Duration }
  | { readonly every: Duration; readonly keep?: Duration };

/** A freshness, read. */
export type FreshnessPolicy =
  | { readonly kind: "fresh" }
  | { readonly kind: "cached" | "every"; readonly periodMs: number; readonly keepMs: number };

/** Periods that samples are kept after a failure unless the collector says otherwise. */
const KEPT_PERIODS = 3;

/**
 * Reads how fresh a collector is.
 *
 * @throws {TypeError} If it is none of the three.
 * @throws {SyntaxError} If a duration cannot be read.
 * @throws {RangeError} If the period is nothing, or longer than samples are kept.
 */
export function readFreshness(collector: string, freshness: Freshness = "fresh"): FreshnessPolicy {
  if (freshness === "fresh") return { kind: "fresh" };
  const { cached, every, keep } = (freshness ?? {}) as Partial<Record<"cached" | "every" | "keep", Duration>>;
  if ((cached === undefined) === (every === undefined)) {
    throw new TypeError(
      `Cannot define collector "${collector}": freshness is ${JSON.stringify(freshness)}, ` +
        'expected "fresh", { cached: "30s" } or { every: "60s" }',
    );
  }
  const periodMs = parseDuration((cached ?? every)!);
  const keepMs = keep === undefined ? KEPT_PERIODS * periodMs : parseDuration(keep);
  if (periodMs > 0 && keepMs >= periodMs) return { kind: every === undefined ? "cached" : "every", periodMs, keepMs };
  const problem = periodMs > 0 ? `keep "${keep}" is shorter than "${cached ?? every}"` : "its period is nothing";
  throw new RangeError(`Cannot define collector "${collector}": freshness is impossible, ${problem}`);
}
