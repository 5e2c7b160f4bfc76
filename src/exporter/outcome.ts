import type { LostUpstream } from "./lost_upstreams.ts";

/** Every reason for which a collector's run can fail. */
export const FAILURES = ["error", "timeout", "limit", "down", "denied", "busy"] as const;

/**
 * Why a run failed: `error`, it threw; `timeout`, its deadline passed; `limit`, it went over its budget; `down`, the
 * resource it needs is not open; `denied`, the upstream does not give it the right; `busy`, an earlier run ignored its
 * abort and has still not ended.
 */
export type Failure = typeof FAILURES[number];

/** How a collector's run ended. Only `ok` shows what the run wrote. */
export type Outcome = "ok" | Failure;

/** What one collector gave to one scrape. */
export interface CollectorReport {
  /** How it ended, for this scrape. */
  readonly outcome: Outcome;
  /** How long this scrape waited for it. */
  readonly seconds: number;
  /** How many series it gave. */
  readonly series: number;
  /** Whether the scrape shows its samples: of an `ok` run, or earlier ones that its freshness lets it keep. */
  readonly isShown: boolean;
  /** What went wrong. */
  readonly error?: unknown;
  /** Whether it got the exporter's resource; known of those that ended `ok`. */
  readonly usedResource?: boolean;
  /** Why the target of a probe is not as it should be, as a collector that ended `ok` says. */
  readonly failure?: string;
  /** The upstreams that were not reached, as a collector that ended `ok` says. */
  readonly lost?: readonly LostUpstream[];
}

/** Ends a run as something other than `error`. */
export class OutcomeError extends Error {
  override name = "OutcomeError";
  /** The outcome that the run ends with. */
  readonly outcome: Failure;

  constructor(outcome: Failure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}
