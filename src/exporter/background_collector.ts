import type { Clock } from "../metrics/clock.ts";
import type { CollectorRunner, Scrape } from "./collector_run.ts";
import type { CollectorReport } from "./outcome.ts";
import { OPEN_TIMEOUT_MS, type SharedResource } from "./resource.ts";

/** When a collector is run, and for how long its samples are shown. */
export interface BackgroundOptions {
  /** From the start of one run to the start of the next; a run is aborted when it has taken so long. */
  readonly periodMs: number;
  /** How long the last success is shown when later runs fail. */
  readonly keepMs: number;
  readonly clock: Clock;
  /** What the exporter shares, as it is now. */
  readonly resource: () => SharedResource;
}

/**
 * Runs a collector at regular times, whoever scrapes.
 *
 * Scrapes show what the last run that has ended gave, and do not wait. Only before the first run has ended there is
 * nothing to show: an exporter that was just started would seem broken, so that those scrapes wait for it.
 */
export class BackgroundCollector {
  readonly #runner: CollectorRunner;
  readonly #options: BackgroundOptions;
  #firstEnd!: Promise<void>;
  #firstEnded!: () => void;
  #last: CollectorReport | undefined;
  #isStopped = false;
  /** Which series of runs goes on: each of an earlier one ends with the run under way. */
  #series = 0;
  #cancelNext = () => {};

  constructor(runner: CollectorRunner, options: BackgroundOptions) {
    this.#runner = runner;
    this.#options = options;
    this.#await();
  }

  /** Runs the collector now, and from now on. Never rejects. */
  async start(): Promise<void> {
    const { clock, periodMs } = this.#options;
    const series = this.#series;
    const startMs = clock.elapsedMs();
    const report = await this.#collect(startMs + periodMs);
    if (report === undefined || series !== this.#series) return;
    this.#last = report;
    this.#firstEnded();
    const pauseMs = Math.max(0, startMs + periodMs - clock.elapsedMs());
    this.#cancelNext = clock.after(pauseMs, () => void this.start(), { keepsAlive: false });
  }

  /** Begins anew, as if nothing had been collected. What a run that is under way gives is not shown. */
  restart(): void {
    if (this.#isStopped) return;
    this.#endSeries();
    if (this.#last !== undefined) this.#await();
    this.#last = undefined;
    void this.start();
  }

  /** Starts no more runs, and lets nobody wait for the first. A run that is under way goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#endSeries();
    this.#firstEnded();
  }

  /** What the last run gave, for a scrape. */
  async run({ timeoutMs }: Scrape): Promise<CollectorReport> {
    const { clock, keepMs } = this.#options;
    const startMs = clock.elapsedMs();
    if (this.#last === undefined) await this.#waitForFirst(timeoutMs);
    return { ...this.#runner.afterRun(this.#last, keepMs), seconds: (clock.elapsedMs() - startMs) / 1000 };
  }

  /** Runs the collector, unless its series has ended before it could. */
  async #collect(deadlineMs: number): Promise<CollectorReport | undefined> {
    const { clock, periodMs } = this.#options;
    const series = this.#series;
    const resource = this.#options.resource();
    const release = resource.hold();
    try {
      const reached = await resource.reach(Math.min(periodMs / 2, OPEN_TIMEOUT_MS));
      if (series !== this.#series) return undefined;
      const timeoutMs = deadlineMs - clock.elapsedMs();
      return await this.#runner.run({ timeoutMs, resource: () => resource.use(reached), hold: () => resource.hold() });
    } finally {
      release();
    }
  }

  #await(): void {
    this.#firstEnd = new Promise((resolve) => this.#firstEnded = resolve);
  }

  /** Starts no more runs of this series. */
  #endSeries(): void {
    this.#series++;
    this.#cancelNext();
  }

  #waitForFirst(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(Math.max(0, timeoutMs), resolve);
      this.#firstEnd.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
