/** Bytes that are being written, in a buffer that grows. */
export class Output {
  /** The buffer; only the first `length` bytes count. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same buffer, for copies of four bytes at a time. */
  view: DataView;
  /** How much is written. */
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `needed` more bytes, and for the copies that write up to three bytes too many. */
  reserve(needed: number): void {
    const least = this.length + needed + 4;
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
}

/** The one encoder of texts. */
export const UTF8 = new TextEncoder();

/**
 * Copies `length` bytes four at a time and returns the position behind them. Up to three bytes too many are written: the
 * source must have them, and what is written next covers them.
 */
export function copyBytes(from: DataView, start: number, length: number, to: DataView, at: number): number {
  for (let done = 0; done < length; done += 4) to.setUint32(at + done, from.getUint32(start + done, true), true);
  return at + length;
}
