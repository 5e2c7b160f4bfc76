import { type Logger, withFields } from "../log/logger.ts";
import { type Counter, counter } from "../metrics/counter.ts";
import { type Gauge, gauge } from "../metrics/gauge.ts";
import { DEFAULT_TIMEOUT_MS, Registry } from "../metrics/registry.ts";
import type { Family } from "../model/family.ts";
import { ForbiddenHostError, Guard } from "../network/guard.ts";
import { createNetwork, type Network } from "../network/network.ts";
import { parseDuration } from "../settings/duration.ts";
import type { Collector, Exporter } from "./definition.ts";
import type { Gathered } from "./gathered.ts";
import type { ProbeCollector, ProbeSubject } from "./probe_definition.ts";
import { type AnyProbe, type Found, ProbeSettings } from "./probe_settings.ts";
import {
  type ListedTarget,
  ProbeError,
  type ProbeGatherOptions,
  type Prober,
  type ProbeRequest,
  type ProbeSurroundings,
  type SelectedProbe,
} from "./prober.ts";
import { RunningExporter } from "./running_exporter.ts";
import { TargetPool } from "./target_pool.ts";

export const DEFAULT_MAX_TARGETS = 256;
export const DEFAULT_IDLE = "5m";

/** How probes end, as they are counted. */
const RESULTS = ["success", "failure", "refused"] as const;

/**
 * Probes the targets of one exporter.
 *
 * Each combination of target, module and auth module is a small running exporter: it has columns and a resource of its
 * own, and probes of it that overlap share the runs of its collectors as scrapes do.
 */
export class Probing implements Prober {
  readonly #exporter: Exporter;
  readonly #definition: AnyProbe;
  readonly #surroundings: ProbeSurroundings;
  #settings: ProbeSettings;
  /** How often the settings were swapped. */
  #generation = 0;
  readonly #pool: TargetPool<RunningExporter>;
  readonly #registry: Registry;
  readonly #results: Counter<["result"]>;
  readonly #kept: Gauge<[]> | undefined;

  constructor(exporter: Exporter, definition: AnyProbe, surroundings: ProbeSurroundings) {
    this.#exporter = exporter;
    this.#definition = definition;
    this.#surroundings = surroundings;
    const { clock, log, settings, stateless } = surroundings;
    this.#settings = this.#read(settings);
    this.#pool = new TargetPool({
      most: definition.maxTargets ?? DEFAULT_MAX_TARGETS,
      idleMs: parseDuration(definition.idle ?? DEFAULT_IDLE),
      clock,
      close: (target) => target.close(),
      failed: (error) => log.warn("Cannot let go of a target", { error }),
    });
    const { name, namespace = name } = exporter;
    this.#registry = new Registry({ clock });
    this.#results = this.#registry.add(counter(`${namespace}_exporter_probes_total`, "Probes by result.", ["result"]));
    for (const result of RESULTS) this.#results.inc({ result }, 0);
    if (!stateless) {
      const help = "Targets whose columns and resources are kept.";
      this.#kept = this.#registry.add(gauge(`${namespace}_exporter_probe_targets`, help));
    }
  }

  get modules(): readonly string[] {
    return Object.keys(this.#settings.modules ?? {});
  }

  get authModules(): readonly string[] {
    return Object.keys(this.#settings.authModules);
  }

  get targets(): readonly ListedTarget[] {
    return this.#settings.targets;
  }

  select(request: ProbeRequest): SelectedProbe {
    const settings = this.#settings;
    try {
      const found = settings.select(request);
      const { module, authModule } = found;
      const chosen = settings.modules?.[module ?? ""];
      const collectors = this.#collectorsOf(chosen);
      const parameters = this.#parametersOf(chosen, request);
      const probe = { ...found, request, settings, collectors, parameters, generation: this.#generation };
      return { module, authModule, collectors, gather: (options = {}) => this.#probe(probe, options) };
    } catch (error) {
      this.#refused(request);
      throw error;
    }
  }

  reconfigure(settings: unknown): void {
    this.#settings = this.#read(settings);
    this.#generation++;
    this.#pool.clear();
  }

  families(): Family[] {
    this.#kept?.set(this.#pool.size);
    return this.#registry.families();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #probe(probe: FoundProbe, { log, ...options }: ProbeGatherOptions): Promise<Gathered> {
    const { clock } = this.#surroundings;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, sinceMs = clock.elapsedMs() } = options;
    const deadlineMs = clock.elapsedMs() + timeoutMs;
    const network = this.#networkFor(probe);
    await this.#checkTarget(probe, network, timeoutMs);
    const gathered = await this.#use(
      { probe, network, log },
      (target) => target.gather({ ...options, sinceMs, timeoutMs: deadlineMs - clock.elapsedMs() }),
    );
    this.#results.inc({ result: gathered.isSuccess ? "success" : "failure" });
    return gathered;
  }

  #refused(request: ProbeRequest): void {
    this.#results.inc({ result: "refused" });
    this.#definition.refused?.(request, { settings: this.#settings.values, held: this.#surroundings.held });
  }

  #read(settings: unknown): ProbeSettings {
    const read = new ProbeSettings(this.#definition, settings, this.#surroundings.allow);
    if (read.problems.length > 0) throw new TypeError(read.problems.join("\n"));
    return read;
  }

  #collectorsOf(module: unknown): string[] {
    const { collectors, collectorsOf } = this.#definition;
    const names = collectorsOf?.(module) ?? Object.keys(collectors);
    const { enabled } = this.#surroundings;
    return names.filter((name) => enabled?.has(name) ?? collectors[name]!.enabled ?? true);
  }

  #parametersOf(module: unknown, request: ProbeRequest): FoundProbe["parameters"] {
    const names = this.#definition.parameters?.(module) ?? [];
    return Object.fromEntries(names.map((name) => [name, request.parameters?.(name) ?? []]));
  }

  #networkFor({ authModule, settings }: FoundProbe): Network {
    const only = authModule === undefined ? undefined : settings.authHosts(authModule);
    const guard = new Guard({ open: settings.open, ...(only === undefined ? {} : { only }) });
    return createNetwork(guard, this.#surroundings.transport);
  }

  /** Refuses a forbidden target before anything is sent to it. What else is wrong with its name, its collectors find out. */
  async #checkTarget({ where, request }: FoundProbe, network: Network, timeoutMs: number): Promise<void> {
    let cancel = () => {};
    const late = new Promise<void>((resolve) => cancel = this.#surroundings.clock.after(timeoutMs, resolve));
    try {
      await Promise.race([network.resolve(where.host, where.port), late]);
    } catch (error) {
      if (!(error instanceof ForbiddenHostError)) return;
      this.#refused(request);
      throw new ProbeError("forbidden", error.message, { cause: error });
    } finally {
      cancel();
    }
  }

  /** Where sockets may not cross requests, and for a log of its own, nothing is kept. */
  async #use(
    made: MadeProbe,
    gather: (target: RunningExporter) => Promise<Gathered>,
  ): Promise<Gathered> {
    const { target, module, authModule, parameters, generation } = made.probe;
    const { stateless, log } = this.#surroundings;
    const create = () => this.#create(made);
    // Settings that were swapped in the meantime are for others.
    const name = JSON.stringify([generation, target, module, authModule, parameters]);
    if (!stateless && made.log === undefined) return await this.#pool.use(name, create, gather);
    const once = create();
    try {
      return await gather(once);
    } finally {
      await once.close().catch((error) => log.warn("Cannot let go of a target", { error }));
    }
  }

  #create({ probe, network, log = this.#surroundings.log }: MadeProbe): RunningExporter {
    const { target, where, module, authModule, collectors, parameters, settings } = probe;
    const { held, clock, histograms, stateless } = this.#surroundings;
    const subject: ProbeSubject<unknown, unknown> = {
      target,
      host: where.host,
      port: where.port,
      module: settings.modules?.[module ?? ""],
      auth: settings.authModules[authModule ?? ""],
      parameters,
      network,
    };
    const fields = module === undefined ? { target } : { target, module };
    return new RunningExporter(targetExporter(this.#exporter, this.#definition, { subject, held, collectors }), {
      settings: settings.values,
      clock,
      stateless,
      fetch: network.fetch,
      log: withFields(log, fields),
      enabled: new Set(collectors),
      isTarget: true,
      ...(histograms === undefined ? {} : { histograms }),
    });
  }
}

/** What a request asks for, with the settings that it was found in. */
interface FoundProbe extends Found {
  readonly request: ProbeRequest;
  readonly settings: ProbeSettings;
  readonly generation: number;
  readonly parameters: ProbeSubject<unknown, unknown>["parameters"];
  readonly collectors: readonly string[];
}

/** A probe on its way. */
interface MadeProbe {
  readonly probe: FoundProbe;
  readonly network: Network;
  /** Its own log; without it, that of the exporter. */
  readonly log: Logger | undefined;
}

/** What is different from one target to the next. */
interface TargetParts {
  readonly subject: ProbeSubject<unknown, unknown>;
  readonly held: ProbeSurroundings["held"];
  readonly collectors: readonly string[];
}

/** The exporter of one target: what the probe defines, told what it is about. */
function targetExporter(exporter: Exporter, definition: AnyProbe, parts: TargetParts): Exporter {
  const { name, version, port, namespace = name } = exporter;
  const { subject } = parts;
  const collectors = parts.collectors.map((name) => [name, collectorOf(definition.collectors[name]!, parts)]);
  return {
    name,
    version,
    port,
    namespace,
    collectors: Object.fromEntries(collectors),
    ...(definition.open === undefined ? {} : { open: (context) => definition.open!({ ...context, ...subject }) }),
    ...(definition.check === undefined ? {} : { check: (context) => definition.check!({ ...context, ...subject }) }),
    ...(definition.close === undefined
      ? {}
      : { close: (resource, context) => definition.close!(resource, { ...context, ...subject }) }),
  };
}

function collectorOf(collector: ProbeCollector, { subject, held }: TargetParts): Collector {
  return {
    ...collector,
    freshness: "fresh",
    async collect(context) {
      const over = new AbortController();
      const fetch = fetchUntil(context.fetch, AbortSignal.any([context.signal, over.signal]));
      try {
        // Not a copy: reading `resource` is what says that a collector needs it.
        await collector.collect(Object.assign(context, subject, { held, fetch }) as never);
      } finally {
        over.abort(new Error("the run of the collector has ended"));
      }
    },
  };
}

/** A `fetch` whose connections end with a signal, also those whose bodies nobody reads. */
function fetchUntil(fetch: typeof globalThis.fetch, end: AbortSignal): typeof globalThis.fetch {
  return (input, init) => {
    const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    return fetch(input, { ...init, signal: own ? AbortSignal.any([own, end]) : end });
  };
}
