import { bind, type InstrumentOf } from "../metrics/bind.ts";
import { describeDifference, type Description, type HistogramKind, sampleNames } from "../model/description.ts";
import { CollectedFamily, type Staging, type StagingOptions } from "../model/collected_family.ts";
import type { Family } from "../model/family.ts";
import { replicaOf } from "./replica.ts";
import { dataOf, type StoredFamily, writeFamily } from "./stored_family.ts";

/** Which collector each sample name of an exporter belongs to, so that no series is ever exposed twice. */
export class NameOwners {
  readonly #owners = new Map<string, string>();

  /**
   * Gives all sample names of a description to an owner. Returns whether they were not the owner's before.
   *
   * @throws {TypeError} If one of them has another owner.
   */
  claim(owner: string, description: Description): boolean {
    const names = sampleNames(description);
    for (const name of names) {
      const known = this.#owners.get(name);
      if (known !== undefined && known !== owner) {
        throw new TypeError(
          `Cannot declare metric "${description.name}" in collector "${owner}": "${name}" belongs to collector "${known}"`,
        );
      }
    }
    const isNew = !names.every((name) => this.#owners.has(name));
    names.forEach((name) => this.#owners.set(name, owner));
    return isNew;
  }

  /** Takes all sample names of a description back. */
  release(description: Description): void {
    sampleNames(description).forEach((name) => this.#owners.delete(name));
  }
}

/** A description as settings want it: they may choose the kind of all histograms. */
export function describedAs<D extends Description>(description: D, histograms: HistogramKind | undefined): D {
  if (histograms === undefined || !("ofKind" in description)) return description;
  return (description.ofKind?.(histograms) ?? description) as D;
}

/** What all families of a collector have in common. */
export interface FamilySetOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** The kind of all histograms. @default as each is defined */
  readonly histograms?: HistogramKind;
}

/** Whether a description is another one with labels added to it. */
function isLabelledMore(known: Description, other: Description): boolean {
  const added = other.labelNames.filter((name) => !known.labelNames.includes(name));
  const same = { ...other, labelNames: known.labelNames };
  return added.length > 0 && added.length === other.labelNames.length - known.labelNames.length &&
    describeDifference(known, same) === undefined;
}

/** Runs in which a family may stay undeclared before its memory is given back. */
const IDLE_RUNS = 3;

/** The families of one collector: those it declares, and those that its runs find. */
export class FamilySet {
  readonly #collector: string;
  readonly #owners: NameOwners;
  readonly #options: FamilySetOptions;
  readonly #declared: CollectedFamily[];
  #found = new Map<string, { family: CollectedFamily; idleRuns: number }>();

  constructor(
    collector: string,
    descriptions: Iterable<Description>,
    owners: NameOwners,
    options: FamilySetOptions,
  ) {
    this.#collector = collector;
    this.#owners = owners;
    this.#options = options;
    this.#declared = [...descriptions].map((description) => {
      owners.claim(collector, description);
      return new CollectedFamily(this.described(description), { now: options.now });
    });
  }

  /** A description as the families of this collector have it. */
  described<D extends Description>(description: D): D {
    return describedAs(description, this.#options.histograms);
  }

  /** The families that the last successful run set. */
  families(): Family[] {
    const found = [...this.#found.values()].filter(({ idleRuns }) => idleRuns === 0).map(({ family }) => family);
    const names = new Set(found.map(({ description: { name } }) => name));
    return [...this.#declared.filter(({ description: { name } }) => !names.has(name)), ...found];
  }

  /** Opens staged columns for one run. */
  stage(options: StagingOptions): StagedSet {
    return new StagedSet(this, options);
  }

  /**
   * Replaces what the last successful run set by what one elsewhere did, all of it or nothing.
   *
   * @throws {TypeError} If a family is defined otherwise here, or belongs to another collector.
   */
  restore(families: readonly StoredFamily[]): void {
    const staged = this.stage({});
    try {
      for (const family of families) writeFamily(family, (description) => staged.replica(description));
      staged.commit();
    } catch (error) {
      staged.discard();
      throw error;
    }
  }

  /** The declared families, by description. */
  declared(): readonly CollectedFamily[] {
    return this.#declared;
  }

  /** The family for a description, as {@link described}, that a run found; an earlier one when it agrees. */
  found(description: Description): { family: CollectedFamily; claimed: boolean } {
    const declared = this.#declared.find(({ description: { name } }) => name === description.name);
    if (declared !== undefined && !isLabelledMore(declared.description, description)) {
      throw new TypeError(
        `Cannot declare metric "${description.name}" in a run of collector "${this.#collector}": ` +
          "it is already declared under the collector's metrics, and has no more labels here",
      );
    }
    const claimed = this.#owners.claim(this.#collector, description);
    const known = this.#found.get(description.name)?.family;
    if (known !== undefined && describeDifference(known.description, description) === undefined) {
      return { family: known, claimed };
    }
    return { family: new CollectedFamily(description, { sparse: true, now: this.#options.now }), claimed };
  }

  /** Keeps the families that a successful run found, and empties those it did not find again. */
  keep(families: readonly CollectedFamily[]): void {
    const kept = new Map(families.map((family) => [family.description.name, { family, idleRuns: 0 }]));
    for (const [name, { family, idleRuns }] of this.#found) {
      if (kept.has(name)) continue;
      if (idleRuns + 1 >= IDLE_RUNS) this.#forget(family.description);
      else kept.set(name, { family, idleRuns: idleRuns + 1 });
    }
    this.#found = kept;
  }

  /** A declared name stays the collector's. */
  #forget(description: Description): void {
    if (this.#declared.some(({ description: { name } }) => name === description.name)) return;
    this.#owners.release(description);
  }

  /** Takes back the names that a failed run was the first to claim. */
  release(families: readonly CollectedFamily[]): void {
    families.forEach((family) => this.#owners.release(family.description));
  }
}

/** What one run writes: staged columns that all count, or none. */
export class StagedSet {
  readonly #set: FamilySet;
  readonly #options: StagingOptions;
  readonly #staged = new Map<string, Staging>();
  readonly #found: CollectedFamily[] = [];
  readonly #claimed: CollectedFamily[] = [];

  constructor(set: FamilySet, options: StagingOptions) {
    this.#set = set;
    this.#options = options;
    for (const family of set.declared()) this.#staged.set(family.description.name, family.stage(options));
  }

  /** How many series the run has set. */
  get series(): number {
    let series = 0;
    for (const staging of this.#staged.values()) series += staging.live;
    return series;
  }

  /** The instrument of a declared metric. */
  instrument<D extends Description>(description: D): InstrumentOf<D> {
    return bind<D>(this.#staged.get(description.name)!);
  }

  /**
   * The instrument of a metric that the run found.
   *
   * @throws {TypeError} If it differs from what the run declared under that name, or belongs to another collector.
   */
  find<D extends Description>(found: D): InstrumentOf<D> {
    const description = this.#set.described(found);
    const known = this.#staged.get(description.name);
    if (known !== undefined && this.#found.includes(known.family as CollectedFamily)) {
      const difference = describeDifference(known.family.description, description);
      if (difference !== undefined) throw new TypeError(`Cannot declare metric "${description.name}": ${difference}`);
      return bind<D>(known);
    }
    return bind<D>(this.#add(description));
  }

  /**
   * The column for a family that a run elsewhere wrote.
   *
   * @throws {TypeError} If it is declared otherwise here, or belongs to another collector.
   */
  replica(description: Description): Staging {
    const declared = this.#staged.get(description.name);
    if (declared === undefined) return this.#add(replicaOf(description));
    const difference = describeDifference(dataOf(declared.family.description), description);
    if (difference !== undefined) throw new TypeError(`Cannot show metric "${description.name}": ${difference}`);
    return declared;
  }

  /** Shows everything that the run wrote. */
  commit(): void {
    for (const staging of this.#staged.values()) staging.commit();
    this.#set.keep(this.#found);
  }

  /** Forgets everything that the run wrote. */
  discard(): void {
    for (const staging of this.#staged.values()) staging.discard();
    this.#set.release(this.#claimed);
  }

  #add(description: Description): Staging {
    const { family, claimed } = this.#set.found(description);
    this.#found.push(family);
    if (claimed) this.#claimed.push(family);
    const staging = family.stage(this.#options);
    this.#staged.get(description.name)?.discard();
    this.#staged.set(description.name, staging);
    return staging;
  }
}
