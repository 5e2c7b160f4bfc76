import type { SummaryDescription } from "../model/description.ts";
import { type AbsoluteOptions, annotate, checkedOptions } from "./annotation.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";
import {
  checkCount,
  checkNumber,
  describe,
  Handle,
  Instrument,
  type SeriesOf,
  show,
  type WithLabels,
} from "./instrument.ts";

/** Options of a summary. */
export interface SummaryOptions extends MetricOptions {
  /** Quantiles that an upstream computes, each between 0 and 1. @default [] */
  readonly quantiles?: readonly number[];
}

/** A whole summary as an upstream reports it. */
export interface SummaryValue {
  /** The value at each declared quantile; `NaN` where there is none. @default none are declared */
  readonly quantiles?: readonly number[];
  /** How many observations there were. */
  readonly count: number;
  /** The sum of all observations. */
  readonly sum: number;
}

/**
 * Describes a summary: count and sum, and the quantiles that an upstream computes.
 *
 * Quantiles cannot be aggregated over instances, so code that measures for itself is better served by a histogram.
 *
 * @param name Base name, without `_sum` or `_count`.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written; `quantile` is reserved. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @throws {RangeError} If a quantile is not between 0 and 1, or declared twice.
 * @example Relaying quantiles
 * ```ts
 * import { summary } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const pauses = new Registry().add(summary("gc_pause_seconds", "Pauses.", [], { quantiles: [0.5, 0.99] }));
 * pauses.set({ quantiles: [0.001, 0.02], count: 120, sum: 0.4 });
 * ```
 */
export function summary(name: string, help: string): SummaryDescription<readonly []>;
export function summary<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: SummaryOptions,
): SummaryDescription<Names>;
export function summary(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: SummaryOptions = {},
): SummaryDescription {
  const common = describeMetric("summary", name, help, labelNames, options);
  const quantiles = [...(options.quantiles ?? [])];
  quantiles.forEach((quantile, i) => {
    if (!(quantile >= 0 && quantile <= 1) || quantiles.indexOf(quantile) !== i) {
      throw new RangeError(
        `Cannot define metric "${name}": quantile ${show(quantile)}, expected numbers between 0 and 1, each once`,
      );
    }
  });
  return { type: "summary", ...common, quantiles: Object.freeze(quantiles) };
}

/** A live summary. */
export class Summary<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Adds one observation to count and sum.
   *
   * @throws {TypeError} If the labels are not those that were declared, the value is no number, or quantiles were
   * declared: those can only be relayed, with {@link Summary.set}.
   */
  observe(...args: WithLabels<Names, [value: number]>): void;
  observe(first?: unknown, second?: unknown): void {
    const value = this.operand(first, second);
    checkNumber(this.description, "value", value);
    checkObservable(this.description as SummaryDescription);
    const { writer } = this;
    const slot = this.slotOf(first);
    observe(writer.values, slot * writer.family.width, value);
  }

  /**
   * Sets a series to what an upstream reports. A count lower than before is a restart of the upstream.
   *
   * @throws {TypeError} If the labels are not those that were declared, or something is no number.
   * @throws {RangeError} If there is not one value per declared quantile, or the count is negative.
   */
  set(...args: WithLabels<Names, [value: SummaryValue, options?: AbsoluteOptions]>): void;
  set(...args: unknown[]): void {
    const [slotOf, given, options] = this.split(args);
    const { description } = this;
    const declared = (description as SummaryDescription).quantiles;
    const { quantiles = [], count, sum } = (given ?? {}) as Partial<SummaryValue>;
    if (quantiles.length !== declared.length) {
      throw new RangeError(
        `Cannot set ${describe(description)}: got ${quantiles.length} quantiles, expected ${declared.length}`,
      );
    }
    quantiles.forEach((value) => checkNumber(description, "quantile", value));
    checkCount(description, "count", count);
    checkNumber(description, "sum", sum);
    const checked = checkedOptions(this.description, options);
    const slot = slotOf();
    const { values, family } = this.writer;
    values.set([...quantiles, sum, count], slot * family.width);
    annotate(this.writer, slot, checked);
  }

  /** Looks one series up and keeps it, for code that updates it often. */
  labels(...series: SeriesOf<Names>): SummaryHandle {
    return new SummaryHandle(this.writer, this.seriesSlot(series));
  }
}

/** One series of a summary. */
export class SummaryHandle extends Handle {
  /** Adds one observation to count and sum. */
  observe(value: number): void {
    const { family } = this.writer;
    checkNumber(family.description, "value", value);
    checkObservable(family.description as SummaryDescription);
    const slot = this.slot();
    observe(this.writer.values, slot * family.width, value);
  }
}

function checkObservable(description: SummaryDescription): void {
  if (description.quantiles.length === 0) return;
  throw new TypeError(
    `Cannot observe ${
      describe(description)
    }: its quantiles are relayed from an upstream, expected set() or a histogram`,
  );
}

function observe(values: Float64Array, base: number, value: number): void {
  values[base]! += value;
  values[base + 1]!++;
}
