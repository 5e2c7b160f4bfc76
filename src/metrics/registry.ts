import { describeDifference, type Description, relaysQuantiles, sampleNames } from "../model/description.ts";
import type { FamilyOptions, Snapshot } from "../model/family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { bind, type InstrumentOf } from "./bind.ts";
import { Callback, runAll, type RunReport, type WaitOptions } from "./callback.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { show } from "./instrument.ts";

/** Where a registry gets its time from. */
export interface RegistryOptions {
  /** Time. @default the runtime's clock */
  readonly clock?: Clock;
  /** The clock for created timestamps, in milliseconds since the epoch. @default that of `clock` */
  readonly now?: () => number;
}

/** What a `collect` callback gets beside its instrument. */
export interface CallbackContext {
  /** Aborted when the run's deadline has passed. */
  readonly signal: AbortSignal;
}

/** How the numbers of a metric are read that nobody writes when they change. */
export interface AddOptions<D extends Description> {
  /**
   * Brings the instrument up to date, whenever the registry is gathered.
   *
   * Its writes count at once, and series that it does not set stay as they are: so read first, then `clear()` where label
   * sets come and go, and write without awaiting in between. It never runs twice at the same time.
   */
  readonly collect?: (instrument: InstrumentOf<D>, context: CallbackContext) => void | Promise<void>;
  /** How long a run of `collect` may take at most, in milliseconds. @default as long as somebody waits for it */
  readonly timeoutMs?: number;
}

/** Until when callbacks must have ended. */
export interface GatherOptions extends Partial<WaitOptions> {
  /** Milliseconds to wait for callbacks; `Infinity` waits as long as they take. @default 10000 */
  readonly timeoutMs?: number;
}

/** What a registry gathered. */
export interface Gathered {
  /** The families that are up to date, sorted by name, ready to be encoded. */
  readonly snapshots: Snapshot[];
  /** How each callback ended, by the name of its metric, in the order they were added. */
  readonly reports: ReadonlyMap<string, RunReport>;
}

/** How long callbacks may take when nobody says anything. */
export const DEFAULT_TIMEOUT_MS = 10_000;

interface Entry extends Pick<AddOptions<Description>, "timeoutMs"> {
  readonly family: HeldFamily;
  readonly instrument: unknown;
  readonly collect: unknown;
  readonly callback: Callback | undefined;
}

/**
 * Holds the live instruments of an application: their series stay until they are removed.
 *
 * @example Application code with metrics of its own
 * ```ts
 * import { counter, gauge } from "@exporterkit/core";
 * import { encode, negotiate } from "@exporterkit/core/exposition";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const jobs = registry.add(counter("jobs_total", "Jobs done.", ["queue"]));
 * const waiting: string[] = ["a letter"];
 * registry.add(gauge("jobs_waiting", "Jobs that nobody has taken yet."), {
 *   collect: (gauge) => gauge.set(waiting.length),
 * });
 *
 * jobs.inc({ queue: "mail" });
 * const { snapshots } = await registry.gather();
 * const text = new TextDecoder().decode(encode(snapshots, negotiate(null)));
 * assert.match(text, /jobs_total\{queue="mail"\} 1\n/);
 * assert.match(text, /jobs_waiting 1\n/);
 * ```
 * @example A callback that fails
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * registry.add(gauge("uptime_seconds", "Time since the start.")).set(12.5);
 * registry.add(gauge("queue_depth", "Jobs waiting."), {
 *   timeoutMs: 2000,
 *   collect: async (depth, { signal }) => depth.set(await askQueue(signal)),
 * });
 *
 * function askQueue(_signal: AbortSignal): Promise<number> {
 *   return Promise.reject(new Error("connection refused"));
 * }
 *
 * const { snapshots, reports } = await registry.gather({ timeoutMs: 5000 });
 * assert.equal(reports.get("queue_depth")!.outcome, "error");
 * assert.deepEqual(snapshots.map(({ family }) => family.description.name), ["uptime_seconds"]);
 * ```
 */
export class Registry {
  readonly #entries = new Map<string, Entry>();
  readonly #owners = new Map<string, string>();
  readonly #clock: Clock;
  readonly #familyOptions: FamilyOptions;

  /** @param options The clocks for deadlines and created timestamps. */
  constructor({ clock = SYSTEM_CLOCK, now = () => clock.now() }: RegistryOptions = {}) {
    this.#clock = clock;
    this.#familyOptions = { now };
  }

  /**
   * Makes the instrument that a description stands for. The same description again gives the same instrument.
   *
   * Counters, gauges, histograms and summaries without labels are exposed as 0 at once; not so summaries with relayed
   * quantiles, which only an upstream knows.
   *
   * @param options A callback for a metric whose value is only read when it is wanted.
   * @throws {TypeError} If the name, or a name that its samples will have, belongs to a different metric, or the metric is
   * known without that callback.
   * @throws {RangeError} If the time-out is not positive.
   */
  add<D extends Description>(description: D, options: AddOptions<D> = {}): InstrumentOf<D> {
    const { name } = description;
    checkOptions(name, options);
    const known = this.#entries.get(name);
    if (known !== undefined) {
      const difference = describeDifference(known.family.description, description) ??
        callbackDifference(known, options);
      if (difference !== undefined) throw new TypeError(`Cannot register metric "${name}": ${difference}`);
      return known.instrument as InstrumentOf<D>;
    }
    this.#claim(description);
    const family = new HeldFamily(description, this.#familyOptions);
    if (startsAtZero(description)) family.writer.slot(undefined);
    const instrument = bind<D>(family.writer);
    const { collect, timeoutMs } = options;
    const callback = collect === undefined ? undefined : new Callback(
      `callback "${name}"`,
      (signal) => collect(instrument, { signal }),
      { timeoutMs, clock: this.#clock },
    );
    this.#entries.set(name, { family, instrument, collect, callback, timeoutMs });
    return instrument;
  }

  /** Takes a metric and all its series away. Returns whether there was one. */
  remove(name: string): boolean {
    const entry = this.#entries.get(name);
    if (entry === undefined) return false;
    for (const sample of sampleNames(entry.family.description)) this.#owners.delete(sample);
    return this.#entries.delete(name);
  }

  /**
   * Runs all callbacks at once and gathers what is true when they have ended or the time is up.
   *
   * All are called, in the order they were added, before this returns its promise, so those that return none have written
   * by then. A callback that still runs for an earlier call is not called again: both calls wait for the same run, each
   * until its own deadline, and the run is aborted when the last of them has passed. A family whose callback did not end
   * `ok` is left out, since a gap is the truth and a frozen value is not; everything else is there.
   *
   * Never rejects because of a callback: its report says how it ended. The snapshots must be encoded or released.
   */
  async gather(options: GatherOptions = {}): Promise<Gathered> {
    const reports = await this.collect(options);
    return { snapshots: this.snapshots(reports), reports };
  }

  /**
   * Runs all callbacks as {@link Registry.gather} does, and only reports how they ended.
   *
   * @returns The reports for {@link Registry.snapshots}, where more than this registry is waited for.
   */
  async collect(options: GatherOptions = {}): Promise<ReadonlyMap<string, RunReport>> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const names: string[] = [];
    const callbacks: Callback[] = [];
    for (const [name, { callback }] of this.#entries) {
      if (callback === undefined) continue;
      names.push(name);
      callbacks.push(callback);
    }
    const reports = await runAll(callbacks, { ...options, timeoutMs }, { clock: this.#clock });
    return new Map(names.map((name, i) => [name, reports[i]!]));
  }

  /**
   * The families as they are now, sorted by name, ready to be encoded.
   *
   * Those with a callback are left out: only {@link Registry.gather} brings them up to date.
   *
   * @param reports Callbacks that ran just before: where they ended `ok`, their families are there too. @default none
   */
  snapshots(reports: ReadonlyMap<string, Pick<RunReport, "outcome">> = new Map()): Snapshot[] {
    return this.#sorted()
      .filter(({ family, callback }) => {
        return callback === undefined || reports.get(family.description.name)?.outcome === "ok";
      })
      .map(({ family }) => family.pin());
  }

  /** All families, sorted by name. */
  families(): HeldFamily[] {
    return this.#sorted().map(({ family }) => family);
  }

  #sorted(): Entry[] {
    return [...this.#entries.values()]
      .sort(({ family: a }, { family: b }) => a.description.name < b.description.name ? -1 : 1);
  }

  /** A histogram `x` writes samples named `x_count`: nobody else may. */
  #claim(description: Description): void {
    const samples = sampleNames(description);
    for (const sample of samples) {
      const owner = this.#owners.get(sample);
      if (owner !== undefined) {
        throw new TypeError(
          `Cannot register metric "${description.name}": its sample "${sample}" is already one of metric "${owner}"`,
        );
      }
    }
    samples.forEach((sample) => this.#owners.set(sample, description.name));
  }
}

function checkOptions(name: string, { collect, timeoutMs }: { collect?: unknown; timeoutMs?: number }): void {
  if (collect !== undefined && typeof collect !== "function") {
    throw new TypeError(`Cannot register metric "${name}": collect is ${show(collect)}, expected a function`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`Cannot register metric "${name}": timeoutMs is ${show(timeoutMs)}, expected more than 0`);
  }
}

/** Whoever names no callback takes the metric as it is. */
function callbackDifference(known: Entry, other: { collect?: unknown; timeoutMs?: number }): string | undefined {
  if (other.collect === undefined) return undefined;
  if (known.collect === undefined) return "it has a collect callback, already declared without one";
  if (known.collect !== other.collect) return "its collect callback is not the one already declared";
  if (known.timeoutMs === other.timeoutMs) return undefined;
  return `timeoutMs is ${show(other.timeoutMs)}, already declared as ${show(known.timeoutMs)}`;
}

const STARTS_AT_ZERO: ReadonlySet<Description["type"]> = new Set(["counter", "gauge", "histogram", "summary"]);

function startsAtZero(description: Description): boolean {
  if (description.type === "summary" && relaysQuantiles(description)) return false;
  return description.labelNames.length === 0 && STARTS_AT_ZERO.has(description.type);
}
