/** Decimal digits as bytes, three at a time. */
import { LETTER_E, MINUS, PLUS, ZERO } from "./_ascii.ts";

/** The three digits of each number below 1000, first digit in the lowest byte: a little-endian write puts them in order. */
export const THREE_DIGITS = Uint32Array.from(
  { length: 1000 },
  (_, i) => (ZERO + Math.floor(i / 100)) | (ZERO + Math.floor(i / 10) % 10) << 8 | (ZERO + i % 10) << 16,
);

/** Writes an integer from 0 to 999 without zeros before it. Touches four bytes and returns the position behind the digits. */
export function writeLeading(view: DataView, at: number, value: number): number {
  const count = value < 10 ? 1 : value < 100 ? 2 : 3;
  view.setUint32(at, THREE_DIGITS[value]! >>> (8 * (3 - count)), true);
  return at + count;
}

/** Writes an exponent of two digits as Go has it: `e+06`. */
export function writeExponent(view: DataView, at: number, exponent: number): number {
  const size = exponent < 0 ? -exponent : exponent;
  view.setUint8(at, LETTER_E);
  view.setUint8(at + 1, exponent < 0 ? MINUS : PLUS);
  view.setUint16(at + 2, THREE_DIGITS[size]! >>> 8, true);
  return at + 4;
}
