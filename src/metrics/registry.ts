import { describeDifference, type Description, sampleNames } from "../model/description.ts";
import type { FamilyOptions, Snapshot } from "../model/family.ts";
import { HeldFamily } from "../model/held_family.ts";
import { bind, type InstrumentOf } from "./bind.ts";

/**
 * Holds the live instruments of an application: their series stay until they are removed.
 *
 * @example Application code with metrics of its own
 * ```ts
 * import { counter } from "@exporterkit/core";
 * import { encode, negotiate } from "@exporterkit/core/exposition";
 * import { Registry } from "@exporterkit/core/metrics";
 * import assert from "node:assert/strict";
 *
 * const registry = new Registry();
 * const jobs = registry.add(counter("jobs_total", "Jobs done.", ["queue"]));
 * jobs.inc({ queue: "mail" });
 * const text = new TextDecoder().decode(encode(registry.snapshots(), negotiate(null)));
 * assert.match(text, /jobs_total\{queue="mail"\} 1\n/);
 * ```
 */
export class Registry {
  readonly #families = new Map<string, HeldFamily>();
  readonly #instruments = new Map<string, unknown>();
  readonly #owners = new Map<string, string>();
  readonly #options: FamilyOptions;

  /** @param options The clock for created timestamps. */
  constructor(options: Pick<FamilyOptions, "now"> = {}) {
    this.#options = options;
  }

  /**
   * Makes the instrument that a description stands for. The same description again gives the same instrument.
   *
   * Counters, gauges, histograms and summaries without labels are exposed as 0 at once; not so summaries with quantiles,
   * which only an upstream knows.
   *
   * @throws {TypeError} If the name, or a name that its samples will have, belongs to a different metric.
   */
  add<D extends Description>(description: D): InstrumentOf<D> {
    const { name } = description;
    const known = this.#families.get(name);
    if (known !== undefined) {
      const difference = describeDifference(known.description, description);
      if (difference !== undefined) throw new TypeError(`Cannot register metric "${name}": ${difference}`);
      return this.#instruments.get(name) as InstrumentOf<D>;
    }
    this.#claim(description);
    const family = new HeldFamily(description, this.#options);
    if (startsAtZero(description)) family.writer.slot(undefined);
    const instrument = bind<D>(family.writer);
    this.#families.set(name, family);
    this.#instruments.set(name, instrument);
    return instrument;
  }

  /** Takes a metric and all its series away. Returns whether there was one. */
  remove(name: string): boolean {
    const family = this.#families.get(name);
    if (family === undefined) return false;
    for (const sample of sampleNames(family.description)) this.#owners.delete(sample);
    this.#instruments.delete(name);
    return this.#families.delete(name);
  }

  /** All families as they are now, sorted by name, ready to be encoded. */
  snapshots(): Snapshot[] {
    return this.families().map((family) => family.pin());
  }

  /** All families, sorted by name. */
  families(): HeldFamily[] {
    return [...this.#families.values()].sort((a, b) => a.description.name < b.description.name ? -1 : 1);
  }

  /** A histogram `x` writes samples named `x_count`: nobody else may. */
  #claim(description: Description): void {
    const samples = sampleNames(description);
    for (const sample of samples) {
      const owner = this.#owners.get(sample);
      if (owner !== undefined) {
        throw new TypeError(
          `Cannot register metric "${description.name}": its sample "${sample}" is already one of metric "${owner}"`,
        );
      }
    }
    samples.forEach((sample) => this.#owners.set(sample, description.name));
  }
}

const STARTS_AT_ZERO: ReadonlySet<Description["type"]> = new Set(["counter", "gauge", "histogram", "summary"]);

function startsAtZero(description: Description): boolean {
  if (description.type === "summary" && description.quantiles.length > 0) return false;
  return description.labelNames.length === 0 && STARTS_AT_ZERO.has(description.type);
}
