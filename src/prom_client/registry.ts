import { negotiate } from "../exposition/negotiate.ts";
import { Callback } from "../metrics/callback.ts";
import { aggregate } from "./aggregate.ts";
import type { MetricJson } from "./aggregators.ts";
import {
  isContentType,
  type OpenMetricsContentType,
  openMetricsContentType,
  type PrometheusContentType,
  prometheusContentType,
  type RegistryContentType,
} from "./content_types.ts";
import type { ForeignMetric } from "./_foreign_text.ts";
import { textOf } from "./_text.ts";
import { COLUMNS, type Columns, type RegisteredMetric } from "./registered_metric.ts";
import { valueOf } from "./_run_value.ts";
import type { MetricObject, MetricObjectWithValues, MetricValue } from "./types.ts";

/** What is told of a metric that could not be read. */
export interface CollectFailure {
  /** The name of the metric. */
  readonly metric: string;
  /** Why. */
  readonly error: unknown;
}

/** What a registry does beyond prom-client's. */
export interface RegistryOptions {
  /** Whether one metric that cannot be read fails the whole answer, as in prom-client. @default false */
  readonly strict?: boolean;
  /** How long metrics may take to be read, in milliseconds: less than Prometheus waits. @default 9500 */
  readonly collectTimeoutMs?: number;
  /**
   * Told whenever a metric could not be read, and is therefore left out.
   * @default writes a line to the console, once until the metric can be read again
   */
  readonly onCollectError?: (failure: CollectFailure) => void;
}

const DEFAULT_TIMEOUT_MS = 9500;
const GLOBAL = Symbol.for("@exporterkit/core/prom-client register");
const BRAND = Symbol.for("@exporterkit/core/prom-client Registry");

/** A metric that can be read now. */
interface Reading {
  readonly metric: RegisteredMetric;
  readonly columns: Columns | undefined;
  /** What a metric of somebody else's said. */
  object?: ForeignMetric;
  /** That it could not be read, and why. */
  failure?: { readonly error: unknown };
}

/**
 * Holds metrics, and writes them as text or JSON.
 *
 * A metric whose `collect` fails or takes too long is left out of the answer, and all others are there; with `strict` the
 * whole answer fails, as in prom-client. Overlapping answers share one call of each `collect`.
 *
 * @example A registry of its own
 * ```ts
 * import { Gauge, Registry } from "@exporterkit/core/prom-client";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * new Gauge({ name: "queue_length", help: "Jobs waiting.", registers: [registry] }).set(3);
 * assert.equal(
 *   await registry.metrics(),
 *   "# HELP queue_length Jobs waiting.\n# TYPE queue_length gauge\nqueue_length 3\n",
 * );
 * ```
 */
export class Registry<BoundRegistryContentType extends RegistryContentType = PrometheusContentType> {
  /** The content type of the Prometheus text format. */
  static get PROMETHEUS_CONTENT_TYPE(): PrometheusContentType {
    return prometheusContentType;
  }

  /** The content type of OpenMetrics. */
  static get OPENMETRICS_CONTENT_TYPE(): OpenMetricsContentType {
    return openMetricsContentType;
  }

  /** The registry of all metrics that name none. */
  static get globalRegistry(): Registry<RegistryContentType> {
    return globalRegistry();
  }

  /** Registries of another copy of this package are registries too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return this === Registry ? isRegistry(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** Whether one metric that cannot be read fails the whole answer. */
  strict: boolean;
  /** How long metrics may take to be read, in milliseconds. */
  collectTimeoutMs: number;
  /** Told whenever a metric could not be read. */
  onCollectError: ((failure: CollectFailure) => void) | undefined;
  /** Metrics that could not be read when they were last tried. */
  readonly #failing = new WeakSet<RegisteredMetric>();
  #metrics = new Map<string, RegisteredMetric>();
  #defaultLabels: Readonly<Record<string, unknown>> = {};
  #contentType: RegistryContentType;
  /** How metrics of other packages are read. */
  readonly #foreign = new WeakMap<RegisteredMetric, Callback<unknown>>();
  readonly #contentTypeListeners: ((contentType: RegistryContentType) => void)[] = [];

  /**
   * @param contentType What its text is written as.
   * @throws {TypeError} If there is no such content type.
   */
  constructor(
    contentType: RegistryContentType = prometheusContentType,
    { strict = false, collectTimeoutMs = DEFAULT_TIMEOUT_MS, onCollectError }: RegistryOptions = {},
  ) {
    if (!isContentType(contentType)) throw new TypeError(`Content type ${contentType} is unsupported`);
    this.#contentType = contentType;
    this.strict = strict;
    this.collectTimeoutMs = collectTimeoutMs;
    this.onCollectError = onCollectError;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** What its text is written as, for the header of an answer. */
  get contentType(): BoundRegistryContentType {
    return this.#contentType as BoundRegistryContentType;
  }

  /**
   * Chooses what its text is written as.
   *
   * @throws {Error} If there is no such content type.
   */
  setContentType(contentType: BoundRegistryContentType | RegistryContentType): void {
    if (!isContentType(contentType)) throw new Error(`Content type ${contentType} is unsupported`);
    this.#contentType = contentType;
    this.#contentTypeListeners.forEach((listener) => listener(contentType));
  }

  /** Calls back now, and whenever the content type is chosen. */
  watchContentType(listener: (contentType: RegistryContentType) => void): void {
    this.#contentTypeListeners.push(listener);
    listener(this.#contentType);
  }

  /**
   * Chooses the content type for one answer, without changing that of the registry.
   *
   * @param accept The `Accept` header of the request.
   */
  negotiate(accept: string | null | undefined): RegistryContentType {
    return negotiate(accept ?? null).syntax === "openmetrics" ? openMetricsContentType : prometheusContentType;
  }

  /**
   * All metrics as text.
   *
   * @param contentType What the text is written as. @default that of the registry
   */
  async metrics(contentType: RegistryContentType = this.#contentType): Promise<string> {
    const text = await this.#textOf(await this.#read([...this.#metrics.values()]), contentType);
    if (contentType === openMetricsContentType) return `${text}# EOF\n`;
    return text === "" ? "\n" : text;
  }

  /** One metric as text, without the line feed at its end. */
  async getMetricsAsString(metric: RegisteredMetric): Promise<string> {
    const text = await this.#textOf(await this.#read([metric], true), this.#contentType);
    return text.slice(0, -1);
  }

  /** One metric as text, by its name. */
  getSingleMetricAsString(name: string): Promise<string> {
    return this.getMetricsAsString(this.#metrics.get(name)!);
  }

  /**
   * All metrics as objects, and their values.
   *
   * @param aggregator Only those that are made one in this way. @default all
   */
  async getMetricsAsJSON(aggregator?: string): Promise<MetricObjectWithValues<MetricValue<string>>[]> {
    const readings = await this.#read(this.getMetricsAsArray(aggregator) as unknown as RegisteredMetric[]);
    return readings.map(({ columns, object }) =>
      this.#withDefaultLabels((columns?.read() ?? object) as MetricObjectWithValues<MetricValue<string>>)
    );
  }

  /**
   * All metrics, as they were registered.
   *
   * @param aggregator Only those that are made one in this way. @default all
   */
  getMetricsAsArray(aggregator?: string): MetricObject[] {
    const metrics = [...this.#metrics.values()] as unknown as MetricObject[];
    return aggregator === undefined ? metrics : metrics.filter((metric) => metric.aggregator === aggregator);
  }

  /**
   * Takes a metric in.
   *
   * @throws {Error} If another one has its name.
   */
  registerMetric(metric: RegisteredMetric): void {
    const known = this.#metrics.get(metric.name);
    if (known !== undefined && known !== metric) {
      throw new Error(`A metric with the name ${metric.name} has already been registered.`);
    }
    this.#metrics.set(metric.name, metric);
  }

  /** Takes a metric out. */
  removeSingleMetric(name: string): void {
    this.#metrics.delete(name);
  }

  /** A metric by its name, as it was registered: of what kind, only the caller can know. */
  // deno-lint-ignore no-explicit-any -- Existing code uses it as whatever it registered.
  getSingleMetric(name: string): any {
    return this.#metrics.get(name);
  }

  /** Takes all metrics out, and the default labels. */
  clear(): void {
    this.#metrics = new Map();
    this.#defaultLabels = {};
  }

  /** Starts all metrics anew. */
  resetMetrics(): void {
    for (const metric of this.#metrics.values()) metric.reset!();
  }

  /** Sets the labels that all series have unless they have their own. */
  setDefaultLabels(labels: object): void {
    this.#defaultLabels = labels as Readonly<Record<string, unknown>>;
  }

  /**
   * All metrics of several registries in one.
   *
   * @throws {Error} If they have different content types, or different metrics of one name.
   */
  static merge(registers: readonly Registry<RegistryContentType>[]): Registry<RegistryContentType> {
    const { contentType } = registers[0]!;
    if (registers.some((register) => register.contentType !== contentType)) {
      throw new Error("Registers can only be merged if they have the same content type");
    }
    const merged = new Registry<RegistryContentType>(contentType);
    for (const register of registers) {
      for (const metric of register.getMetricsAsArray()) merged.registerMetric(metric as unknown as RegisteredMetric);
    }
    return merged;
  }

  /**
   * One registry out of the metrics of several registries, processes or threads. Metrics of one name become one, in the way
   * that their `aggregator` says.
   *
   * @param metricsArrays What `getMetricsAsJSON()` of each registry gave.
   * @param contentType What the text of the new registry is written as.
   * @throws {Error} If an `aggregator` is none of `aggregators`, or there is no such content type.
   */
  static aggregate<T extends RegistryContentType = PrometheusContentType>(
    metricsArrays: readonly object[],
    contentType: RegistryContentType = prometheusContentType,
  ): Registry<T> {
    const aggregated = new Registry<T>();
    aggregated.setContentType(contentType);
    for (const metric of aggregate(metricsArrays as readonly MetricJson[][])) {
      aggregated.registerMetric({ ...metric, get: () => metric } as RegisteredMetric);
    }
    return aggregated;
  }

  /** Brings metrics up to date, all at the same time, and leaves out those for which that failed. */
  async #read(metrics: readonly RegisteredMetric[], strict = this.strict): Promise<Reading[]> {
    const waiting: Promise<void>[] = [];
    const readings = metrics.map((metric) => {
      const reading: Reading = { metric, columns: metric[COLUMNS] };
      const update = this.#update(reading);
      if (update !== undefined) waiting.push(update.catch((error) => void (reading.failure = { error })));
      return reading;
    });
    await Promise.all(waiting);
    return readings.filter(({ metric, failure }) => {
      if (failure !== undefined) this.#failed(metric, failure.error, strict);
      else this.#failing.delete(metric);
      return failure === undefined;
    });
  }

  #failed(metric: RegisteredMetric, error: unknown, strict: boolean): void {
    if (strict) throw error;
    if (this.onCollectError !== undefined) this.onCollectError({ metric: metric.name, error });
    else if (!this.#failing.has(metric)) console.error(`Cannot read metric "${metric.name}", left out: ${error}`);
    this.#failing.add(metric);
  }

  #textOf(readings: readonly Reading[], contentType: RegistryContentType): Promise<string> {
    return textOf(readings, { contentType, defaultLabels: textsOf(this.#defaultLabels) });
  }

  /** Brings a metric up to date; what another package's metric says is kept. */
  #update(reading: Reading): Promise<void> | undefined {
    const { metric, columns } = reading;
    const timeoutMs = this.collectTimeoutMs;
    if (columns !== undefined) return columns.update(timeoutMs);
    let callback = this.#foreign.get(metric);
    if (callback === undefined) {
      callback = new Callback(`get of metric "${metric.name}"`, () => metric.get());
      this.#foreign.set(metric, callback);
    }
    return valueOf(callback.run({ timeoutMs })).then((object) => void (reading.object = object as ForeignMetric));
  }

  /** The default labels stand behind those of a series, which counts where it has one of them. */
  #withDefaultLabels(
    object: MetricObjectWithValues<MetricValue<string>>,
  ): MetricObjectWithValues<MetricValue<string>> {
    const defaults = Object.entries(this.#defaultLabels);
    if (defaults.length === 0 || object.values === undefined) return object;
    const values = object.values.map((value) => {
      const labels: Record<string, unknown> = { ...value.labels };
      for (const [name, text] of defaults) labels[name] ??= text;
      return { ...value, labels: labels as MetricValue<string>["labels"] };
    });
    return { ...object, values };
  }
}

/** Whether something is a registry of this package, or of another copy of it. */
export function isRegistry(value: unknown): value is Registry<RegistryContentType> {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** The registry of all metrics that name none: one for the whole program, however many copies of this package it has. */
export function globalRegistry(): Registry<RegistryContentType> {
  const known = globalThis as { [GLOBAL]?: Registry<RegistryContentType> };
  return known[GLOBAL] ??= new Registry<RegistryContentType>();
}

function textsOf(labels: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(labels).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
