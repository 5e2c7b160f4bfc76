import type { Description, Labels, LabelValue } from "../model/description.ts";
import type { Writer } from "../model/writer.ts";

/** The arguments of a method that takes labels first when there are any. */
export type WithLabels<Names extends readonly string[], Rest extends readonly unknown[]> = Names extends readonly []
  ? Rest
  : [labels: Labels<Names>, ...rest: Rest];

/** The arguments that choose one series: its labels, or its label values in declared order. */
export type SeriesOf<Names extends readonly string[]> = Names extends readonly [] ? []
  : [labels: Labels<Names>] | { readonly [Index in keyof Names]: LabelValue };

type AnyLabels = Readonly<Record<string, LabelValue>>;

/** What all live instruments share: a description, and series that can be taken away. */
export abstract class Instrument<Names extends readonly string[]> {
  /** What this instrument measures. */
  readonly description: Description;
  protected readonly writer: Writer;
  protected readonly labelled: boolean;

  /** Instruments are made from descriptions, by a registry or by a running exporter. */
  constructor(writer: Writer) {
    this.writer = writer;
    this.description = writer.family.description;
    this.labelled = this.description.labelNames.length > 0;
  }

  /**
   * Takes one series away.
   *
   * @returns Whether there was such a series.
   * @throws {TypeError} If the labels are not those that were declared.
   */
  remove(...labels: WithLabels<Names, []>): boolean;
  remove(labels?: unknown): boolean {
    return this.writer.remove(labels as AnyLabels | undefined);
  }

  /** Takes all series away. */
  clear(): void {
    this.writer.clear();
  }

  /** The slot of a series chosen by its labels or by its label values. */
  protected seriesSlot(series: readonly unknown[]): number {
    const [first] = series;
    if (series.length === 1 && typeof first === "object" && first !== null) return this.writer.slot(first as AnyLabels);
    return this.writer.slotOfValues(series as readonly LabelValue[]);
  }

  /** The slot of a series chosen by the first argument, where there are labels. */
  protected slotOf(first: unknown): number {
    return this.writer.slot(this.labelled ? first as AnyLabels | undefined : undefined);
  }

  /** The argument after the labels, where there are labels. */
  protected operand(first: unknown, second: unknown): unknown {
    return this.labelled ? second : first;
  }

  /** Splits the arguments of a rarely called method into the slot and what follows the labels. */
  protected split(args: readonly unknown[]): [slot: () => number, ...rest: unknown[]] {
    return [() => this.slotOf(args[0]), ...(this.labelled ? args.slice(1) : args)];
  }
}

/**
 * One series of an instrument, looked up once.
 *
 * Its writes are array writes. When the series was removed meanwhile, the next write makes it anew.
 */
export abstract class Handle {
  protected readonly writer: Writer;
  #slot: number;
  #stamp: number;
  /** Its label values in declared order: after its series was removed, the slot may have others. */
  readonly #values: readonly (LabelValue | undefined)[];

  constructor(writer: Writer, slot: number) {
    this.writer = writer;
    this.#slot = slot;
    this.#stamp = writer.stamps[slot]!;
    this.#values = writer.family.index.values(slot);
  }

  /** The slot to write. */
  protected slot(): number {
    return this.writer.stamps[this.#slot] === this.#stamp ? this.#slot : this.#rebind();
  }

  #rebind(): number {
    this.#slot = this.writer.slotOfValues(this.#values);
    this.#stamp = this.writer.stamps[this.#slot]!;
    return this.#slot;
  }
}

/** Checks the amount that something grows by. */
export function checkAmount({ family }: Writer, amount: unknown): asserts amount is number {
  if (typeof amount !== "number") {
    throw new TypeError(
      `Cannot increase ${describe(family.description)}: amount is ${show(amount)}, expected a number`,
    );
  }
  if (!(amount >= 0)) {
    throw new RangeError(`Cannot increase ${describe(family.description)}: amount is ${amount}, expected 0 or more`);
  }
}

/** Checks a total, a count or anything else that cannot be negative. */
export function checkTotal(description: Description, what: string, value: unknown): asserts value is number {
  checkNumber(description, what, value);
  if (!(value >= 0)) {
    throw new RangeError(`Cannot set ${describe(description)}: ${what} is ${value}, expected 0 or more`);
  }
}

/** Checks how many observations there were. */
export function checkCount(description: Description, what: string, value: unknown): asserts value is number {
  checkTotal(description, what, value);
  if (value === Infinity) {
    throw new RangeError(`Cannot set ${describe(description)}: ${what} is ${value}, expected a finite count`);
  }
}

/** Checks that a value is a number; `NaN` and infinities are numbers. */
export function checkNumber(description: Description, what: string, value: unknown): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot set ${describe(description)}: ${what} is ${show(value)}, expected a number`);
  }
}

/** A metric as errors name it. */
export function describe(description: Description): string {
  return `${description.type === "unknown" ? "untyped" : description.type} "${description.name}"`;
}

/** A value as errors show it. */
export function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
