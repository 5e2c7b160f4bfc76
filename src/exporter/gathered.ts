import type { RunReport } from "../metrics/callback.ts";
import type { Snapshot } from "../model/family.ts";
import type { CollectorReport } from "./outcome.ts";

/** One scrape of an exporter. */
export interface Gathered {
  /** All families, sorted by name, ready to be encoded. */
  readonly snapshots: Snapshot[];
  /** How each collector ended, in declared order. */
  readonly reports: ReadonlyMap<string, CollectorReport>;
  /** How each callback of `about` ended, by the name of its metric. */
  readonly callbacks: ReadonlyMap<string, RunReport>;
  /** Whether the upstream was reached, every collector succeeded, and none of them said that its probe failed. */
  readonly isSuccess: boolean;
}

/** Which collectors a scrape wants, and until when. */
export interface GatherOptions {
  /** Names of the collectors. @default all that are enabled */
  readonly collectors?: ReadonlySet<string>;
  /** How long it may take. @default 10000 */
  readonly timeoutMs?: number;
  /** When it began, by the clock that never goes back. @default now */
  readonly sinceMs?: number;
}
