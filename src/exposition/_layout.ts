import type { Family } from "../model/family.ts";
import { resized } from "../model/label_index.ts";
import { UTF8 } from "./_output.ts";

/** A layout is made anew when it has so many times the slots that its family has alive, */
const MOST_STALE_SHARE = 4;
/** unless it is small. */
const FEWEST_STALE_SLOTS = 1000;

/**
 * The bytes that are the same in every scrape: per slot of a family, what stands before its value.
 *
 * Made at the first scrape that shows a slot. Families whose series are one line keep the whole `name{labels} `; the
 * others keep `labels,` and put names around it.
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

  constructor(family: Family) {
    this.#family = family;
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
    const text = this.#text(slot);
    this.#reserve(text.length * 3);
    this.starts[slot] = this.#used;
    this.lengths[slot] = UTF8.encodeInto(text, this.bytes.subarray(this.#used)).written;
    this.#used += this.lengths[slot]!;
    this.versions[slot] = this.#family.index.versions[slot]!;
  }

  #text(slot: number): string {
    const { description, index } = this.#family;
    let labels = "";
    index.names.forEach((name, position) => {
      const value = index.value(slot, position);
      if (value !== undefined) labels += `${name}="${escapeLabelValue(value)}",`;
    });
    if (!isSingleLine(this.#family)) return labels;
    return labels === "" ? `${description.name} ` : `${description.name}{${labels.slice(0, -1)}} `;
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

const layouts = new WeakMap<Family, Layout>();

/** The layout of a family, shared by all formats. */
export function layoutOf(family: Family): Layout {
  let layout = layouts.get(family);
  if (layout === undefined || layout.isStale) {
    layout = new Layout(family);
    layouts.set(family, layout);
  }
  return layout;
}

/** Whether each series of a family is one line. */
export function isSingleLine(family: Family): boolean {
  const { type } = family.description;
  return type !== "histogram" && type !== "summary" && type !== "stateset";
}

/** Label values escape the backslash, the line feed and the double quote, in every text format. */
export function escapeLabelValue(value: string): string {
  return /[\\\n"]/.test(value) ? value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"') : value;
}
