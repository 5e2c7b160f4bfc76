import { copyText, Output } from "./_output.ts";

/** A text as literals and repetitions, in the order in which deflate writes them. */
export class Tokens {
  /**
   * Two numbers per token. How many bytes are repeated, and from how far before. Or, where that is 0, how many of the
   * literals come next.
   */
  items = new Int32Array(4096);
  /** How many numbers there are. */
  length = 0;
  /** How many bytes are repetitions. */
  repeated = 0;
  /** The bytes that are no repetition, one after the other. */
  readonly literals = new Output(4096);

  #runLength = 0;
  #runDistance = 0;

  /** Begins a text of at most so many tokens, and so many literals. */
  begin(tokens: number, literals: number): void {
    this.length = 0;
    this.literals.length = 0;
    this.repeated = 0;
    this.#runLength = 0;
    if (2 * tokens > this.items.length) this.items = new Int32Array(4 * tokens);
    this.literals.reserve(literals);
  }

  /** Whether a repetition from so far back would be one with what was repeated last. */
  continues(distance: number): boolean {
    return this.#runLength > 0 && this.#runDistance === distance;
  }

  /**
   * Repeats what stands `distance` bytes before: at least three bytes, unless that continues or is continued by another
   * repetition from equally far.
   */
  repeat(length: number, distance: number): void {
    if (this.#runLength > 0) {
      if (this.#runDistance === distance) {
        this.#runLength += length;
        return;
      }
      this.end();
    }
    this.#runLength = length;
    this.#runDistance = distance;
  }

  /** Writes text as it is. */
  write(from: DataView, start: number, length: number): void {
    if (this.#runLength > 0) this.end();
    const { literals, items } = this;
    const { view } = literals;
    literals.length = copyText(from, start, length, view, literals.length);
    items[this.length] = 0;
    items[this.length + 1] = length;
    this.length += 2;
  }

  /** Ends what is being repeated. */
  end(): void {
    if (this.#runLength === 0) return;
    this.items[this.length] = this.#runLength;
    this.items[this.length + 1] = this.#runDistance;
    this.length += 2;
    this.repeated += this.#runLength;
    this.#runLength = 0;
  }
}
