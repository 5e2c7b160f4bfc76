import type { GaugeHistogramDescription } from "../model/description.ts";
import { annotate, checkedOptions, type SampleOptions } from "./annotation.ts";
import { describeMetric } from "./definition.ts";
import { checkedValue, type HistogramValue, writeValue } from "./histogram.ts";
import { ofKind } from "./histogram_kind.ts";
import { bucketsOf, type HistogramOptions } from "./histogram_options.ts";
import { Instrument, type WithLabels } from "./instrument.ts";

/**
 * Describes a histogram of what is there right now, which may become less: ages of the items in a queue, sizes of files.
 *
 * @param name Base name, without a suffix.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written; `le` is reserved. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @throws {RangeError} If the bounds are not finite or not ascending.
 * @example Ages of waiting jobs
 * ```ts
 * import { gaugeHistogram, Registry } from "@exporterkit/core/metrics";
 *
 * const ages = new Registry().add(gaugeHistogram("job_age_seconds", "Age of waiting jobs.", [], { buckets: [1, 60] }));
 * ages.set({ buckets: [3, 4], count: 5, sum: 130 });
 * ```
 */
export function gaugeHistogram(name: string, help: string): GaugeHistogramDescription<readonly []>;
export function gaugeHistogram<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: HistogramOptions,
): GaugeHistogramDescription<Names>;
export function gaugeHistogram(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: HistogramOptions = {},
): GaugeHistogramDescription {
  const common = describeMetric("gaugehistogram", name, help, labelNames, options);
  return { type: "gaugehistogram", ...common, ...bucketsOf(name, options), ofKind };
}

/** A live gauge histogram. */
export class GaugeHistogram<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * Sets a series to what is there.
   *
   * @throws {TypeError} If the labels are not those that were declared, or something is no number.
   * @throws {RangeError} If there is not one bucket per bound, or the counts are negative or not cumulative.
   */
  set(...args: WithLabels<Names, [value: HistogramValue, options?: SampleOptions]>): void;
  set(...args: unknown[]): void {
    const [slotOf, given, options] = this.split(args);
    const value = checkedValue(this.description as GaugeHistogramDescription, given);
    const checked = checkedOptions(this.description, options);
    const slot = slotOf();
    writeValue(this.writer, slot, value);
    annotate(this.writer, slot, checked);
  }
}
