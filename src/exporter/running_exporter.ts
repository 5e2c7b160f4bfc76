import { type GenericSchema, parse } from "valibot";
import { errorText, type Logger, SILENT } from "../log/logger.ts";
import type { Descriptions, Instruments } from "../metrics/bind.ts";
import { runAll, type RunEnd, type Runnable, type RunReport } from "../metrics/callback.ts";
import { type Clock, SYSTEM_CLOCK } from "../metrics/clock.ts";
import { DEFAULT_TIMEOUT_MS, Registry } from "../metrics/registry.ts";
import type { Description, HistogramKind } from "../model/description.ts";
import { type Family, isCumulative, type Snapshot } from "../model/family.ts";
import { fetchTransport, type Transport } from "../network/transport.ts";
import { BackgroundCollector } from "./background_collector.ts";
import { CachedCollector } from "./cached_collector.ts";
import { CollectorRunner, type Scrape } from "./collector_run.ts";
import type { Exporter, ScrapedCollector } from "./definition.ts";
import { type FreshnessPolicy, readFreshness } from "./freshness.ts";
import { FailureLog } from "./failure_log.ts";
import { describedAs, NameOwners } from "./family_set.ts";
import type { Gathered, GatherOptions } from "./gathered.ts";
import { type UpstreamLabels, upstreamText } from "./lost_upstreams.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { CollectorReport, Outcome } from "./outcome.ts";
import type { ProbeGatherOptions, Prober, SelectedProbe } from "./prober.ts";
import { hasUpstream, OPEN_TIMEOUT_MS, SharedResource } from "./resource.ts";
import { NO_STORE, type SampleStore } from "./sample_store.ts";
import { SelfMetrics } from "./self_metrics.ts";
import type { ExporterState } from "./state.ts";
import { Upstream } from "./upstream.ts";
import { type ScrapeEnds, type UpstreamState, upstreamStates } from "./upstream_states.ts";
import { StoredCollector } from "./stored_collector.ts";

/** What an exporter says about itself beyond its scrapes, such as its build and its process. */
export interface About {
  /** The families to expose; its callbacks run in each scrape, whatever collectors that selects. */
  readonly registry: Registry;
  /** Brings them up to date. */
  update?(): void;
}

/** How an exporter is run. */
export interface RunOptions {
  /** Validated settings. @default the defaults of the exporter's schema */
  readonly settings?: unknown;
  /** Names of the collectors to run. @default those enabled by their definition */
  readonly enabled?: ReadonlySet<string>;
  /** Receives what happens. @default nothing is logged */
  readonly log?: Logger;
  /** What collectors get as `fetch`. @default the global one */
  readonly fetch?: typeof fetch;
  /** Time. @default the runtime's clock */
  readonly clock?: Clock;
  /**
   * The kind of every histogram and gauge histogram of the exporter, see `withHistogramKind`.
   * @default as each is defined
   */
  readonly histograms?: HistogramKind;
  /** What else is exposed. @default nothing */
  readonly about?: About;
  /**
   * Whether this is one of many short-lived isolates that answer in turn: then nothing cumulative is exposed, and no
   * scrape joins another's run. @default false
   */
  readonly stateless?: boolean;
  /** Keeps what stateless isolates collect in the background. @default none, and such collectors fail there */
  readonly store?: SampleStore;
  /**
   * Whether this is what a probe makes of its target: then nothing happens between scrapes, each says `probe_success` and
   * `probe_duration_seconds`, and nothing is counted. @default false
   */
  readonly isTarget?: boolean;
  /** How probes reach hosts. @default by `fetch`, and only hosts that need no look-up or are open by name */
  readonly transport?: Transport;
  /** Hosts, addresses and ranges that may be probed although they would not be. @default none */
  readonly probeAllow?: readonly string[];
}

/** When what is due is collected. */
export interface TriggerOptions {
  /** When the trigger was due, in milliseconds since the epoch. */
  readonly dueMs: number;
  /** How long it may take, in milliseconds. @default as long as the period of each collector */
  readonly timeoutMs?: number;
}

/** Part of a scrape's time that reaching the upstream may take: the rest is for what can be served without it. */
const REACH_SHARE = 0.5;
/** How many collectors of one scrape may run at the same time. */
const MOST_AT_ONCE = 64;

/** A live exporter: one set of columns, runs and resources. */
export class RunningExporter {
  /** What is run. */
  readonly exporter: Exporter;
  /** What probes targets; `undefined` unless the exporter is a multi-target one. */
  readonly prober: Prober | undefined;
  readonly #collectors: EnabledCollector[];
  readonly #background: BackgroundCollector[];
  readonly #stored: StoredCollector[];
  readonly #self: SelfMetrics;
  readonly #held: Registry;
  readonly #instruments: Instruments<Descriptions>;
  readonly #about: About | undefined;
  readonly #stateless: boolean;
  readonly #store: SampleStore;
  readonly #isTarget: boolean;
  readonly #upstream: Upstream;
  readonly #life: Lifecycle;
  #settings: unknown;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #collectorLog: FailureLog;
  readonly #callbackLog: FailureLog;
  readonly #storeLog: FailureLog;
  readonly #upstreamLog: FailureLog;
  #closing: Promise<void> | undefined;

  constructor(exporter: Exporter, options: RunOptions = {}) {
    const { clock = SYSTEM_CLOCK, log = SILENT, stateless = false, isTarget = false, store = NO_STORE } = options;
    const { about, histograms } = options;
    const { name, namespace = name } = exporter;
    const now = () => clock.now();
    this.#settings = options.settings ?? defaultSettings(exporter.settings);
    const fetch = options.fetch ?? globalThis.fetch;
    this.exporter = exporter;
    this.#clock = clock;
    this.#log = log;
    this.#collectorLog = new FailureLog(log, "Collector");
    this.#callbackLog = new FailureLog(log, "Callback");
    this.#storeLog = new FailureLog(log, "Store");
    this.#upstreamLog = new FailureLog(log, "Upstream");
    this.#about = about;
    this.#held = new Registry({ clock });
    this.#stateless = stateless;
    this.#store = store;
    this.#isTarget = isTarget;
    this.#life = new Lifecycle(name);
    this.#upstream = new Upstream({
      create: () => new SharedResource(exporter, { settings: this.#settings, fetch, log }, clock),
      shared: !stateless,
      log,
    });
    const policies = enabledCollectors(exporter, options.enabled)
      .map((name) => ({ name, policy: readFreshness(name, exporter.collectors[name]!.freshness) }));
    const lastSuccess = policies.some(({ policy }) => policy.kind !== "fresh");
    this.#self = new SelfMetrics(namespace, {
      up: hasUpstream(exporter),
      cumulative: !stateless && !isTarget,
      lastSuccess,
      probe: isTarget,
      now,
    });

    const owners = new NameOwners();
    const ownFamilies = [...this.#self.descriptions(), ...(about?.registry.families() ?? []).map((f) => f.description)];
    for (const description of ownFamilies) owners.claim("(exporter)", description);
    const held = Object.fromEntries(
      Object.entries<Description>(exporter.metrics ?? {}).map(([key, description]) => {
        owners.claim("(metrics)", description);
        return [key, this.#held.add(describedAs(description, histograms))];
      }),
    ) as Instruments<Descriptions>;
    this.#instruments = held;
    this.prober = exporter.probe?.start({
      settings: this.#settings,
      held,
      clock,
      log,
      histograms,
      enabled: options.enabled,
      stateless,
      transport: options.transport ?? fetchTransport(fetch),
      allow: options.probeAllow ?? [],
    });
    for (const { description } of this.prober?.families() ?? []) owners.claim("(probe)", description);

    this.#collectors = policies.map(({ name, policy }) => {
      const runner = new CollectorRunner(name, exporter.collectors[name]!, owners, {
        clock,
        fetch,
        settings: () => this.#settings,
        upstreams: () => this.#upstreams(),
        held,
        histograms,
        log,
        ended: this.#isStored(policy) ? () => {} : (...end) => this.#ended(...end),
      });
      return { name, runner, policy, source: this.#sourceOf(runner, policy) };
    });
    const sources = this.#collectors.map(({ source }) => source);
    this.#background = sources.filter((source) => source instanceof BackgroundCollector);
    this.#stored = sources.filter((source) => source instanceof StoredCollector);
    for (const { name } of this.#collectors) this.#self.expect(name);
  }

  /** Names of the collectors that run, in declared order. */
  get collectors(): readonly string[] {
    return this.#collectors.map(({ name }) => name);
  }

  /** Where it is in its life. */
  get state(): ExporterState {
    return this.#life.state;
  }

  /**
   * Begins what does not wait for a scrape: opening the upstream, and collecting in the background. Whoever serves the
   * exporter calls it; the first scrape does at the latest. Without effect on an exporter that was started, drained or
   * closed.
   */
  start(): void {
    if (!this.#life.start()) return;
    const tried = () => this.#life.tried();
    const { shared } = this.#upstream;
    if (this.exporter.open === undefined || shared === undefined || this.#isTarget) tried();
    else void shared.openInBackground(tried);
    for (const collector of this.#background) void collector.start();
  }

  /**
   * Swaps the settings, without a gap: scrapes go on, and held metrics and counters keep what they have.
   *
   * What runs ends with the settings that it began with, and what they opened is given back after it. Every later run, and
   * everything that is opened, has the new ones; nothing that was collected with the old ones is shown any more.
   *
   * @param settings Validated settings.
   * @throws {Error} If the exporter is draining or closed.
   * @throws {TypeError} If nothing can be probed with them; then nothing has changed.
   */
  reconfigure(settings: unknown): void {
    this.#life.refuseUnlessLive("Cannot change the settings");
    this.prober?.reconfigure(settings);
    this.#settings = settings;
    const { isStarted } = this.#life;
    this.#upstream.replace({ reopen: isStarted && this.exporter.open !== undefined });
    for (const { runner } of this.#collectors) runner.forget();
    if (isStarted) this.#background.forEach((collector) => collector.restart());
  }

  /**
   * Runs the wanted collectors and all callbacks of held metrics, and gathers what is true when they have ended or the
   * time is up.
   *
   * Never rejects because of a collector or a callback: its report says how it ended. The snapshots must be encoded or
   * released.
   *
   * @throws {Error} If the exporter is draining or closed.
   */
  gather(options: GatherOptions = {}): Promise<Gathered> {
    return this.#underWay("Cannot gather metrics", () => this.#gather(options));
  }

  /**
   * Where it is stateless, runs the background collectors that are due and stores what they give, for scrapes of all
   * isolates. Elsewhere such collectors run by themselves, and this does nothing.
   *
   * @throws {Error} If the exporter is draining or closed.
   * @throws {AggregateError} If the store cannot be read or written for some collectors; the others are stored.
   */
  collectDue(options: TriggerOptions): Promise<void> {
    return this.#underWay("Cannot collect metrics", () => this.#collectDue(options));
  }

  /**
   * Probes a target, as a scrape of its own: what was true when its collectors had ended or the time was up.
   *
   * @param selected What the {@link prober} found for the request.
   * @throws {ProbeError} If the target may not be connected to.
   * @throws {Error} If the exporter is draining or closed.
   */
  probe(selected: SelectedProbe, options: ProbeGatherOptions = {}): Promise<Gathered> {
    return this.#underWay("Cannot gather metrics", () => selected.gather(options));
  }

  /** Takes no more scrapes, and resolves when those under way have gathered. */
  drain(): Promise<void> {
    return this.#life.drain();
  }

  /**
   * Ends everything that runs and gives the resource back.
   *
   * @throws {Error} If the exporter's `close` throws or takes more than 10 seconds; the state is `failed` then.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#life.end(() => this.#close());
  }

  /** Closes it at the end of a scope: `await using exporter = new RunningExporter(...)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Does something that draining waits for. */
  #underWay<Value>(refusal: string, work: () => Promise<Value>): Promise<Value> {
    this.start();
    return this.#life.run(refusal, work);
  }

  async #collectDue({ dueMs, timeoutMs = Infinity }: TriggerOptions): Promise<void> {
    const ends = await this.#upstream.use((resource) => {
      let reached: Promise<RunEnd> | undefined;
      const reach = () => reached ??= resource.reach(Math.min(timeoutMs * REACH_SHARE, OPEN_TIMEOUT_MS));
      const trigger = { dueMs, timeoutMs, resource, reach };
      return Promise.allSettled(this.#stored.map((collector) => collector.collect(trigger)));
    });
    const errors = ends.filter((end) => end.status === "rejected").map(({ reason }) => reason);
    if (errors.length === 0) return;
    const message = `Cannot store what collectors of exporter "${this.exporter.name}" gave`;
    throw new AggregateError(errors, `${message}: ${errorText(errors[0])}`);
  }

  async #gather(options: GatherOptions): Promise<Gathered> {
    const { collectors, timeoutMs = DEFAULT_TIMEOUT_MS, sinceMs = this.#clock.elapsedMs() } = options;
    const deadlineMs = this.#clock.elapsedMs() + timeoutMs;
    const shared = !this.#stateless;
    const about = this.#about?.registry.collect({ timeoutMs, shared });
    const wanted = this.#collectors.filter(({ name }) => collectors === undefined || collectors.has(name));
    // When a collector last succeeded is shown whether it is selected or not, and here only the store knows.
    const others = this.#stored.filter((stored) => wanted.every(({ source }) => source !== stored));
    const { reached, reports } = await this.#upstream.use(async (resource) => {
      const reached = await resource.reach(timeoutMs * REACH_SHARE);
      const reports = await runAll(
        [...wanted.map(({ source }) => source), ...others],
        {
          timeoutMs: deadlineMs - this.#clock.elapsedMs(),
          shared,
          resource: () => resource.use(reached),
          hold: () => resource.hold(),
        },
        { atOnce: MOST_AT_ONCE, clock: this.#clock },
      );
      return { reached, reports };
    });
    const ordered = new Map(wanted.map(({ name }, i) => [name, reports[i]!]));
    const callbacks = await about ?? new Map<string, RunReport>();
    for (const [name, { outcome, error }] of callbacks) this.#callbackLog.ended(name, outcome, error);
    const isSuccess = reached.outcome === "ok" &&
      reports.every(({ outcome, failure, lost = [] }) =>
        outcome === "ok" && failure === undefined && lost.length === 0
      );
    const seconds = (this.#clock.elapsedMs() - sinceMs) / 1000;
    this.#self.report(ordered, { upstreams: this.#upstreamStates({ reached, reports }), isSuccess, seconds });
    this.#self.lastSucceeded(this.#lastSuccesses());
    this.exporter.scraped?.({ held: this.#instruments, seconds, isSuccess, collectors: endsOf(ordered) });
    const families = [
      ...wanted.filter(({ name }) => ordered.get(name)!.isShown).flatMap(({ runner }) => runner.families()),
      ...this.#ownFamilies(),
    ];
    this.#about?.update?.();
    const snapshots = families.map((family) => family.pin());
    if (this.#about !== undefined) snapshots.push(...this.#about.registry.snapshots(callbacks));
    return { snapshots: sorted(snapshots), reports: ordered, callbacks, isSuccess };
  }

  async #close(): Promise<void> {
    this.#background.forEach((collector) => collector.stop());
    const reason = new Error(`exporter "${this.exporter.name}" was closed`);
    this.#collectors.forEach(({ runner }) => runner.abort(reason));
    const closings = await Promise.allSettled([this.#upstream.close(), this.prober?.close()]);
    for (const closing of closings) if (closing.status === "rejected") throw closing.reason;
  }

  #upstreams(): readonly UpstreamLabels[] {
    return this.exporter.upstreams?.(this.#settings) ?? [{}];
  }

  /** What there is to say of the upstreams; what happened to one of several is logged. */
  #upstreamStates(ends: ScrapeEnds): UpstreamState[] {
    if (!hasUpstream(this.exporter)) return [];
    const states = upstreamStates(this.exporter, this.#upstreams(), ends);
    if (states.length === 1) return states;
    for (const { labels, lost } of states) {
      this.#upstreamLog.ended(upstreamText(labels), lost === undefined ? "ok" : "error", lost?.error);
    }
    return states;
  }

  #sourceOf(runner: CollectorRunner, policy: FreshnessPolicy): EnabledCollector["source"] {
    if (policy.kind === "fresh") return runner;
    if (policy.kind === "cached") return new CachedCollector(runner, policy);
    const options = { ...policy, clock: this.#clock };
    if (!this.#isStored(policy)) {
      return new BackgroundCollector(runner, { ...options, resource: () => this.#upstream.shared! });
    }
    return new StoredCollector(runner, {
      ...options,
      store: this.#store,
      key: `${this.exporter.name}/${runner.name}`,
      ended: (...end) => this.#ended(...end),
      reached: (...end) => this.#storeLog.ended(...end),
    });
  }

  /** Where nothing lives between requests, nothing can be collected then. */
  #isStored({ kind }: FreshnessPolicy): boolean {
    return this.#stateless && kind === "every";
  }

  #ended(collector: string, outcome: Outcome, error: unknown): void {
    if (this.#closing !== undefined) return;
    if (outcome !== "ok") this.#self.failed(collector, outcome);
    this.#collectorLog.ended(collector, outcome, error);
  }

  /** Of all collectors whose samples may be older than the scrape, also of those that it did not select. */
  #lastSuccesses(): Map<string, number> {
    const dated = this.#collectors.filter(({ policy }) => policy.kind !== "fresh");
    return new Map(dated.map(({ name, runner }) => [name, runner.lastSuccessMs]));
  }

  #ownFamilies(): Family[] {
    // Isolates that answer in turn would count up each for itself, and rate() would read resets.
    const held = [...this.#held.families(), ...this.prober?.families() ?? []];
    const shown = held.filter(({ description }) => !this.#stateless || !isCumulative(description));
    return [...this.#self.families(), ...shown];
  }
}

/** A collector that scrapes may select. */
interface EnabledCollector {
  readonly name: string;
  readonly runner: CollectorRunner;
  readonly policy: FreshnessPolicy;
  /** What scrapes ask: the runner itself, or what runs it less often. */
  readonly source: Runnable<Scrape, CollectorReport>;
}

/** The settings that an exporter has when nobody says anything. */
function defaultSettings(schema: GenericSchema | undefined): unknown {
  return schema === undefined ? {} : parse(schema, {});
}

function enabledCollectors(exporter: Exporter, enabled: ReadonlySet<string> | undefined): string[] {
  return Object.entries(exporter.collectors)
    .filter(([name, collector]) => enabled?.has(name) ?? collector.enabled ?? true)
    .map(([name]) => name);
}

function endsOf(reports: ReadonlyMap<string, CollectorReport>): ReadonlyMap<string, ScrapedCollector> {
  return new Map([...reports].map(([name, { outcome, seconds }]) => [name, { isSuccess: outcome === "ok", seconds }]));
}

function sorted(snapshots: Snapshot[]): Snapshot[] {
  return snapshots.sort((a, b) => a.family.description.name < b.family.description.name ? -1 : 1);
}
