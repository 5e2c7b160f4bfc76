import type { ProbeContext } from "@exporterkit/core";
import type { Module } from "./settings.ts";

/** What every prober is given, whatever its metrics are. */
type AnyContext = Pick<ProbeContext<unknown, Module, unknown, unknown, unknown, unknown>, "module" | "timeoutMs"> & {
  readonly signal: AbortSignal;
  fail(reason: string): void;
};

/** Kept back for what follows the end of a probe, so that what is known of a slow target is shown. */
const RESERVE_MS = 50;

/**
 * Probes until the timeout of the module, or until shortly before the scraper gives up, whichever comes first.
 *
 * Whatever the work throws, its end by time too, means that the target fails: what it has set until then is shown.
 *
 * @param work Ends everything that it has opened when the signal is aborted.
 */
export async function probeInTime(context: AnyContext, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { module, timeoutMs, signal, fail } = context;
  const untilScrapeMs = Math.max(timeoutMs - RESERVE_MS, timeoutMs / 2);
  const limitMs = module.timeout > 0 ? Math.min(module.timeout, untilScrapeMs) : untilScrapeMs;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const late = () => over.abort(new Error(`no end after ${(limitMs / 1000).toFixed(2)} s`));
  const timer = setTimeout(late, limitMs);
  try {
    await untilAborted(work(ended), ended);
  } catch (error) {
    fail(reasonOf(error));
  } finally {
    clearTimeout(timer);
    over.abort(new Error("the probe has ended"));
  }
}

/** Waits no longer than a signal lets it. */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** What an error says; those of sockets may say nothing but a code, or have several inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `: ${reasonOf(error.cause)}`;
  return `${error.message || (error as { code?: string }).code || error.name}${cause}`;
}
