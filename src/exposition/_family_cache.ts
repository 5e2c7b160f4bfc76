import type { Family } from "../model/family.ts";

/** What is kept of a family that so many of its encodings did not use is dropped. */
const MOST_UNUSED = 16;

interface Entries<Value> {
  readonly byKey: Map<string, { value: Value; usedAt: number }>;
  uses: number;
}

/** Keeps what was made from a family, per layout that is actually asked for, for as long as the family lives. */
export class FamilyCache<Value> {
  readonly #entries = new WeakMap<Family, Entries<Value>>();

  /** What is kept under a key; made if there is nothing, or if what is there is stale. */
  get(family: Family, key: string, options: { create: () => Value; isStale?: (value: Value) => boolean }): Value {
    let entries = this.#entries.get(family);
    if (entries === undefined) this.#entries.set(family, entries = { byKey: new Map(), uses: 0 });
    const usedAt = entries.uses++;
    let entry = entries.byKey.get(key);
    if (entry === undefined || options.isStale?.(entry.value)) {
      entries.byKey.set(key, entry = { value: options.create(), usedAt });
    }
    entry.usedAt = usedAt;
    if (entries.byKey.size > 1) {
      for (const [other, { usedAt: last }] of entries.byKey) {
        if (usedAt - last > MOST_UNUSED) entries.byKey.delete(other);
      }
    }
    return entry.value;
  }
}
