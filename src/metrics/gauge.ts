import type { GaugeDescription } from "../model/description.ts";
import { annotate, checkedOptions, type SampleOptions } from "./annotation.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";
import { checkNumber, Handle, Instrument, type SeriesOf, type WithLabels } from "./instrument.ts";

/**
 * Describes a gauge: a value that goes up and down.
 *
 * @param name Full name, ending in its base unit where it has one.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @example A temperature per room
 * ```ts
 * import { gauge } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const temperature = new Registry().add(gauge("room_temperature_celsius", "Air temperature.", ["room"]));
 * temperature.set({ room: "attic" }, 17.5);
 * temperature.labels({ room: "attic" }).inc();
 * ```
 */
export function gauge(name: string, help: string): GaugeDescription<readonly []>;
export function gauge<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: MetricOptions,
): GaugeDescription<Names>;
export function gauge(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: MetricOptions = {},
): GaugeDescription {
  return { type: "gauge", ...describeMetric("gauge", name, help, labelNames, options) };
}

/** A live gauge. */
export class Gauge<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Sets a series.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the value is no number.
   */
  set(...args: WithLabels<Names, [value: number, options?: SampleOptions]>): void;
  set(first?: unknown, second?: unknown, third?: unknown): void {
    const value = this.operand(first, second);
    checkNumber(this.description, "value", value);
    const { writer } = this;
    const options = this.operand(second, third);
    const checked = options === undefined ? undefined : checkedOptions(this.description, options);
    const slot = this.slotOf(first);
    writer.values[slot] = value;
    if (checked !== undefined) annotate(writer, slot, checked);
  }

  /**
   * Adds to a series; a series that is not there yet starts at 0.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the amount is no number.
   */
  inc(...args: WithLabels<Names, [amount?: number]>): void;
  inc(first?: unknown, second?: unknown): void {
    const amount = this.operand(first, second) ?? 1;
    checkNumber(this.description, "amount", amount);
    const { writer } = this;
    const slot = this.slotOf(first);
    writer.values[slot]! += amount;
  }

  /**
   * Takes from a series; a series that is not there yet starts at 0.
   *
   * @throws {TypeError} If the labels are not those that were declared, or the amount is no number.
   */
  dec(...args: WithLabels<Names, [amount?: number]>): void;
  dec(first?: unknown, second?: unknown): void {
    const amount = this.operand(first, second) ?? 1;
    checkNumber(this.description, "amount", amount);
    const { writer } = this;
    const slot = this.slotOf(first);
    writer.values[slot]! -= amount;
  }

  /** Looks one series up and keeps it, for code that updates it often. */
  labels(...series: SeriesOf<Names>): GaugeHandle {
    return new GaugeHandle(this.writer, this.seriesSlot(series));
  }
}

/** One series of a gauge. */
export class GaugeHandle extends Handle {
  /** Sets the series. */
  set(value: number): void {
    checkNumber(this.writer.family.description, "value", value);
    const slot = this.slot();
    this.writer.values[slot] = value;
  }

  /** Adds to the series. */
  inc(amount = 1): void {
    checkNumber(this.writer.family.description, "amount", amount);
    const slot = this.slot();
    this.writer.values[slot]! += amount;
  }

  /** Takes from the series. */
  dec(amount = 1): void {
    checkNumber(this.writer.family.description, "amount", amount);
    const slot = this.slot();
    this.writer.values[slot]! -= amount;
  }
}
