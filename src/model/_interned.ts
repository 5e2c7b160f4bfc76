import type { LabelValue } from "./description.ts";

/** The id of a label that a series does not carry. */
export const ABSENT = 0;
/** Stands for the id of a text that is not kept. */
export const UNKNOWN = -1;

/** A text that is never kept, since it is not well-formed. */
const NO_TEXT = "\ud800";

/** The values one label has, each kept once and counted. */
export class Interned {
  /** Texts by id. The absent label and ids that are not in use have none. */
  readonly texts: (string | undefined)[] = [undefined];
  /** How often ids were given to texts. */
  generation = 0;

  readonly #ids = new Map<string, number>();
  readonly #uses: number[] = [1];
  #freeIds: number[] = [];
  /** What was found last, and is likely to be asked for next: comparing costs a fraction of looking into the map. */
  #lastText = NO_TEXT;
  #lastId = UNKNOWN;

  /** How many texts are kept. */
  get size(): number {
    return this.#ids.size;
  }

  /** The id of a label value as callers write it, or {@link UNKNOWN}. */
  find(value: LabelValue | undefined): number {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") return UNKNOWN;
    if (text === this.#lastText) return this.#lastId;
    const id = this.#ids.get(text);
    if (id === undefined) return UNKNOWN;
    this.#lastText = text;
    this.#lastId = id;
    return id;
  }

  /** The id of a well-formed text, given to it if it has none. */
  intern(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#freeIds.pop() ?? this.texts.length;
    this.#ids.set(text, id);
    this.texts[id] = text;
    this.#uses[id] = 0;
    this.generation++;
    return id;
  }

  /** Counts one more use of an id. */
  retain(id: number): void {
    this.#uses[id]!++;
  }

  /** Counts one use less. A text without uses is forgotten, and its id will be given to another one. */
  release(id: number): void {
    if (id === ABSENT || --this.#uses[id]! > 0) return;
    this.#ids.delete(this.texts[id]!);
    this.texts[id] = undefined;
    this.#freeIds.push(id);
    if (id === this.#lastId) this.#forgetLast();
  }

  /** Numbers the texts anew, so that no id is left unused. Returns the new ids by the old ones. */
  trim(): Int32Array {
    const { texts } = this;
    const renamed = new Int32Array(texts.length);
    let count = 1;
    for (let id = 1; id < texts.length; id++) {
      const text = texts[id];
      if (text === undefined) continue;
      renamed[id] = count;
      texts[count] = text;
      this.#uses[count] = this.#uses[id]!;
      this.#ids.set(text, count++);
    }
    texts.length = count;
    this.#uses.length = count;
    this.#freeIds = [];
    this.#forgetLast();
    this.generation++;
    return renamed;
  }

  #forgetLast(): void {
    this.#lastText = NO_TEXT;
    this.#lastId = UNKNOWN;
  }
}
