/** A place in an exposition. Whatever the text is, reading on costs no more than what is passed. */
export class Cursor {
  readonly #text: string;
  at = 0;

  /** @throws {SyntaxError} If the text has surrogates that are no pair: no UTF-8 stands for them. */
  constructor(text: string) {
    this.#text = text;
    if (!text.isWellFormed()) throw this.failure("text that UTF-8 can write", text.search(/\p{Surrogate}/u));
  }

  get atEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** The next character, or nothing at the end. */
  peek(): string {
    return this.#text.charAt(this.at);
  }

  /** Passes one character if it is this one. */
  skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Passes one blank. */
  blank(): boolean {
    return this.skip(" ") || this.skip("\t");
  }

  /** Passes all blanks. Returns whether there was one. */
  blanks(): boolean {
    const start = this.at;
    while (this.blank());
    return this.at > start;
  }

  /** Passes what a sticky expression matches here. */
  match(expression: RegExp): string {
    expression.lastIndex = this.at;
    const found = expression.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** Passes everything before the line feed. */
  restOfLine(): string {
    const end = this.#text.indexOf("\n", this.at);
    const rest = this.#text.slice(this.at, end < 0 ? undefined : end);
    this.at += rest.length;
    return rest;
  }

  /** Passes everything before the double quote that ends a text, or before the end of its line. */
  restOfQuoted(): string {
    const start = this.at;
    for (;; this.at++) {
      const code = this.#text.charCodeAt(this.at);
      if (code === BACKSLASH) this.at++;
      // Behind the end there is no code.
      if (code === QUOTE || this.#text.charCodeAt(this.at) === LINE_FEED || !(code >= 0)) break;
    }
    this.at = Math.min(this.at, this.#text.length);
    return this.#text.slice(start, this.at);
  }

  endLine(): void {
    if (!this.skip("\n")) throw this.failure("the end of the line");
  }

  /** The error for something else than expected, here or where it began. */
  failure(expected: string, at: number = this.at): SyntaxError {
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    const rest = this.#text.slice(at, at + 40).split("\n")[0]!;
    const found = at >= this.#text.length ? "the end of the text" : rest === "" ? "a line feed" : JSON.stringify(rest);
    return new SyntaxError(
      `Cannot parse exposition: line ${line}, column ${column}: found ${found}, expected ${expected}`,
    );
  }
}

/** A number as Go writes and reads it, or `undefined`: no blanks, no hexadecimal digits, nothing too large. */
export function numberOf(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const special = text.toLowerCase();
  if (special === "nan") return NaN;
  if (/^[+-]?inf(inity)?$/.test(special)) return special.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

const BACKSLASH = 92;
const QUOTE = 34;
const LINE_FEED = 10;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
