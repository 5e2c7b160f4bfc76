import type { Family } from "../model/family.ts";
import { OutcomeError } from "./outcome.ts";

/** What one run of a collector may cost. `Infinity` takes a limit away. */
export interface Budgets {
  /** How many series a run may set; the write of one more throws, and the run ends as `limit`. @default 250000 */
  readonly maxSeries?: number;
  /**
   * How long a label value may be, in bytes of UTF-8; the write of a longer one throws, and the run ends as `limit`.
   * @default 4096
   */
  readonly maxLabelLength?: number;
  /**
   * How many bytes of bodies, uncompressed, a run may read through its `fetch`; reading more throws, and the run ends as
   * `limit`. @default 67108864
   */
  readonly maxResponseBytes?: number;
}

/** What a run may cost where its collector says nothing: far more than an honest one needs, far less than hurts. */
export const DEFAULT_BUDGETS: Required<Budgets> = {
  maxSeries: 250_000,
  maxLabelLength: 4096,
  maxResponseBytes: 64 * 2 ** 20,
};

/**
 * Looks whether budgets are numbers that can be kept to.
 *
 * @throws {RangeError} If one is not a whole number, or `Infinity`.
 */
export function checkBudgets(collector: string, budgets: Budgets): void {
  for (const key of Object.keys(DEFAULT_BUDGETS) as (keyof Budgets)[]) {
    const value = budgets[key];
    if (value === undefined || value === Infinity || (Number.isInteger(value) && value >= 0)) continue;
    throw new RangeError(
      `Cannot define collector "${collector}": ${key} is ${value}, expected a whole number, or Infinity for no limit`,
    );
  }
}

/** What one run has cost so far. */
export class RunBudget {
  readonly #budgets: Required<Budgets>;
  readonly #exceeded: (error: OutcomeError) => void;
  #series = 0;
  #bytes = 0;

  /** @param exceeded Told of the error before it is thrown, since the collector may swallow it. */
  constructor(
    { maxSeries, maxLabelLength, maxResponseBytes }: Budgets,
    exceeded: (error: OutcomeError) => void,
  ) {
    this.#budgets = {
      maxSeries: maxSeries ?? DEFAULT_BUDGETS.maxSeries,
      maxLabelLength: maxLabelLength ?? DEFAULT_BUDGETS.maxLabelLength,
      maxResponseBytes: maxResponseBytes ?? DEFAULT_BUDGETS.maxResponseBytes,
    };
    this.#exceeded = exceeded;
  }

  /** Counts one more series. @throws {OutcomeError} If it is one too many. */
  series(): void {
    const { maxSeries } = this.#budgets;
    if (++this.#series > maxSeries) this.#exceed(`it set more than its limit of ${maxSeries} series`);
  }

  /** Measures a label value. @throws {OutcomeError} If it is too long. */
  label(family: Family, name: string, value: string): void {
    const { maxLabelLength } = this.#budgets;
    if (!isLonger(value, maxLabelLength)) return;
    const what = `label "${name}" of metric "${family.description.name}"`;
    this.#exceed(`it gave ${what} a value longer than its limit of ${maxLabelLength} bytes`);
  }

  /** Counts bytes of answers. @throws {OutcomeError} If they are too many. */
  responseBytes(bytes: number): void {
    const { maxResponseBytes } = this.#budgets;
    this.#bytes += bytes;
    if (this.#bytes > maxResponseBytes) {
      this.#exceed(`it read more than its limit of ${maxResponseBytes} bytes of answers`);
    }
  }

  #exceed(message: string): never {
    const error = new OutcomeError("limit", message);
    this.#exceeded(error);
    throw error;
  }
}

/** Whether a text takes more bytes of UTF-8; a character takes at most three per UTF-16 unit. */
function isLonger(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}
