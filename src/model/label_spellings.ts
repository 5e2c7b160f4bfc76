/** A type that a label value can have in JSON; all others are written as text. */
export type LabelType = "string" | "number" | "boolean" | "null";

/** How a label set was written. */
export interface Spelling {
  /** The positions of its labels, in the order in which they stood. */
  readonly positions: readonly number[];
  /** The type that each of them had. */
  readonly types: readonly LabelType[];
}

/** Remembers in which order, and of which types, the labels of each slot stood when they were first written. */
export class LabelSpellings {
  readonly #names: readonly string[];
  readonly #spellings: Spelling[] = [];
  readonly #numbers = new Map<string, number>();
  /** The number of each slot's spelling: a family has one or a few. */
  #bySlot: Uint32Array;

  constructor(names: readonly string[], capacity: number) {
    this.#names = [...names];
    this.#bySlot = new Uint32Array(capacity);
  }

  /** How the label set of a slot was written. */
  of(slot: number): Spelling {
    return this.#spellings[this.#bySlot[slot]!]!;
  }

  /** Notes how a label set is written. */
  note(slot: number, labels: Readonly<Record<string, unknown>>): void {
    const entries: [number, unknown][] = [];
    for (const name in labels) entries.push([this.#names.indexOf(name), labels[name]]);
    this.#note(slot, entries);
  }

  /** Notes how label values in declared order are written. */
  noteValues(slot: number, values: readonly unknown[]): void {
    this.#note(slot, [...values.entries()]);
  }

  /** Takes what is known of a slot along to another one. */
  move(from: number, to: number): void {
    this.#bySlot[to] = this.#bySlot[from]!;
  }

  /** Makes room for so many slots. */
  resize(capacity: number): void {
    const known = this.#bySlot;
    this.#bySlot = new Uint32Array(capacity);
    this.#bySlot.set(known.subarray(0, capacity));
  }

  #note(slot: number, entries: readonly [position: number, value: unknown][]): void {
    const present = entries.filter(([, value]) => value !== undefined);
    const positions = present.map(([position]) => position);
    const types = present.map(([, value]) => typeOf(value));
    const key = `${positions} ${types}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#spellings.push({ positions, types }) - 1;
      this.#numbers.set(key, number);
    }
    this.#bySlot[slot] = number;
  }
}

function typeOf(value: unknown): LabelType {
  if (value === null) return "null";
  const type = typeof value;
  return type === "number" || type === "boolean" ? type : "string";
}

/** A label value as it was written, from its text. */
export function writtenValue(text: string, type: LabelType): string | number | boolean | null {
  switch (type) {
    case "number":
      return Number(text);
    case "boolean":
      return text === "true";
    case "null":
      return null;
    default:
      return text;
  }
}
