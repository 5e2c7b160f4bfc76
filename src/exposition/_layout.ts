import type { Family } from "../model/family.ts";
import { resized } from "../model/label_index.ts";
import { FamilyCache } from "./_family_cache.ts";
import { Output } from "./_output.ts";

/** A layout is made anew when it has so many times the slots that its family has alive, */
const MOST_STALE_SHARE = 4;
/** unless it is small. */
const FEWEST_STALE_SLOTS = 1000;

/** Writes the bytes of a slot that are the same in every scrape. */
export type SlotRenderer = (slot: number, output: Output) => void;

/**
 * The bytes that are the same in every scrape: per slot of a family, what stands before its value.
 *
 * Made at the first scrape that shows a slot.
 */
export class Layout {
  /** The bytes of all slots. */
  bytes = new Uint8Array(256);
  /** The same bytes, for copies of four at a time. */
  view = new DataView(this.bytes.buffer);
  /** Where the bytes of a slot start. */
  starts = new Uint32Array(8);
  /** How many bytes a slot has. */
  lengths = new Uint32Array(8);
  /** The version of each slot's label set that its bytes were made from. */
  versions = new Uint32Array(8);
  #slots = 0;
  #used = 0;
  #wasted = 0;
  readonly #family: Family;
  readonly #render: SlotRenderer;
  readonly #rendered = new Output(256);

  constructor(family: Family, render: SlotRenderer) {
    this.#family = family;
    this.#render = render;
  }

  /** Whether most of the bytes belong to label sets that are gone. */
  get isStale(): boolean {
    return this.#slots > FEWEST_STALE_SLOTS && this.#slots > MOST_STALE_SHARE * this.#family.index.live;
  }

  /** Makes the bytes of a slot. */
  write(slot: number): void {
    if (slot >= this.starts.length) this.#growSlots(slot + 1);
    if (this.versions[slot] === 0) this.#slots++;
    this.#wasted += this.lengths[slot]!;
    this.lengths[slot] = 0;
    if (this.#wasted > this.bytes.length / 2) this.#compact();
    this.#rendered.length = 0;
    this.#render(slot, this.#rendered);
    const rendered = this.#rendered.written();
    this.#reserve(rendered.length);
    this.bytes.set(rendered, this.#used);
    this.starts[slot] = this.#used;
    this.lengths[slot] = rendered.length;
    this.#used += rendered.length;
    this.versions[slot] = this.#family.index.versions[slot]!;
  }

  #reserve(needed: number): void {
    const least = this.#used + needed + 4;
    if (least > this.bytes.length) this.#replace(resized(this.bytes, Math.max(least, this.bytes.length * 2)));
  }

  #growSlots(needed: number): void {
    const capacity = Math.max(needed, this.starts.length * 2);
    this.starts = resized(this.starts, capacity);
    this.lengths = resized(this.lengths, capacity);
    this.versions = resized(this.versions, capacity);
  }

  /** Moves the bytes that are still in use together. */
  #compact(): void {
    const { index } = this.#family;
    const kept = new Uint8Array(this.bytes.length);
    let used = 0;
    for (let slot = 0; slot < this.starts.length; slot++) {
      if (this.versions[slot] !== index.versions[slot]) this.lengths[slot] = 0;
      const start = this.starts[slot]!;
      kept.set(this.bytes.subarray(start, start + this.lengths[slot]!), used);
      this.starts[slot] = used;
      used += this.lengths[slot]!;
    }
    this.#used = used;
    this.#wasted = 0;
    this.#replace(kept.slice(0, Math.max(256, used * 2)));
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

const layouts = new FamilyCache<Layout>();

/** The layout of a family, shared by all formats whose bytes agree: those that give the same key. */
export function layoutOf(family: Family, key: string, createRenderer: () => SlotRenderer): Layout {
  return layouts.get(family, key, {
    create: () => new Layout(family, createRenderer()),
    isStale: (layout) => layout.isStale,
  });
}
