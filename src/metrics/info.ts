import type { InfoDescription, LabelValue } from "../model/description.ts";
import { describeMetric } from "./definition.ts";
import { Instrument, type WithLabels } from "./instrument.ts";

/**
 * Describes an info: facts about something as labels, always of value 1.
 *
 * @param name Full name, ending in `_info`.
 * @param help One sentence on what is described.
 * @param labelNames Names of the facts. @default []
 * @throws {TypeError} If a name is invalid, reserved or repeated, does not end in `_info`, or the help is empty.
 * @example A version
 * ```ts
 * import { info } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * new Registry().add(info("app_build_info", "What is running.", ["version"])).set({ version: "1.2.3" });
 * ```
 */
export function info(name: string, help: string): InfoDescription<readonly []>;
export function info<const Names extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
): InfoDescription<Names>;
export function info(
  name: string,
  help: string,
  labelNames: readonly string[] = [],
): InfoDescription {
  const common = describeMetric("info", name, help, labelNames);
  if (!/._info$/s.test(name)) {
    throw new TypeError(`Cannot define metric "${name}": an info metric's name ends in "_info"`);
  }
  return { type: "info", ...common };
}

/** A live info. */
export class Info<Names extends readonly string[] = readonly []> extends Instrument<Names> {
  /**
   * States the facts of one series.
   *
   * @throws {TypeError} If the labels are not those that were declared.
   */
  set(...args: WithLabels<Names, []>): void;
  set(labels?: unknown): void {
    const { writer } = this;
    // Nothing follows the labels, so that a first argument is always labels, wanted or not.
    const slot = writer.slot(labels as Readonly<Record<string, LabelValue>> | undefined);
    writer.values[slot] = 1;
  }
}
