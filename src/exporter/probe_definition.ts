import type { Descriptions, Instruments } from "../metrics/bind.ts";
import type { Network } from "../network/network.ts";
import type { NetworkFetch } from "../network/redirects.ts";
import type { Duration } from "../settings/duration.ts";
import type { Budgets } from "./budget.ts";
import type { CollectContext, Collector, ResourceContext } from "./definition.ts";
import type { ListedTarget, ProbeRequest } from "./prober.ts";

/** Credentials with a name, and where they may be sent. */
export interface AuthModule {
  /**
   * The only hosts that may be probed with it: names (`db1.example.com`, `*.example.com`) as targets spell them, addresses
   * and ranges (`10.1.0.0/16`), with a port where they are for that only (`db1.example.com:3306`).
   */
  readonly hosts: readonly string[];
}

/** What a probe is about. */
export interface ProbeSubject<Module, Auth> {
  /** The target as it was asked for: a host, `host:port` or URL. */
  readonly target: string;
  /** The target's host, in lower case and without brackets, as it was checked: connect to this, not to a reading of your own. */
  readonly host: string;
  /** The target's port, if it names one or is an http(s) URL. */
  readonly port: number | undefined;
  /** The module that was asked for; `undefined` if the probe has none. */
  readonly module: Module;
  /** The auth module that was asked for; it lists the target's host. */
  readonly auth: Auth | undefined;
  /** The values of the query parameters that `parameters` names; none where the request has none. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** How to connect to the target other than with `fetch`. */
  readonly network: Network;
}

/** What a collector gets for one run of it in a probe: what every collector gets, and what it is about. */
export interface ProbeContext<Settings, Module, Auth, Resource, Metrics, Held>
  extends CollectContext<Settings, Resource, Metrics, Held>, ProbeSubject<Module, Auth> {
  /**
   * Checks each host that it connects to, also those it is redirected to, and counts what is read of bodies against
   * `maxResponseBytes`. What is under way when `collect` returns is aborted. Takes `tls`, as the `fetch` of `network`.
   */
  readonly fetch: NetworkFetch;
  /**
   * Says that the target is not as it should be: `probe_success` is 0. What the run sets is shown, unlike when it throws.
   *
   * @param reason For the log, at level debug.
   */
  fail(reason: string): void;
}

/** A collector of probes. Any {@link Collector} is one too; its freshness does not matter, since probes are fresh. */
export interface ProbeCollector<
  Settings = unknown,
  Module = unknown,
  Auth = unknown,
  Resource = unknown,
  Metrics = unknown,
  Held = unknown,
> extends Budgets, Pick<Collector, "help" | "enabled" | "alias" | "timeout" | "freshness"> {
  /** The metrics that a run sets. */
  readonly metrics?: Metrics & Descriptions;
  /** Looks at the target and sets the metrics. Throwing drops everything that this run set. */
  collect(context: ProbeContext<Settings, Module, Auth, Resource, Metrics, Held>): void | Promise<void>;
}

/** What `open`, `check` and `close` of a probe get. */
export interface ProbeResourceContext<Settings, Module, Auth>
  extends ResourceContext<Settings>, ProbeSubject<Module, Auth> {}

/** Everything there is to say about the probes of an exporter. */
export interface ProbeDefinition<
  Settings = unknown,
  Held = unknown,
  Module = unknown,
  Auth extends AuthModule = AuthModule,
  Resource = unknown,
  Metrics = Record<string, unknown>,
> {
  /** Where probes are asked for; of several paths, `/sd` tells the first. @default "/probe" */
  readonly path?: string | readonly string[];
  /**
   * The modules, by the name that `?module=` knows them by. A request without one gets `defaultModule`, or the only one.
   * @default probes have no modules
   */
  modules?(settings: Settings): Readonly<Record<string, Module>>;
  /** Name of the module that a request without one gets, if there is one of this name. @default "default" */
  readonly defaultModule?: string;
  /** The auth modules, by the name that `?auth_module=` knows them by. @default none */
  authModules?(settings: Settings): Readonly<Record<string, Auth>>;
  /**
   * The targets that `/sd` lists. Those that name their port, or are an http(s) URL, may be probed wherever they are.
   * @default none
   */
  targets?(settings: Settings): readonly (string | ListedTarget)[];
  /**
   * Names of the query parameters that a module's probes read, beside `target`, `module` and `auth_module`. Probes that
   * differ in them share nothing. Anybody who can ask for a probe chooses the values.
   * @default none
   */
  parameters?(module: NoInfer<Module>): readonly string[];
  /** Names of the collectors that a module wants. @default all */
  collectorsOf?(module: NoInfer<Module>): readonly NoInfer<keyof Metrics & string>[];
  /**
   * How many targets keep their columns and what `open` made at the same time; beyond, those are let go of that were not
   * probed for longest. @default 256
   */
  readonly maxTargets?: number;
  /** How long a target that nobody probes keeps them. @default "5m" */
  readonly idle?: Duration;
  /** Makes what the collectors of one target share, such as a connection. Called by a probe, never in between. */
  open?(
    context: ProbeResourceContext<Settings, NoInfer<Module>, NoInfer<Auth>>,
  ): Resource | Promise<Resource>;
  /** Asks the target one cheap question before the collectors of a probe run; throwing means that it is down. */
  check?(
    context: ProbeResourceContext<Settings, NoInfer<Module>, NoInfer<Auth>> & { readonly resource: NoInfer<Resource> },
  ): void | Promise<void>;
  /** Gives back what `open` made, within 10 seconds. */
  close?(
    resource: NoInfer<Resource>,
    context: ProbeResourceContext<Settings, NoInfer<Module>, NoInfer<Auth>>,
  ): void | Promise<void>;
  /**
   * Whether a probe of which no collector ended `ok` is answered with 503 and why, so that `up` is 0: for alerts that were
   * written for an exporter which does so. `--probe.strict` says otherwise.
   * @default false
   */
  readonly strict?: boolean;
  /** Told of each request that is answered with 400 or 403, for counting them. */
  refused?(request: ProbeRequest, context: { readonly settings: Settings; readonly held: Instruments<Held> }): void;
  /** The collectors of a probe: those of the exporter, or others. */
  readonly collectors: {
    readonly [Name in keyof Metrics]: ProbeCollector<
      Settings,
      NoInfer<Module>,
      NoInfer<Auth>,
      NoInfer<Resource>,
      Metrics[Name],
      Held
    >;
  };
}

/**
 * Lets a collector of probes live in a file of its own. Called twice, so that its metrics are still inferred.
 *
 * @example A collector that knows its module
 * ```ts
 * import { defineProbeCollector, gauge } from "@exporterkit/core";
 *
 * export const status = defineProbeCollector<{ userAgent: string }, { path: string }>()({
 *   help: "The status of one page.",
 *   metrics: { status: gauge("page_status_code", "Status code of the page.") },
 *   async collect({ settings, module, target, metrics, fetch }) {
 *     const headers = { "User-Agent": settings.userAgent };
 *     metrics.status.set((await fetch(new URL(module.path, target), { headers })).status);
 *   },
 * });
 * ```
 */
export function defineProbeCollector<
  Settings = unknown,
  Module = unknown,
  Auth = unknown,
  Resource = unknown,
  Held = unknown,
>(): <Metrics = unknown>(
  collector: ProbeCollector<Settings, Module, Auth, Resource, Metrics, Held>,
) => ProbeCollector<Settings, Module, Auth, Resource, Metrics, Held> {
  return (collector) => collector;
}
