import type { Column } from "./column.ts";
import type { Description } from "./description.ts";
import { Family, type FamilyOptions, FIRST_CAPACITY, isCumulative } from "./family.ts";
import { Writer } from "./writer.ts";

/**
 * A family whose series live until they are removed, and show what was last written.
 *
 * When most of them were removed, those that are left move together, so that the memory of the others can be given back.
 */
export class HeldFamily extends Family {
  readonly #column: Column;
  readonly #writer: HeldWriter;
  /** Slots whose series were removed while somebody read. */
  #removed: number[] = [];

  constructor(description: Description, options: FamilyOptions = {}) {
    super(description, options);
    this.#column = this.makeColumn(FIRST_CAPACITY);
    this.#writer = new HeldWriter(this, this.#column, {
      removed: (slot) => this.#free(slot),
      settled: () => this.#trim(),
    });
  }

  /** Where its instruments write. */
  get writer(): Writer {
    return this.#writer;
  }

  override get exposed(): Column {
    return this.#column;
  }

  /** A series that comes back while it is read must find its slot again, or a scrape would show it twice. */
  #free(slot: number): void {
    if (this.pins > 0) this.#removed.push(slot);
    else this.index.free(slot);
  }

  protected override unpinned(): void {
    if (this.pins > 0) return;
    for (const slot of this.#removed) {
      if (this.index.inUse(slot) && !this.#column.has(slot)) this.index.free(slot);
    }
    this.#removed = [];
    this.#writer.settled();
  }

  /** Handles notice by the stamps that their series moved. */
  #trim(): void {
    if (this.pins > 0) return;
    const { index } = this;
    const capacity = index.versions.length;
    index.trim((from, to) => this.#column.move(from, to));
    if (index.versions.length < capacity) this.#column.resize(index.versions.length);
  }
}

/** What a held family does for its writer. */
interface Holder {
  removed(slot: number): void;
  settled(): void;
}

class HeldWriter extends Writer {
  #lastStamp = 0;
  readonly #holder: Holder;

  constructor(family: Family, column: Column, holder: Holder) {
    super(family, column);
    this.#holder = holder;
  }

  override settled(): void {
    this.#holder.settled();
    this.refresh();
  }

  protected override refuse(): never {
    throw new Error(`Cannot write metric "${this.family.description.name}": it was closed`);
  }

  /** Every series gets a stamp of its own, so that a handle notices when its slot went to another label set. */
  protected override stamp(): number {
    return ++this.#lastStamp;
  }

  protected override added(slot: number): void {
    if (isCumulative(this.family.description)) this.setCreated(slot, this.family.now());
  }

  protected override removed(slot: number): void {
    this.#holder.removed(slot);
  }
}
