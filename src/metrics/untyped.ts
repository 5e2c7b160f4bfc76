import type { UntypedDescription } from "../model/description.ts";
import { annotate, checkedOptions, type SampleOptions } from "./annotation.ts";
import { describeMetric, type MetricOptions } from "./definition.ts";
import { checkNumber, Instrument, type WithLabels } from "./instrument.ts";

/**
 * Describes a value whose source does not say whether it is a counter or a gauge.
 *
 * @param name Full name.
 * @param help One sentence on what is measured.
 * @param labelNames Label names, in the order they are written. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, or the help is empty.
 * @example A number of unknown nature
 * ```ts
 * import { untyped } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * new Registry().add(untyped("vmstat_pgfault", "/proc/vmstat information field pgfault.")).set(42);
 * ```
 */
export function untyped(name: string, help: string): UntypedDescription<readonly []>;
export function untyped<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options?: MetricOptions,
): UntypedDescription<Names>;
export function untyped(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
  options: MetricOptions = {},
): UntypedDescription {
  return { type: "unknown", ...describeMetric("unknown", name, help, labelNames, options) };
}

/** A live untyped metric. */
export class Untyped<Names extends readonly string[] = readonly []> extends Instrument<Names> {
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
}
