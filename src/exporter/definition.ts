import type { GenericSchema, InferOutput } from "valibot";
import type { Logger } from "../log/logger.ts";
import type { Descriptions, InstrumentOf, Instruments } from "../metrics/bind.ts";
import { describeDifference, type Description, sampleNames } from "../model/description.ts";
import { isLegacyMetricName } from "../model/names.ts";
import { type Alias, type CommonAlias, toAliases } from "../settings/alias.ts";
import { type Duration, parseDuration } from "../settings/duration.ts";
import { type Budgets, checkBudgets } from "./budget.ts";
import type { UpstreamLabels } from "./lost_upstreams.ts";
import { type Freshness, readFreshness } from "./freshness.ts";
import { checkPermissions, type Permissions } from "./permissions.ts";
import type { Probe } from "./prober.ts";

/** What a collector gets for one run. All of it belongs to that run: writing after the run has ended throws. */
export interface CollectContext<Settings, Resource, Metrics, Held> {
  /** The exporter's settings, validated. */
  readonly settings: Settings;
  /** What the exporter's `open` made; `undefined` without one. */
  readonly resource: Resource;
  /** The collector's own instruments. What a run does not set is gone from the exposition after it. */
  readonly metrics: Instruments<Metrics>;
  /** The exporter's held instruments. Writes to them count at once and are never taken back. */
  readonly held: Instruments<Held>;
  /**
   * Declares a family whose name is known only now, and returns its instrument. One of the collector's `metrics` can be
   * declared with more labels, which settings ask for; it takes their place in this run.
   *
   * The same name gives the same family again in the next run; a family that a run does not declare is gone. Series may
   * lack some of the labels, which are then left out.
   *
   * @throws {TypeError} If the family differs from an earlier one of that name, or belongs to another collector.
   */
  family<D extends Description>(description: D): InstrumentOf<D>;
  /**
   * Says that one of the exporter's `upstreams` was not reached, while the run goes on with the others: what it sets is
   * shown. A run that loses all of them fails.
   *
   * @param labels Those of the upstream.
   * @param error Why. It is logged, and `<namespace>_scrape_upstream_failure` has its reason.
   * @throws {TypeError} If there is no such upstream.
   */
  lost(labels: UpstreamLabels, error: unknown): void;
  /** The runtime's `fetch`, which counts what is read of bodies against `maxResponseBytes`. Pass `signal` to it. */
  readonly fetch: typeof fetch;
  /** Aborted when the run's deadline has passed or the exporter is closed. */
  readonly signal: AbortSignal;
  /**
   * How long the scrape that began this run waits for it, in milliseconds. A run that ends before it is cut off can show what
   * it knows until then.
   */
  readonly timeoutMs: number;
  /** Writes log lines that name this collector. */
  readonly log: Logger;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** A part of an exporter that yields families for one subject. */
export interface Collector<
  Settings = unknown,
  Resource = unknown,
  Metrics = unknown,
  Held = unknown,
> extends Budgets {
  /** One sentence on what is collected, shown on the landing page and in `--help`. */
  readonly help: string;
  /** Whether it runs unless a flag says otherwise. @default true */
  readonly enabled?: boolean;
  /** Other names of the flag and the variable that switch it, such as those of another exporter. @default none */
  readonly alias?: Alias;
  /** How long a run may take at most, whatever the scraper allows. @default the scrape's own deadline */
  readonly timeout?: Duration;
  /** How old what a scrape shows may be. @default "fresh" */
  readonly freshness?: Freshness;
  /** The metrics that a run sets. */
  readonly metrics?: Metrics & Descriptions;
  /** Reads the subject and sets the metrics. Throwing drops everything that this run set. */
  collect(context: CollectContext<Settings, Resource, Metrics, Held>): void | Promise<void>;
}

/** What `open`, `check` and `close` of an exporter get. */
export interface ResourceContext<Settings> {
  /** The exporter's settings, validated. */
  readonly settings: Settings;
  /** The runtime's `fetch`. Pass `signal` to it. */
  readonly fetch: typeof fetch;
  /** Aborted when the deadline has passed or the exporter is closed. */
  readonly signal: AbortSignal;
  /** Writes log lines. */
  readonly log: Logger;
}

/** What `scraped` of an exporter is told of a scrape. */
export interface ScrapedContext<Held> {
  /** The exporter's held instruments: what is written to them is in the answer to this scrape. */
  readonly held: Instruments<Held>;
  /** How long it took until now, in seconds. */
  readonly seconds: number;
  /** Whether the upstream was reached and every collector succeeded. */
  readonly isSuccess: boolean;
  /** The collectors that it ran, by name. */
  readonly collectors: ReadonlyMap<string, ScrapedCollector>;
}

/** How a collector of a scrape ended. */
export interface ScrapedCollector {
  /** Whether it succeeded. */
  readonly isSuccess: boolean;
  /** How long the scrape waited for it, in seconds. */
  readonly seconds: number;
}

/** Everything there is to say about an exporter. Inert: nothing happens until it is served. */
export interface ExporterDefinition<
  Schema extends GenericSchema = GenericSchema,
  Resource = unknown,
  Metrics = Record<string, unknown>,
  Held = unknown,
> {
  /** Short name, as in `node` or `redis`. */
  readonly name: string;
  /** Version of the exporter, shown in its build info. */
  readonly version: string;
  /** What was built, such as a commit. @default "" */
  readonly revision?: string;
  /** One sentence on what is exported, shown on the landing page and in `--help`. */
  readonly help?: string;
  /** The port it listens on unless a flag says otherwise. */
  readonly port: number;
  /** Prefix of the exporter's metrics about itself. @default name */
  readonly namespace?: string;
  /** What it needs from the machine; whatever runs its artifact refuses all else. @default nothing */
  readonly permissions?: Permissions;
  /** The valibot schema of the settings. @default none */
  readonly settings?: Schema;
  /**
   * Other names of settings that every exporter has, by the flags of those, as in
   * `{ "web.listen-address": { variable: "LISTEN_ADDRESS" } }`: for command lines and units written for another exporter.
   * @default none
   */
  readonly aliases?: Readonly<Record<string, CommonAlias>>;
  /**
   * The settings file that is read, if it is there, unless `--config.file` names another: a path that begins in the folder
   * where the exporter is started.
   * @default none
   */
  readonly settingsFile?: string;
  /** Instruments that live as long as the exporter does. */
  readonly metrics?: Held & Descriptions;
  /**
   * What the exporter's settings say of TLS and users, as a file of `--web.config.file` would; that file comes before it. For
   * flags of another exporter that mean the same.
   * @default plain HTTP for everybody
   */
  webConfig?(settings: InferOutput<Schema>): object | undefined;
  /**
   * Makes what the collectors share, such as a connection pool. Called when the exporter begins to serve, which it does
   * whether this succeeds or not; after a failure again in each scrape, and in between after pauses of 1 s to 30 s.
   */
  open?(context: ResourceContext<InferOutput<Schema>>): Resource | Promise<Resource>;
  /** Asks the upstream one cheap question before the collectors of a scrape run; throwing means that it is down. */
  check?(
    context: ResourceContext<InferOutput<Schema>> & { readonly resource: NoInfer<Resource> },
  ): void | Promise<void>;
  /** Gives back what `open` made, within 10 seconds. */
  close?(resource: NoInfer<Resource>, context: ResourceContext<InferOutput<Schema>>): void | Promise<void>;
  /** Told of each scrape when its collectors have ended, for metrics about scrapes; not of probes. */
  scraped?(scrape: ScrapedContext<NoInfer<Held>>): void;
  /**
   * Labels of each upstream, where there are several, or where settings give labels to one: `<namespace>_up` and
   * `<namespace>_scrape_upstream_failure` have a series for each. All have the same names.
   * @default one, without labels
   */
  upstreams?(settings: InferOutput<Schema>): readonly UpstreamLabels[];
  /** The collectors, by the name that flags, `collect[]` and labels know them by. */
  readonly collectors: {
    readonly [Name in keyof Metrics]: Collector<InferOutput<Schema>, NoInfer<Resource>, Metrics[Name], NoInfer<Held>>;
  };
  /** How it probes targets that requests name; put here by {@link withProbe}. @default it has no `/probe` */
  readonly probe?: Probe;
}

/** The definition of any exporter, whatever its settings, resource and metrics are. */
// deno-lint-ignore no-explicit-any
export type Exporter = ExporterDefinition<any, any, any, any>;

/**
 * Defines an exporter.
 *
 * @returns The definition, checked and inert: no timers, no sockets, no reading of the environment.
 * @throws {TypeError} If a name, an alias or a permission is invalid, or two collectors declare metrics that cannot stand in
 * one exposition.
 * @throws {RangeError} If the port is not one, a budget of a collector is no whole number, or its `keep` is shorter than
 * its period.
 * @throws {SyntaxError} If a duration cannot be read.
 * @example An exporter of one gauge
 * ```ts
 * import { defineExporter, gauge, handler } from "@exporterkit/core";
 * import assert from "node:assert/strict";
 *
 * const exporter = defineExporter({
 *   name: "dice",
 *   version: "1.0.0",
 *   port: 9876,
 *   collectors: {
 *     roll: {
 *       help: "One roll.",
 *       metrics: { pips: gauge("dice_pips", "Pips on top.") },
 *       collect({ metrics }) {
 *         metrics.pips.set(4);
 *       },
 *     },
 *   },
 * });
 *
 * const answer = await handler(exporter).fetch(new Request("http://localhost/metrics"));
 * assert.match(await answer.text(), /^dice_pips 4$/m);
 * ```
 */
export function defineExporter<
  const Schema extends GenericSchema = GenericSchema<unknown, Record<string, never>>,
  Resource = never,
  Metrics = Record<string, unknown>,
  Held = unknown,
>(
  definition: ExporterDefinition<Schema, Resource, Metrics, Held>,
): ExporterDefinition<Schema, Resource, Metrics, Held> {
  const { name, port, namespace = name } = definition;
  if (typeof name !== "string" || !/^[a-z][a-z0-9_-]*$/.test(name)) {
    throw new TypeError(`Cannot define exporter "${name}": its name must match [a-z][a-z0-9_-]*`);
  }
  if (!isLegacyMetricName(namespace) || namespace.includes(":")) {
    throw new TypeError(`Cannot define exporter "${name}": namespace "${namespace}" cannot begin a metric name`);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new RangeError(`Cannot define exporter "${name}": port is ${port}, expected a number from 0 to 65535`);
  }
  checkPermissions(name, definition.permissions);
  const owners = new Map<string, { collector: string; description: Description }>();
  claim(name, owners, "metrics", definition.metrics ?? {});
  for (
    const [collector, { metrics, timeout, freshness, alias = {}, ...budgets }] of Object.entries<Collector>(
      definition.collectors,
    )
  ) {
    if (!/^[a-z][a-z0-9_.]*$/i.test(collector)) {
      throw new TypeError(
        `Cannot define exporter "${name}": collector name "${collector}" must match [a-z][a-z0-9_.]*`,
      );
    }
    if (timeout !== undefined) parseDuration(timeout);
    toAliases(alias);
    checkBudgets(collector, budgets);
    readFreshness(collector, freshness);
    claim(name, owners, collector, metrics ?? {});
  }
  return definition;
}

/**
 * Lets a collector live in a file of its own. Called twice, so that its metrics are still inferred.
 *
 * @example A collector that knows the exporter's settings
 * ```ts
 * import { defineCollector, gauge } from "@exporterkit/core";
 *
 * export const answer = defineCollector<{ question: string }>()({
 *   help: "The answer.",
 *   metrics: { answer: gauge("deep_thought_answer", "The answer to a question.", ["question"]) },
 *   collect({ settings, metrics }) {
 *     metrics.answer.set({ question: settings.question }, 42);
 *   },
 * });
 * ```
 */
export function defineCollector<Settings = unknown, Resource = unknown, Held = unknown>(): <
  Metrics = unknown,
>(collector: Collector<Settings, Resource, Metrics, Held>) => Collector<Settings, Resource, Metrics, Held> {
  return (collector) => collector;
}

/** Every sample name has one owner: otherwise two collectors could write the same series. */
function claim(
  exporter: string,
  owners: Map<string, { collector: string; description: Description }>,
  collector: string,
  metrics: Descriptions,
): void {
  for (const description of Object.values(metrics)) {
    for (const sample of sampleNames(description)) {
      const owner = owners.get(sample);
      if (owner !== undefined) {
        const difference = describeDifference(owner.description, description) ?? "declared twice";
        throw new TypeError(
          `Cannot define exporter "${exporter}": metric "${sample}" of collector "${collector}" belongs to collector ` +
            `"${owner.collector}": ${difference}`,
        );
      }
      owners.set(sample, { collector, description });
    }
  }
}
