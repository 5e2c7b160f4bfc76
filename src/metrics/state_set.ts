import type { StateSetDescription } from "../model/description.ts";
import { describeMetric } from "./definition.ts";
import { describe, Instrument, show, type WithLabels } from "./instrument.ts";

/** Options of a state set. */
export interface StateSetOptions<States extends readonly string[]> {
  /** Every state there is. */
  readonly states: States;
}

/**
 * Describes a state set: one series per state, 1 where the state applies and 0 elsewhere.
 *
 * @param name Full name; the label that carries the state is named like it.
 * @param help One sentence on whose state it is.
 * @param labelNames Names of further labels.
 * @throws {TypeError} If a name is invalid, reserved or repeated, the help is empty, or the states are not one or more
 * different strings.
 * @example A door
 * ```ts
 * import { stateSet } from "@exporterkit/core";
 * import { Registry } from "@exporterkit/core/metrics";
 *
 * const options = { states: ["open", "closed"] } as const;
 * const door = new Registry().add(stateSet("door_state", "State of the door.", ["door"], options));
 * door.set({ door: "front" }, "closed");
 * ```
 */
export function stateSet<const Names extends readonly string[], const States extends readonly string[]>(
  name: string,
  help: string,
  labelNames: Names,
  options: StateSetOptions<States>,
): StateSetDescription<Names, States> {
  const common = describeMetric("stateset", name, help, labelNames);
  const states = options?.states as readonly string[] | undefined;
  const valid = Array.isArray(states) && states.length > 0 && states.every((state) => typeof state === "string") &&
    new Set(states).size === states.length;
  if (!valid) {
    throw new TypeError(`Cannot define metric "${name}": states are ${show(states)}, expected different strings`);
  }
  return { type: "stateset", ...common, states: Object.freeze([...states]) as unknown as States };
}

/** A live state set. */
export class StateSet<
  Names extends readonly string[] = readonly [],
  States extends readonly string[] = readonly string[],
> extends Instrument<Names> {
  /**
   * States which state applies, or which of several do.
   *
   * @throws {TypeError} If the labels are not those that were declared, or a state is unknown.
   */
  set(
    ...args: WithLabels<Names, [state: States[number] | Readonly<Partial<Record<States[number], boolean>>>]>
  ): void;
  set(...args: unknown[]): void {
    const [slotOf, given] = this.split(args);
    const { states } = this.description as StateSetDescription;
    if (typeof given !== "string" && (typeof given !== "object" || given === null)) {
      throw new TypeError(
        `Cannot set ${describe(this.description)}: state is ${show(given)}, expected one of ${states.join(", ")}`,
      );
    }
    const applying: Record<string, unknown> = typeof given === "string" ? { [given]: true } : { ...given };
    for (const [state, applies] of Object.entries(applying)) {
      if (!states.includes(state)) {
        throw new TypeError(
          `Cannot set ${describe(this.description)}: state is "${state}", expected one of ${states.join(", ")}`,
        );
      }
      if (typeof applies !== "boolean" && applies !== undefined) {
        throw new TypeError(
          `Cannot set ${describe(this.description)}: state "${state}" is ${show(applies)}, expected true or false`,
        );
      }
    }
    const slot = slotOf();
    const { values } = this.writer;
    states.forEach((state, i) => values[slot * states.length + i] = applying[state] === true ? 1 : 0);
  }
}
