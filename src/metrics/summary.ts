import { relaysQuantiles, type SummaryDescription } from "../model/description.ts";
import type { Writer } from "../model/writer.ts";
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
import { defineWindow, type WindowOptions } from "./window_options.ts";

/** Options of a summary. */
export interface SummaryOptions extends MetricOptions {
  /** Quantiles, each between 0 and 1: those that an upstream computes or, with `window`, those computed here. @default [] */
  readonly quantiles?: readonly number[];
  /**
   * Whether the quantiles are percentiles, from 0 to 100, as the upstream's names for them are relied on; not with `window`.
   * OpenMetrics wants numbers between 0 and 1: here all formats say `quantile="99"`. @default false
   */
  readonly percentiles?: boolean;
  /** The observations that quantiles are computed from; `true` for those of ten minutes. @default false */
  readonly window?: WindowOptions | boolean;
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
 * Describes a summary: count and sum, and quantiles that an upstream computes, or that are computed here.
 *
 * Quantiles cannot be aggregated over instances, so code that measures for itself is often better served by a histogram.
 * With `window`, they are computed at every scrape from what was observed within the last `maxAgeSeconds`, while count and
 * sum go on. Of up to 512 different values they are exact, with a line from each value to the next. Of more they are
 * within 0.2 % of the observations from the true ones, and within 0.02 % at 0.01 and 0.99. Where nothing was observed
 * they are `NaN`. In a collector, whose series begin anew with every run, they are those of what the run observed.
 *
 * @param name Base name, without `_sum` or `_count`.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written; `quantile` is reserved. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, the help is empty, or there is a window without quantiles.
 * @throws {RangeError} If a quantile is not between 0 and 1 (or 100), or declared twice, or an option of the window is out of range.
 * @example Relaying quantiles
 * ```ts
 * import { summary } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const pauses = new Registry().add(summary("gc_pause_seconds", "Pauses.", [], { quantiles: [0.5, 0.99] }));
 * pauses.set({ quantiles: [0.001, 0.02], count: 120, sum: 0.4 });
 * ```
 * @example Quantiles of the last five minutes
 * ```ts
 * import { summary } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const options = { quantiles: [0.5, 0.99], window: { maxAgeSeconds: 300 } };
 * const latency = new Registry().add(summary("rpc_duration_seconds", "Time to answer.", ["method"], options));
 * latency.observe({ method: "get" }, 0.25);
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
  const { window = false, percentiles = false } = options;
  const quantiles = [...(options.quantiles ?? [])];
  const highest = percentiles && window === false ? 100 : 1;
  quantiles.forEach((quantile, i) => {
    if (!(quantile >= 0 && quantile <= highest) || quantiles.indexOf(quantile) !== i) {
      throw new RangeError(
        `Cannot define metric "${name}": quantile ${
          show(quantile)
        }, expected numbers between 0 and ${highest}, each once`,
      );
    }
  });
  Object.freeze(quantiles);
  if (window === false) return { type: "summary", ...common, quantiles, ...(percentiles ? { percentiles } : {}) };
  if (quantiles.length === 0) throw new TypeError(`Cannot define metric "${name}": it has a window, but no quantiles`);
  const defined = defineWindow(name, quantiles, window === true ? {} : window);
  return { type: "summary", ...common, quantiles, window: defined };
}

/** A live summary. */
export class Summary<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Adds one observation to count and sum, and to the window. `NaN` has no part in quantiles, and makes the sum `NaN`.
   *
   * @throws {TypeError} If the labels are not those that were declared, the value is no number, or quantiles were
   * declared without a window: those can only be relayed, with {@link Summary.set}.
   */
  observe(...args: WithLabels<Names, [value: number]>): void;
  observe(first?: unknown, second?: unknown): void {
    const value = this.operand(first, second);
    checkNumber(this.description, "value", value);
    checkObservable(this.description as SummaryDescription);
    const slot = this.slotOf(first);
    observeInWindow(this.writer, slot, value);
  }

  /**
   * Sets a series to what an upstream reports. A count lower than before is a restart of the upstream.
   *
   * @throws {TypeError} If the labels are not those that were declared, something is no number, or quantiles are computed
   * from what is observed.
   * @throws {RangeError} If there is not one value per declared quantile, or the count is negative.
   */
  set(...args: WithLabels<Names, [value: SummaryValue, options?: AbsoluteOptions]>): void;
  set(...args: unknown[]): void {
    const [slotOf, given, options] = this.split(args);
    const { description } = this;
    const { quantiles: declared, window } = description as SummaryDescription;
    if (window !== undefined) {
      throw new TypeError(
        `Cannot set ${describe(description)}: its quantiles are computed from a window, expected observe()`,
      );
    }
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
  /** Adds one observation to count and sum, and to the window. */
  observe(value: number): void {
    const { family } = this.writer;
    checkNumber(family.description, "value", value);
    checkObservable(family.description as SummaryDescription);
    const slot = this.slot();
    observeInWindow(this.writer, slot, value);
  }
}

function checkObservable(description: SummaryDescription): void {
  if (!relaysQuantiles(description)) return;
  throw new TypeError(
    `Cannot observe ${describe(description)}: its quantiles are relayed from an upstream, ` +
      "expected set(), the option window or a histogram",
  );
}

/** Takes in one observation in a slot that is ready to be written. */
export function observeInWindow(writer: Writer, slot: number, value: number): void {
  const { values, family, windows } = writer;
  const end = (slot + 1) * family.width;
  values[end - 2]! += value;
  values[end - 1]!++;
  if (windows !== undefined) windows[slot]!.observe(value);
}
