import type { Output } from "./_output.ts";

/** Protocol Buffers' wire format: what fields are made of (protobuf.dev, "Encoding"). */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
/** The most bytes that a varint takes. */
const MOST_VARINT_BYTES = 10;
const TWO_TO_32 = 2 ** 32;

/** The key of a field whose value is a varint. */
export function varintTag(field: number): number {
  return field << 3 | VARINT;
}

/** The key of a field whose value is a double. */
export function doubleTag(field: number): number {
  return field << 3 | FIXED64;
}

/** The key of a field whose value is a text or a message. */
export function lengthTag(field: number): number {
  return field << 3 | LENGTH_DELIMITED;
}

/** Writes an integer from 0 to 2^53. */
export function writeVarint(output: Output, value: number): void {
  output.reserve(MOST_VARINT_BYTES);
  let rest = value;
  while (rest >= TWO_TO_32) {
    output.bytes[output.length++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  rest >>>= 0;
  while (rest > 0x7f) {
    output.bytes[output.length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  output.bytes[output.length++] = rest;
}

/** Writes an integer of either sign as an `int64`: a negative one takes ten bytes. */
export function writeInt64(output: Output, value: number): void {
  if (value >= 0) {
    writeVarint(output, value);
    return;
  }
  output.reserve(MOST_VARINT_BYTES);
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    output.bytes[output.length++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  output.bytes[output.length++] = Number(rest);
}

/** Writes an integer of either sign as a `sint32` or `sint64`: small ones of either sign are short. */
export function writeZigZag(output: Output, value: number): void {
  writeVarint(output, value >= 0 ? value * 2 : -value * 2 - 1);
}

/** Writes a double. */
export function writeDouble(output: Output, value: number): void {
  output.reserve(8);
  output.view.setFloat64(output.length, value, true);
  output.length += 8;
}

/** Writes a field whose value is a text; an empty one is left out, as readers take it for that anyway. */
export function writeStringField(output: Output, field: number, text: string): void {
  if (text === "") return;
  writeVarint(output, lengthTag(field));
  const at = output.length;
  output.text(text);
  insertLength(output, at);
}

/** Writes a field whose value is a message. */
export function writeMessageField(output: Output, field: number, write: () => void): void {
  writeVarint(output, lengthTag(field));
  const at = output.length;
  write();
  insertLength(output, at);
}

/** Puts the length of what stands from `at` on before it. */
function insertLength(output: Output, at: number): void {
  const length = output.length - at;
  writeVarint(output, length);
  const prefix = output.length - at - length;
  const digits = output.bytes.slice(at + length, output.length);
  output.bytes.copyWithin(at + prefix, at, at + length);
  output.bytes.set(digits, at);
}
