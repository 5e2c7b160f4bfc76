/** Copies may read and write so many bytes too many. */
export const COPY_SLACK = 16;

/** Where a body begins: most are small, and a buffer that is larger than its body costs more than all that is written. */
export const FIRST_BYTES = 4096;

/** Bytes that are being written, in a buffer that grows. */
export class Output {
  /** The buffer; only the first `length` bytes count. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same buffer, for copies of several bytes at a time. */
  view: DataView;
  /** How much is written. */
  length = 0;

  constructor(capacity = FIRST_BYTES) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `needed` more bytes, and for the copies that write too much. */
  reserve(needed: number): void {
    const least = this.length + needed + COPY_SLACK;
    if (least > this.bytes.length) this.#grow(least);
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Writes a text that is written once per scrape rather than once per series. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.length += UTF8.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** Writes bytes. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What is written so far, in the buffer itself. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** A copy of what is written so far; the buffer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  /** Starts anew, with a small buffer. */
  reset(): void {
    this.bytes = new Uint8Array(SMALL_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
  }
}

const SMALL_BYTES = 256;

/** The one encoder of texts. */
export const UTF8 = new TextEncoder();

/**
 * Copies `length` bytes of any kind, four at a time, and returns the position behind them. Up to three bytes too many are
 * read and written: the source must have them, and what is written next covers them.
 */
export function copyBytes(from: DataView, start: number, length: number, to: DataView, at: number): number {
  for (let done = 0; done < length; done += 4) to.setUint32(at + done, from.getUint32(start + done, true), true);
  return at + length;
}

/**
 * Copies `length` bytes of text, sixteen at a time, and returns the position behind them. Up to {@link COPY_SLACK} bytes
 * too many are read and written; the first seven behind the text must be text too, or zeros.
 *
 * The bytes travel as doubles, which engines copy fastest. An engine may change the bits of a `NaN`, but those end in a
 * byte from F0 on and then 7F or FF, which does not occur in UTF-8.
 */
export function copyText(from: DataView, start: number, length: number, to: DataView, at: number): number {
  let done = 0;
  do {
    to.setFloat64(at + done, from.getFloat64(start + done, true), true);
    to.setFloat64(at + done + 8, from.getFloat64(start + done + 8, true), true);
    done += 16;
  } while (done < length);
  return at + length;
}
