import type { Collector, Exporter } from "./definition.ts";
import { readFreshness } from "./freshness.ts";

const MINUTE_MS = 60_000;
/** Longer than a trigger comes too early, shorter than two of them are apart. */
const TOLERANCE_MS = MINUTE_MS / 2;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

/**
 * Whether an exporter has collectors that only run in the background, which on Workers takes a store and a cron trigger.
 *
 * Only what is enabled by the definition counts.
 */
export function needsStore(exporter: Exporter): boolean {
  return periodsMs(exporter).length > 0;
}

/**
 * The cron triggers, in UTC, that run all of an exporter's background collectors in time.
 *
 * One is enough for all of them, since each looks whether it is due: it comes as often as the longest time that all periods
 * are a multiple of, as far as cron can say that. Periods are whole minutes then, rounded down, and one minute at least.
 *
 * @returns One expression, such as `*\/5 * * * *`; none where {@link needsStore} is false.
 */
export function cronExpressions(exporter: Exporter): string[] {
  const periods = periodsMs(exporter);
  if (periods.length === 0) return [];
  const minutes = periods.map(minutesOf).reduce(commonDivisor);
  if (minutes % MINUTES_PER_HOUR !== 0) return [`${each(commonDivisor(minutes, MINUTES_PER_HOUR))} * * * *`];
  const hours = commonDivisor(minutes / MINUTES_PER_HOUR, HOURS_PER_DAY);
  return [hours === HOURS_PER_DAY ? "0 0 * * *" : `0 ${each(hours)} * * *`];
}

/**
 * Whether a collector is to run.
 *
 * @param lastDueMs When its last run was due, in milliseconds since the epoch; `undefined` if there was none.
 * @param nowDueMs When the trigger was due that asks.
 */
export function isDue(periodMs: number, lastDueMs: number | undefined, nowDueMs: number): boolean {
  if (lastDueMs === undefined || lastDueMs > nowDueMs) return true;
  return nowDueMs - lastDueMs >= minutesOf(periodMs) * MINUTE_MS - TOLERANCE_MS;
}

function periodsMs({ collectors }: Exporter): number[] {
  return Object.entries<Collector>(collectors).flatMap(([name, { enabled = true, freshness }]) => {
    const policy = readFreshness(name, freshness);
    return enabled && policy.kind === "every" ? [policy.periodMs] : [];
  });
}

function minutesOf(periodMs: number): number {
  return Math.max(1, Math.floor(periodMs / MINUTE_MS));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function each(step: number): string {
  return step === 1 ? "*" : `*/${step}`;
}
