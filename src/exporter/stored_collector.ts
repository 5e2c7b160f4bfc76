import { errorText } from "../log/logger.ts";
import { Callback, type RunEnd } from "../metrics/callback.ts";
import type { Clock } from "../metrics/clock.ts";
import type { CollectorRunner, Scrape } from "./collector_run.ts";
import { type CollectorReport, type Outcome, OutcomeError } from "./outcome.ts";
import type { SharedResource } from "./resource.ts";
import type { SampleStore } from "./sample_store.ts";
import { isDue } from "./schedule.ts";
import { decodeRun, encodeRun, type StoredRun } from "./stored_run.ts";

/** Where a collector's samples are kept, and for how long they are shown. */
export interface StoredOptions {
  readonly store: SampleStore;
  /** The key that they are kept under. */
  readonly key: string;
  /** From one run to the next. */
  readonly periodMs: number;
  /** How long the last success is shown when later runs fail. */
  readonly keepMs: number;
  readonly clock: Clock;
  /** Told how each run ended, once, when it is clear whether what it gave can be stored. */
  readonly ended: (collector: string, outcome: Outcome, error: unknown) => void;
  /** Told how each reading and writing of the store ended. */
  readonly reached: (collector: string, outcome: Outcome, error: unknown) => void;
}

/** A time at which collectors may run, and what those that do have in common. */
export interface Trigger {
  /** When it was due, in milliseconds since the epoch. */
  readonly dueMs: number;
  /** How long a run may take at most, in milliseconds. */
  readonly timeoutMs: number;
  readonly resource: SharedResource;
  /** Opens the resource, once for all. */
  readonly reach: () => Promise<RunEnd>;
}

/**
 * Runs a collector when a trigger says so, and shows what came of it, be it in another isolate: a store is all that they
 * have in common.
 */
export class StoredCollector {
  readonly #runner: CollectorRunner;
  readonly #options: StoredOptions;
  readonly #reading: Callback;
  /** The newest run that is known here; the runner has its families. */
  #last: StoredRun | undefined;

  constructor(runner: CollectorRunner, options: StoredOptions) {
    const { clock, reached } = options;
    const ended = ({ outcome, error }: RunEnd) => reached(runner.name, outcome, error);
    this.#runner = runner;
    this.#options = options;
    this.#reading = new Callback(`the store of collector "${runner.name}"`, () => this.#read(), { clock, ended });
  }

  /** What the last run gave, for a scrape: it waits for the store alone. */
  async run({ timeoutMs }: Scrape): Promise<CollectorReport> {
    const { outcome, error, seconds } = await this.#reading.run({ timeoutMs, shared: false });
    const last = outcome === "ok" ? this.#last && reportOf(this.#last) : reportOf({ outcome, error });
    return { ...this.#runner.afterRun(last, this.#options.keepMs), seconds };
  }

  /**
   * Runs the collector if it is time to, and stores how that ended.
   *
   * @throws {Error} If the store cannot be read, and then nothing is run, or not be written.
   */
  async collect({ dueMs, timeoutMs, resource, reach }: Trigger): Promise<void> {
    const { store, key, periodMs } = this.#options;
    const reading = await this.#reading.run({ timeoutMs, shared: false });
    if (reading.outcome !== "ok") throw reading.error;
    if (!isDue(periodMs, this.#last?.dueMs, dueMs)) return;
    const reached = await reach();
    const report = await this.#runner.run({
      timeoutMs: Math.min(periodMs, timeoutMs),
      shared: false,
      resource: () => resource.use(reached),
    });
    const bytes = this.#after(report, dueMs);
    try {
      await store.write(key, bytes);
    } catch (error) {
      this.#options.reached(this.#runner.name, "error", error);
      throw error;
    }
  }

  async #read(): Promise<void> {
    const { store, key } = this.#options;
    const bytes = await store.read(key);
    const stored = bytes && decodeRun(bytes);
    // What is older than what is known here would let totals go back.
    if (stored === undefined || stored.dueMs <= (this.#last?.dueMs ?? -Infinity)) return;
    try {
      this.#runner.restore(stored);
      this.#last = stored;
    } catch {
      // Another version of the exporter wrote it. Nothing is known then until the next run.
    }
  }

  /** What to store after a run. What is too much for the store ends the run as `limit`. */
  #after(report: CollectorReport, dueMs: number): Uint8Array {
    const { store, ended } = this.#options;
    const { name } = this.#runner;
    if (report.outcome === "ok") {
      const run: StoredRun = { dueMs, outcome: "ok", ...this.#runner.stored() };
      const bytes = encodeRun(run);
      if (bytes.length <= store.maxBytes) {
        this.#last = run;
        ended(name, "ok", undefined);
        return bytes;
      }
      this.#runner.restore(this.#last ?? { families: [] });
      const message = `its samples take ${bytes.length} bytes, but the store takes ${store.maxBytes}: ` +
        "let it collect fewer series, or make two collectors of it";
      return this.#failed({ outcome: "limit", error: new OutcomeError("limit", message) }, dueMs);
    }
    return this.#failed(report, dueMs);
  }

  #failed({ outcome, error }: Pick<CollectorReport, "outcome" | "error">, dueMs: number): Uint8Array {
    const { success, families = [] } = this.#last ?? {};
    const run: StoredRun = { dueMs, outcome, error: errorText(error), success, families };
    this.#last = run;
    this.#options.ended(this.#runner.name, outcome, error);
    return encodeRun(run);
  }
}

function reportOf({ outcome, error }: Pick<CollectorReport, "outcome" | "error">): CollectorReport {
  return { outcome, error, seconds: 0, series: 0, isShown: false };
}
