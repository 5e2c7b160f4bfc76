import { type Logger, withFields } from "../log/logger.ts";
import type { Descriptions, Instruments } from "../metrics/bind.ts";
import { Callback, type RunEnd, type WaitOptions } from "../metrics/callback.ts";
import type { Clock } from "../metrics/clock.ts";
import type { HistogramKind } from "../model/description.ts";
import type { Family } from "../model/family.ts";
import { parseDuration } from "../settings/duration.ts";
import { RunBudget } from "./budget.ts";
import { countedFetch } from "./counted_fetch.ts";
import type { CollectContext, Collector } from "./definition.ts";
import { FamilySet, type NameOwners, type StagedSet } from "./family_set.ts";
import { findUpstream, type LostUpstream, LostUpstreams, type UpstreamLabels, upstreamText } from "./lost_upstreams.ts";
import { type CollectorReport, type Outcome, OutcomeError } from "./outcome.ts";
import { storedFamily } from "./stored_family.ts";
import type { StoredRun, StoredSuccess } from "./stored_run.ts";
import { upstreamFailureOf } from "./upstream_failure.ts";

/** What runs of one exporter's collectors have in common. */
export interface RunSurroundings {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly log: Logger;
  /** The exporter's settings, as they are now. */
  readonly settings: () => unknown;
  /** The exporter's upstreams, as they are now. */
  readonly upstreams: () => readonly UpstreamLabels[];
  readonly held: Instruments<Descriptions>;
  /** The kind of all histograms; without it, as each is defined. */
  readonly histograms: HistogramKind | undefined;
  /** Told how each run ended, once. */
  readonly ended: (collector: string, outcome: Outcome, error: unknown) => void;
}

/** One scrape, as a collector sees it. */
export interface Scrape extends WaitOptions {
  /** What `open` made; throws an {@link OutcomeError} when it is not open. The scrapes that join a run share it. */
  readonly resource: () => unknown;
  /** Keeps the resource open until the function that it returns is called. @default nothing closes it meanwhile */
  readonly hold?: () => () => void;
}

/** What a run that ended `ok` gave. */
type Given = Required<Pick<CollectorReport, "series" | "usedResource">> & Pick<CollectorReport, "failure" | "lost">;

/** The last run that ended `ok`. */
interface Success extends StoredSuccess, Pick<CollectorReport, "lost"> {
  /** When, by the clock that never goes back: this is what its age is told by. */
  readonly elapsedMs: number;
}

/** Runs one collector, each time as a transaction. */
export class CollectorRunner {
  /** The name that flags, `collect[]` and labels know the collector by. */
  readonly name: string;
  /** The collector's definition. */
  readonly collector: Collector;
  readonly #families: FamilySet;
  readonly #callback: Callback<Given, Scrape>;
  readonly #clock: Clock;
  #success: Success | undefined;
  /** How often the success was forgotten. A run that began before the last time gives no success to be shown again. */
  #generation = 0;

  constructor(name: string, collector: Collector, owners: NameOwners, surroundings: RunSurroundings) {
    this.name = name;
    this.collector = collector;
    const { clock, histograms, ended } = surroundings;
    this.#clock = clock;
    const descriptions = Object.values(collector.metrics ?? {});
    const families = new FamilySet(name, descriptions, owners, { now: () => clock.now(), histograms });
    this.#families = families;
    this.#callback = new Callback(
      `collector "${name}"`,
      async (signal, scrape) => {
        const generation = this.#generation;
        const release = scrape.hold?.() ?? (() => {});
        // A run that ignores its abort must not keep the resource for ever.
        signal.addEventListener("abort", release);
        try {
          const { resource, timeoutMs } = scrape;
          const run = new Run(name, collector, families, { ...surroundings, resource, timeoutMs, signal });
          const given = await run.collect();
          const ended = { ...given, elapsedMs: clock.elapsedMs(), timestampMs: clock.now() };
          if (generation === this.#generation) this.#success = ended;
          return given;
        } finally {
          release();
        }
      },
      {
        clock,
        timeoutMs: collector.timeout === undefined ? undefined : parseDuration(collector.timeout),
        ended: (end) => ended(name, outcomeOf(end), end.error),
      },
    );
  }

  /** The families that the last successful run set. */
  families(): Family[] {
    return this.#families.families();
  }

  /** Joins the run that is under way, or starts one, and waits for its end or for the scrape's deadline. */
  async run(scrape: Scrape): Promise<CollectorReport> {
    const { value, ...report } = await this.#callback.run(scrape);
    return { ...report, outcome: outcomeOf(report), series: 0, isShown: value !== undefined, ...value };
  }

  /** Forgets the last success. No later scrape joins the run that is under way: it waits for its end, then runs anew. */
  forget(): void {
    this.#success = undefined;
    this.#generation++;
    this.#callback.outdate();
  }

  /** When it last succeeded, in milliseconds since the epoch; 0 before the first time. */
  get lastSuccessMs(): number {
    return this.#success?.timestampMs ?? 0;
  }

  /** The last success, for {@link restore} elsewhere. */
  stored(): Pick<StoredRun, "success" | "families"> {
    if (this.#success === undefined) return { families: [] };
    const { elapsedMs: _, lost: __, ...success } = this.#success;
    return { success, families: this.families().map(storedFamily) };
  }

  /**
   * Takes over the last success from elsewhere; the clock of the wall is all that both have in common.
   *
   * @throws {TypeError} If a family is defined otherwise here, or belongs to another collector.
   */
  restore({ success, families }: Pick<StoredRun, "success" | "families">): void {
    this.#families.restore(families);
    const ageMs = Math.max(0, this.#clock.now() - (success?.timestampMs ?? 0));
    this.#success = success && { ...success, elapsedMs: this.#clock.elapsedMs() - ageMs };
  }

  /** The report of a scrape that shows the last success instead of running; `undefined` if that is too old. */
  shown(withinMs: number): CollectorReport | undefined {
    if (this.#success === undefined || this.#clock.elapsedMs() - this.#success.elapsedMs >= withinMs) return undefined;
    const { series, usedResource, lost = [] } = this.#success;
    return { outcome: "ok", seconds: 0, series, usedResource, isShown: true, lost };
  }

  /** A report that shows the last success if the run failed, unless that is too old. */
  orKept(report: CollectorReport, keepMs: number): CollectorReport {
    const kept = report.outcome === "ok" ? undefined : this.shown(keepMs);
    return kept === undefined ? report : { ...report, series: kept.series, isShown: true };
  }

  /**
   * The report of a scrape that waits for no run: how the last one ended, if one did, and the last success unless that is
   * too old.
   */
  afterRun(last: CollectorReport | undefined, keepMs: number): CollectorReport {
    if (last === undefined) return missed("its first run has not ended");
    if (last.outcome !== "ok") return this.orKept(last, keepMs);
    return this.shown(keepMs) ?? missed("no run has ended since its samples were dropped");
  }

  /** Ends the run that is under way, for every scrape that waits for it. */
  abort(reason: Error): void {
    this.#callback.abort(reason);
  }
}

function missed(message: string): CollectorReport {
  return { outcome: "timeout", seconds: 0, series: 0, isShown: false, error: new Error(message) };
}

/** Only collectors have more reasons to fail than any callback has. */
function outcomeOf({ outcome, error }: RunEnd): Outcome {
  if (error instanceof OutcomeError) return error.outcome;
  return outcome === "error" && upstreamFailureOf(error) === "denied" ? "denied" : outcome;
}

interface Surroundings extends RunSurroundings, Pick<Scrape, "resource" | "timeoutMs"> {
  readonly signal: AbortSignal;
}

/** One call of a collector's `collect`: what it writes all counts, or none of it. */
class Run {
  readonly #name: string;
  readonly #collector: Collector;
  readonly #surroundings: Surroundings;
  readonly #log: Logger;
  readonly #budget: RunBudget;
  readonly #staged: StagedSet;
  #over = false;
  #usedResource = false;
  #failure: string | undefined;
  readonly #lost = new Map<UpstreamLabels, unknown>();
  /** What ends the run although `collect` may have swallowed it. */
  #fault: Error | undefined;
  #lateWrites = 0;

  constructor(name: string, collector: Collector, families: FamilySet, surroundings: Surroundings) {
    this.#name = name;
    this.#collector = collector;
    this.#surroundings = surroundings;
    this.#log = withFields(surroundings.log, { collector: name });
    this.#budget = new RunBudget(collector, (error) => this.#fault ??= error);
    this.#staged = families.stage({
      budget: this.#budget,
      refusal: (metric) => this.#refuseLateWrite(metric),
    });
  }

  async collect(): Promise<Given> {
    const { signal } = this.#surroundings;
    signal.addEventListener("abort", () => this.#discard());
    try {
      await this.#collector.collect(this.#context());
      signal.throwIfAborted();
      if (this.#fault !== undefined) throw this.#fault;
      this.#checkUpstreams();
      return this.#commit();
    } catch (error) {
      this.#discard();
      throw this.#fault ?? error;
    }
  }

  #commit(): Given {
    this.#over = true;
    const { series } = this.#staged;
    this.#staged.commit();
    const failure = this.#failure === undefined ? {} : { failure: this.#failure };
    return { series, usedResource: this.#usedResource, lost: this.#lostUpstreams(), ...failure };
  }

  /** @throws If there is no upstream left: the error of the only one, or that of all. */
  #checkUpstreams(): void {
    const lost = this.#lostUpstreams();
    if (lost.length === 0 || lost.length < this.#surroundings.upstreams().length) return;
    throw lost.length === 1 ? lost[0]!.error : new LostUpstreams(lost);
  }

  #lostUpstreams(): LostUpstream[] {
    return [...this.#lost].map(([labels, error]) => ({ labels, error }));
  }

  #lose(labels: UpstreamLabels, error: unknown): void {
    const all = this.#surroundings.upstreams();
    const upstream = findUpstream(all, labels);
    if (upstream !== undefined) return void this.#lost.set(upstream, error);
    const expected = all.map((one) => JSON.stringify(upstreamText(one))).join(", ");
    throw new TypeError(`Unknown upstream ${JSON.stringify(upstreamText(labels))}, expected one of ${expected}`);
  }

  #discard(): void {
    if (this.#over) return;
    this.#over = true;
    this.#staged.discard();
  }

  /** `fail` is for the collectors of probes, whose types tell of it. */
  #context(): CollectContext<unknown, unknown, Descriptions, Descriptions> & { fail(reason: string): void } {
    const staged = this.#staged;
    const surroundings = this.#surroundings;
    const metrics = Object.fromEntries(
      Object.entries(this.#collector.metrics ?? {}).map(([key, description]) => [key, staged.instrument(description)]),
    );
    const useResource = () => {
      const resource = surroundings.resource();
      this.#usedResource = true;
      return resource;
    };
    return {
      settings: surroundings.settings(),
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
      lost: (labels, error) => this.#lose(labels, error),
      fetch: countedFetch(surroundings.fetch, (bytes) => this.#budget.responseBytes(bytes)),
      signal: surroundings.signal,
      timeoutMs: surroundings.timeoutMs,
      log: this.#log,
      now: () => surroundings.clock.now(),
      fail: (reason) => {
        this.#failure ??= reason;
        this.#log.debug("Probe failed", { reason });
      },
    };
  }

  #refuseLateWrite(metric: string): Error {
    const error = new Error(`Cannot write metric "${metric}": the run of collector "${this.#name}" has ended`);
    if (this.#lateWrites++ === 0) {
      this.#log.warn("Collector wrote after its run had ended", { error });
    }
    return error;
  }
}
