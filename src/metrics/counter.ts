import type { CounterDescription } from "../model/description.ts";
import { checkAmount, checkTotal, Handle, Instrument, type SeriesOf, type WithLabels } from "./instrument.ts";
import { annotate, checkedOptions, exemplarOf, type ObservationOptions, type TotalOptions } from "./annotation.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";

/**
 * Describes a counter: a total that only grows, and starts again at zero when its source restarts.
 *
 * @param name Full name; by convention it ends in `_total`, and without that OpenMetrics calls it `unknown`.
 * @param help One sentence on what is counted.
 * @param labelNames Label names, in the order they are written. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @example Counting requests
 * ```ts
 * import { counter } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const requests = new Registry().add(counter("http_requests_total", "Requests served.", ["code"]));
 * requests.inc({ code: 200 });
 * requests.labels("500").inc(2);
 * assert.throws(() => requests.inc({ code: 200 }, -1), RangeError);
 * ```
 */
export function counter(name: string, help: string): CounterDescription<readonly []>;
export function counter<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: MetricOptions,
): CounterDescription<Names>;
export function counter(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: MetricOptions = {},
): CounterDescription {
  return { type: "counter", ...describeMetric("counter", name, help, labelNames, options) };
}

/** A live counter. */
export class Counter<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Adds to a series.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the amount is no number.
   * @throws {RangeError} If the amount is negative or `NaN`.
   */
  inc(...args: WithLabels<Names, [amount?: number, options?: ObservationOptions]>): void;
  inc(first?: unknown, second?: unknown, third?: unknown): void {
    const amount = this.operand(first, second) ?? 1;
    const { writer } = this;
    checkAmount(writer, amount);
    const options = this.operand(second, third);
    const exemplar = options === undefined ? undefined : exemplarOf(writer, amount, options);
    const slot = this.slotOf(first);
    writer.values[slot]! += amount;
    if (exemplar !== undefined) writer.setExemplar(slot, exemplar);
  }

  /**
   * Sets a series to the total that an upstream reports. A total lower than before is a restart of the upstream.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the total is no number.
   * @throws {RangeError} If the total is negative or `NaN`.
   */
  set(...args: WithLabels<Names, [total: number, options?: TotalOptions]>): void;
  set(...args: unknown[]): void {
    const [slotOf, total, options] = this.split(args);
    checkTotal(this.description, "total", total);
    const checked = checkedOptions(this.description, options);
    const slot = slotOf();
    this.writer.values[slot] = total;
    annotate(this.writer, slot, checked);
  }

  /** Looks one series up and keeps it, for code that updates it often. */
  labels(...series: SeriesOf<Names>): CounterHandle {
    return new CounterHandle(this.writer, this.seriesSlot(series));
  }
}

/** One series of a counter. */
export class CounterHandle extends Handle {
  /**
   * Adds to the series.
   *
   * @throws {RangeError} If the amount is negative or `NaN`.
   */
  inc(amount = 1, options: ObservationOptions | undefined = undefined): void {
    const { writer } = this;
    checkAmount(writer, amount);
    const exemplar = options === undefined ? undefined : exemplarOf(writer, amount, options);
    const slot = this.slot();
    writer.values[slot]! += amount;
    if (exemplar !== undefined) writer.setExemplar(slot, exemplar);
  }

  /**
   * Sets the series to the total that an upstream reports.
   *
   * @throws {RangeError} If the total is negative or `NaN`.
   */
  set(total: number): void {
    checkTotal(this.writer.family.description, "total", total);
    const slot = this.slot();
    this.writer.values[slot] = total;
  }
}
