import type { CollectorRunner, Scrape } from "./collector_run.ts";
import type { CollectorReport } from "./outcome.ts";

/** Runs a collector for a scrape only when its last success is too old to be shown again. */
export class CachedCollector {
  /** What is run. */
  readonly runner: CollectorRunner;
  readonly #periodMs: number;
  readonly #keepMs: number;

  /** @param times How long a success is shown at least, and how long at most when later runs fail. */
  constructor(runner: CollectorRunner, times: { readonly periodMs: number; readonly keepMs: number }) {
    this.runner = runner;
    this.#periodMs = times.periodMs;
    this.#keepMs = times.keepMs;
  }

  /** Shows what an earlier scrape collected, or else collects. A failure is tried again by the next scrape. */
  async run(scrape: Scrape): Promise<CollectorReport> {
    return this.runner.shown(this.#periodMs) ?? this.runner.orKept(await this.runner.run(scrape), this.#keepMs);
  }
}
