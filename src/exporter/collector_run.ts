import { errorText, type Logger } from "../log/logger.ts";
import type { Descriptions, Instruments } from "../metrics/bind.ts";
import type { Clock } from "../metrics/clock.ts";
import type { HistogramKind } from "../model/description.ts";
import type { Family } from "../model/family.ts";
import { parseDuration } from "../settings/duration.ts";
import type { CollectContext, Collector } from "./definition.ts";
import { FamilySet, type NameOwners, type StagedSet } from "./family_set.ts";
import { type CollectorReport, type Outcome, OutcomeError } from "./outcome.ts";

/** What runs of one exporter's collectors have in common. */
export interface RunSurroundings {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly log: Logger;
  readonly settings: unknown;
  readonly held: Instruments<Descriptions>;
  /** The kind of all histograms; without it, as each is defined. */
  readonly histograms: HistogramKind | undefined;
  /** Whether scrapes join a run that is under way. */
  readonly shared: boolean;
  /** Told how each run ended, once. */
  readonly ended: (collector: string, outcome: Outcome) => void;
}

/** One scrape, as a collector sees it. */
export interface Scrape {
  /** When the scrape must have its answer, on the clock of `elapsedMs`. */
  readonly deadlineMs: number;
  /** What `open` made; throws an {@link OutcomeError} when it is not open. */
  readonly resource: () => unknown;
}

/** Runs one collector: never twice at the same time, however many scrapes want it. */
export class CollectorRunner {
  /** The name that flags, `collect[]` and labels know the collector by. */
  readonly name: string;
  /** The collector's definition. */
  readonly collector: Collector;
  readonly #families: FamilySet;
  readonly #surroundings: RunSurroundings;
  #run: Run | undefined;

  constructor(name: string, collector: Collector, owners: NameOwners, surroundings: RunSurroundings) {
    this.name = name;
    this.collector = collector;
    this.#surroundings = surroundings;
    const { clock, histograms } = surroundings;
    const descriptions = Object.values(collector.metrics ?? {});
    this.#families = new FamilySet(name, descriptions, owners, { now: () => clock.now(), histograms });
  }

  /** The families that the last successful run set. */
  families(): Family[] {
    return this.#families.families();
  }

  /** Joins the run that is under way, or starts one, and waits for its end or for the scrape's deadline. */
  collect(scrape: Scrape): Promise<CollectorReport> {
    const { clock, shared, ended } = this.#surroundings;
    if (this.#run?.hasReturned) this.#run = undefined;
    if (this.#run?.isOver) {
      ended(this.name, "busy");
      const error = new Error("an earlier run was aborted and has still not ended");
      return Promise.resolve({ outcome: "busy", seconds: 0, series: 0, error });
    }
    const run = this.#run ?? new Run(this.name, this.collector, this.#families, {
      ...this.#surroundings,
      resource: scrape.resource,
    });
    if (shared) this.#run = run;
    return run.wait(scrape, clock);
  }

  /** Ends the run that is under way, for every scrape that waits for it. */
  abort(reason: Error): void {
    this.#run?.end("timeout", reason);
  }
}

type End = Omit<CollectorReport, "seconds">;
/** The scrape that starts a run lends it the resource; the ones that join it share that. */
type Surroundings = RunSurroundings & Pick<Scrape, "resource">;

/** One call of a collector's `collect`. */
class Run {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #staged: StagedSet;
  readonly #controller = new AbortController();
  readonly #end: Promise<End>;
  #resolve!: (end: End) => void;
  #waiting = 0;
  #over = false;
  #returned = false;
  #usedResource = false;
  /** What ends the run although `collect` may have swallowed it. */
  #fault: Error | undefined;
  #lateWrites = 0;
  #series = 0;

  constructor(name: string, collector: Collector, families: FamilySet, surroundings: Surroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#end = new Promise((resolve) => this.#resolve = resolve);
    this.#staged = families.stage({
      budget: { series: () => this.#countSeries(collector.maxSeries) },
      refusal: (metric) => this.#refuseLateWrite(metric),
    });
    const cancelTimeout = collector.timeout === undefined
      ? () => {}
      : surroundings.clock.after(parseDuration(collector.timeout), () =>
        this.#timeOut(`its timeout of ${collector.timeout}`));
    this.#end.then(cancelTimeout);
    this.#call(collector);
  }

  /** Whether `collect` has returned or thrown, however late. */
  get hasReturned(): boolean {
    return this.#returned;
  }

  /** Whether the run has its outcome. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Waits for the end of the run; the last scrape that gives up aborts it. */
  async wait({ deadlineMs }: Scrape, clock: Clock): Promise<CollectorReport> {
    const start = clock.elapsedMs();
    this.#waiting++;
    let giveUp!: (end: End) => void;
    const gaveUp = new Promise<End>((resolve) => giveUp = resolve);
    const cancel = clock.after(Math.max(0, deadlineMs - start), () => {
      const why = "the scrape's deadline";
      this.#waiting--;
      if (this.#waiting === 0) this.#timeOut(why);
      giveUp({ outcome: "timeout", series: 0, error: new Error(`it had not ended at ${why}`) });
    });
    const end = await Promise.race([this.#end, gaveUp]);
    cancel();
    return { ...end, seconds: (clock.elapsedMs() - start) / 1000 };
  }

  /** Gives the run its outcome, once. */
  end(outcome: Outcome, error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    const series = outcome === "ok" ? this.#staged.series : 0;
    if (outcome === "ok") this.#staged.commit();
    else {
      this.#staged.discard();
      this.#controller.abort(error);
    }
    this.#surroundings.ended(this.#name, outcome);
    this.#resolve({ outcome, series, error, usedResource: this.#usedResource });
  }

  async #call(collector: Collector): Promise<void> {
    try {
      await collector.collect(this.#context(collector));
      if (this.#fault === undefined) this.end("ok");
      else this.#fail(this.#fault);
    } catch (error) {
      this.#fail(this.#fault ?? error);
    } finally {
      this.#returned = true;
    }
  }

  #fail(error: unknown): void {
    this.end(error instanceof OutcomeError ? error.outcome : "error", error);
  }

  #timeOut(why: string): void {
    this.end(
      "timeout",
      new DOMException(`The run of collector "${this.#name}" had not ended at ${why}`, "TimeoutError"),
    );
  }

  #context(collector: Collector): CollectContext<unknown, unknown, Descriptions, Descriptions> {
    const staged = this.#staged;
    const surroundings = this.#surroundings;
    const metrics = Object.fromEntries(
      Object.entries(collector.metrics ?? {}).map(([key, description]) => [key, staged.instrument(description)]),
    );
    const useResource = () => {
      const resource = surroundings.resource();
      this.#usedResource = true;
      return resource;
    };
    return {
      settings: surroundings.settings,
      get resource() {
        return useResource();
      },
      metrics,
      held: surroundings.held,
      family: (description) => {
        if (this.#over) throw this.#refuseLateWrite(description.name);
        try {
          return staged.find(description);
        } catch (error) {
          this.#fault ??= error as Error;
          throw error;
        }
      },
      fetch: surroundings.fetch,
      signal: this.#controller.signal,
      log: surroundings.log,
      now: () => surroundings.clock.now(),
    };
  }

  #countSeries(most: number | undefined): void {
    this.#series++;
    if (most === undefined || this.#series <= most) return;
    this.#fault ??= new OutcomeError("limit", `it set more than its limit of ${most} series`);
    throw this.#fault;
  }

  #refuseLateWrite(metric: string): Error {
    const error = new Error(`Cannot write metric "${metric}": the run of collector "${this.#name}" has ended`);
    if (this.#lateWrites++ === 0) {
      this.#surroundings.log.warn("Collector wrote after its run had ended", {
        collector: this.#name,
        error: errorText(error),
      });
    }
    return error;
  }
}
