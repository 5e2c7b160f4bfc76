import type { MetricType } from "../model/description.ts";
import { isLabelName, isMetricName } from "../model/names.ts";

/** Options that every kind of metric takes. */
export interface MetricOptions {
  /** Unit of the value, in base units and plural, such as `seconds`; the name must end with it. @default none */
  readonly unit?: string;
}

/**
 * Checks the facts that all kinds share.
 *
 * @throws {TypeError} Naming the metric and the first thing that is wrong with it.
 */
export function describeMetric<Names extends readonly string[]>(
  type: MetricType,
  name: string,
  help: string,
  labelNames: Names,
  options: MetricOptions = {},
): { name: string; help: string; labelNames: Names; unit?: string } {
  if (typeof name !== "string" || !isMetricName(name)) {
    throw new TypeError(`Cannot define metric "${name}": its name must be a text that is not empty and well-formed`);
  }
  if (typeof help !== "string" || help === "") {
    throw new TypeError(`Cannot define metric "${name}": help is missing, expected a sentence on what is measured`);
  }
  const names: readonly string[] = labelNames;
  if (!Array.isArray(names)) {
    throw new TypeError(
      `Cannot define metric "${name}": label names are ${typeof names}, expected an array of strings`,
    );
  }
  names.forEach((label, position) => {
    if (typeof label !== "string" || !isLabelName(label)) {
      throw new TypeError(
        `Cannot define metric "${name}": label name "${label}" must be a well-formed text that is not empty and does not start with "__"`,
      );
    }
    if (label === RESERVED[type] || (type === "stateset" && label === name)) {
      throw new TypeError(`Cannot define metric "${name}": label name "${label}" is reserved on a ${type}`);
    }
    if (names.indexOf(label) !== position) {
      throw new TypeError(`Cannot define metric "${name}": label name "${label}" is declared twice`);
    }
  });
  const { unit } = options;
  if (unit !== undefined) checkUnit(type, name, unit);
  return {
    name,
    help,
    labelNames: Object.freeze([...names]) as unknown as Names,
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Labels that a kind of metric writes itself. */
const RESERVED: Partial<Record<MetricType, string>> = { histogram: "le", gaugehistogram: "le", summary: "quantile" };

/** OpenMetrics 1.0, "Unit": the name ends with the unit; info and state sets have none. */
function checkUnit(type: MetricType, name: string, unit: string): void {
  if (type === "info" || type === "stateset") {
    throw new TypeError(`Cannot define metric "${name}": unit is "${unit}", but a ${type} has no unit`);
  }
  const base = type === "counter" ? name.replace(/_total$/s, "") : name;
  if (unit === "" || !base.endsWith(`_${unit}`)) {
    throw new TypeError(`Cannot define metric "${name}": unit is "${unit}", expected the name to end with "_${unit}"`);
  }
}
