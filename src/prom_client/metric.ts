import { Callback } from "../metrics/callback.ts";
import type { Snapshot } from "../model/family.ts";
import type { Description } from "../model/description.ts";
import type { Exemplar } from "../model/exemplar.ts";
import { HeldFamily } from "../model/held_family.ts";
import { writtenValue } from "../model/label_spellings.ts";
import type { Writer } from "../model/writer.ts";
import { prometheusContentType, type RegistryContentType } from "./content_types.ts";
import { exemplarObject } from "./_dialect.ts";
import { inspect } from "./_format.ts";
import { valueOf } from "./_run_value.ts";
import { COLUMNS, type Columns } from "./registered_metric.ts";
import { globalRegistry, type Registry } from "./registry.ts";
import type {
  Aggregator,
  CollectFunction,
  ExemplarObject,
  LabelValues,
  MetricObjectWithValues,
  MetricType,
  MetricValue,
} from "./types.ts";
import { validateLabelNames, validateMetricName } from "./validation.ts";

/** What all kinds of metrics are made of. */
export interface MetricConfiguration<T extends string> {
  /** The name. */
  name: string;
  /** What it measures. */
  help: string;
  /** The names of its labels. @default [] */
  labelNames?: T[] | readonly T[];
  /** Where it is registered; `[]` for nowhere. @default the global registry */
  registers?: (Registry<RegistryContentType> | Registry)[];
  /** How values of several processes are made one. @default "sum" */
  aggregator?: Aggregator;
  /** Called before the metric is read, with the metric as `this`. */
  // deno-lint-ignore no-explicit-any -- Each kind says more precisely what `this` is.
  collect?: CollectFunction<any>;
  /** Whether values can have exemplars, which only OpenMetrics shows. @default false */
  enableExemplars?: boolean;
}

/** What a kind of metric says of itself. */
interface Kind {
  readonly type: MetricType;
  /** A label name that it uses itself. */
  readonly reserved?: string;
  /** What its family is beyond name, help and labels. */
  readonly description?: Readonly<Record<string, unknown>>;
}

/** What all kinds of metrics share. */
export abstract class Metric<T extends string = string> {
  /** The name. */
  declare readonly name: string;
  /** What it measures. */
  declare readonly help: string;
  /** The names of its labels. */
  declare readonly labelNames: readonly T[];
  /** The names of its labels, sorted. */
  declare readonly sortedLabelNames: readonly T[];
  /** Where it is registered. */
  declare readonly registers: readonly Registry<RegistryContentType>[];
  /** How values of several processes are made one. */
  declare readonly aggregator: Aggregator;
  /** Called before the metric is read. */
  declare collect?: CollectFunction<this>;
  /** Whether values can have exemplars. */
  declare readonly enableExemplars: boolean;
  /** The kind. */
  readonly type: MetricType;
  readonly #family: HeldFamily;
  readonly #writer: Writer;
  #callback: Callback | undefined;

  constructor(config: MetricConfiguration<T>, { type, reserved, description }: Kind) {
    if (typeof config !== "object" || config === null) throw new TypeError("constructor expected a config object");
    this.type = type;
    Object.assign(this, { labelNames: [], aggregator: "sum", enableExemplars: false }, config);
    this.registers = config.registers ?? [globalRegistry()];
    this.labelNames ??= [];
    if (!this.help) throw new Error("Missing mandatory help parameter");
    if (!this.name) throw new Error("Missing mandatory name parameter");
    if (!validateMetricName(this.name)) throw new Error("Invalid metric name");
    if (!validateLabelNames(this.labelNames)) throw new Error("Invalid label name");
    if (this.collect && typeof this.collect !== "function") {
      throw new Error('Optional "collect" parameter must be a function');
    }
    if ((this.labelNames as readonly string[]).includes(reserved!)) {
      throw new Error(`${reserved} is a reserved label keyword`);
    }
    this.sortedLabelNames = [...this.labelNames].sort();
    this.#family = new HeldFamily(
      {
        type,
        name: this.name,
        help: String(this.help),
        labelNames: [...new Set(this.labelNames)],
        ...description,
      } as Description,
      // Looked up at each call: tests put another clock in its place.
      { asWritten: true, now: () => Date.now() },
    );
    this.#writer = this.#family.writer;
    if (this.labelNames.length === 0) this.#writer.slot(undefined);
    for (const register of this.registers) this.#register(register);
  }

  /** How registries read the metric, unless somebody has given it another `get`. */
  get [COLUMNS](): Columns | undefined {
    if (this.get !== Metric.prototype.get) return undefined;
    return { update: (timeoutMs) => this.#update(timeoutMs), pin: () => this.#pin(), read: () => this.#read() };
  }

  /**
   * The series by a key that is made of their labels, such as `code:200,`.
   *
   * It is made anew each time: nothing that is done to it has an effect.
   */
  get hashMap(): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (const slot of this.slots()) {
      const labels = this.labelsOf(slot);
      const present = this.sortedLabelNames.filter((name) => labels[name] !== undefined);
      map[present.map((name) => `${name}:${labels[name]},`).join("")] = { labels, ...this.entryOf(slot) };
    }
    return map;
  }

  /** Reads the metric, after its `collect` has brought it up to date. */
  async get(): Promise<MetricObjectWithValues<MetricValue<T>>> {
    await this.#update();
    return this.#read();
  }

  /** Takes all series out; a metric without labels starts at zero again. */
  reset(): void {
    this.writer.clear();
    if (this.labelNames.length === 0) this.writer.slot(undefined);
  }

  /**
   * Takes one series out.
   *
   * @param series Its labels, or their values in declared order.
   * @throws {Error} If there are more or less values than label names, or an unknown label.
   */
  remove(...values: (string | number)[]): void;
  /** Takes one series out by its labels. */
  remove(labels: LabelValues<T>): void;
  remove(...series: unknown[]): void {
    const labels = this.labelsArgument(series);
    this.checkLabels(labels);
    this.writer.remove(labels as Record<string, string> | undefined);
  }

  /** The slots that have values, in the order in which their series came. */
  protected slots(): number[] {
    const { exposed, index } = this.#family;
    const slots: number[] = [];
    for (let slot = 0; slot < Math.min(index.size, exposed.stamps.length); slot++) {
      if (exposed.has(slot)) slots.push(slot);
    }
    return slots;
  }

  /** The labels of a series as they were first written. */
  protected labelsOf(slot: number): LabelValues<T> {
    const { index } = this.#family;
    const labels: Record<string, unknown> = {};
    if (index.spellings === undefined) return {};
    const { positions, types } = index.spellings.of(slot);
    positions.forEach((position, i) => {
      labels[index.names[position]!] = writtenValue(index.value(slot, position)!, types[i]!);
    });
    return labels as LabelValues<T>;
  }

  /** Told before the metric is read. */
  protected beforeReading(): void {}

  /** Where values are written. */
  protected get writer(): Writer {
    return this.#writer;
  }

  /** The samples of one series. */
  protected abstract samplesOf(slot: number, labels: LabelValues<T>): MetricValue<T>[];

  /** What {@link hashMap} has of one series beside its labels. */
  protected abstract entryOf(slot: number): Record<string, unknown>;

  /** The slot of a series by its labels, ready to be written. */
  protected slotOf(labels: unknown): number {
    try {
      return this.#writer.slot(labels as Record<string, string>);
    } catch (error) {
      this.checkLabels(labels);
      throw error;
    }
  }

  /** The slot of a series by its labels, or -1 where it is not there. */
  protected findSlot(labels: unknown): number {
    const known = this.#family.index.find(labels as Record<string, string>);
    return known >= 0 && this.#family.exposed.has(known) ? known : -1;
  }

  /** Looks a series up when it is first written, and keeps it; what chooses it is checked before. */
  protected lazySlot(series: readonly unknown[]): () => number {
    const [first] = series;
    const labels = typeof first === "object" ? { ...first } : undefined;
    if (labels === undefined) this.#checkCount(series);
    let slot = -1;
    let version = 0;
    return () => {
      const { index, exposed } = this.#family;
      if (slot < 0 || index.versions[slot] !== version || !exposed.has(slot)) {
        slot = labels === undefined ? this.#writer.slotOfValues(series as readonly string[]) : this.slotOf(labels);
        version = index.versions[slot]!;
      }
      return slot;
    };
  }

  /** The labels that are given as one object, or as values in declared order. */
  protected labelsArgument(series: readonly unknown[]): unknown {
    const [first] = series;
    if (typeof first === "object") return first ?? {};
    this.#checkCount(series);
    return Object.fromEntries(this.labelNames.map((name, i) => [name, series[i]]));
  }

  #checkCount(series: readonly unknown[]): void {
    const { labelNames } = this;
    if (labelNames.length === series.length) return;
    throw new Error(
      `Invalid number of arguments (${series.length}): "${series.join(", ")}" for label names ` +
        `(${labelNames.length}): "${labelNames.join(", ")}".`,
    );
  }

  /** Throws if there is a label that was not declared. */
  protected checkLabels(labels: unknown): void {
    for (const name in labels as object) {
      if ((this.labelNames as readonly string[]).includes(name)) continue;
      throw new Error(`Added label "${name}" is not included in initial labelset: ${inspect(this.labelNames)}`);
    }
  }

  /** What leads to a value of now. */
  protected exemplarOf(labels: Readonly<Record<string, string>>, value: number): Exemplar {
    return { labels, value, timestampMs: this.#family.now() };
  }

  /** What led to the value at a position of the column. */
  protected exemplarAt(position: number): ExemplarObject | undefined {
    const exemplar = this.#family.exposed.exemplars?.get(position);
    return exemplar === undefined ? undefined : exemplarObject(exemplar);
  }

  #register(register: Registry<RegistryContentType>): void {
    if (this.enableExemplars && register.contentType === prometheusContentType) {
      throw new TypeError("Exemplars are supported only on OpenMetrics registries");
    }
    register.registerMetric(this);
  }

  #update(timeoutMs = Infinity): Promise<void> | undefined {
    if (!this.collect) return undefined;
    this.#callback ??= new Callback(`collect of metric "${this.name}"`, () => this.collect?.());
    return valueOf(this.#callback.run({ timeoutMs }));
  }

  #pin(): Snapshot {
    this.beforeReading();
    return this.#family.pin();
  }

  #read(): MetricObjectWithValues<MetricValue<T>> {
    const { help, name, type, aggregator } = this;
    // What is computed from a window is computed when it is pinned.
    this.#pin().release();
    const values = this.slots().flatMap((slot) => this.samplesOf(slot, this.labelsOf(slot)));
    return { help, name, type, values, aggregator } as MetricObjectWithValues<MetricValue<T>>;
  }
}

/** Whether an argument is an object: labels, not a value. */
export function isObject(argument: unknown): argument is object {
  return typeof argument === "object" && argument !== null;
}
