import type { Output } from "./_output.ts";

/** Protocol Buffers' wire format: what fields are made of (protobuf.dev, "Encoding"). */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
/** The most bytes that a varint takes. */
export const MOST_VARINT_BYTES = 10;
const TWO_TO_32 = 2 ** 32;

/** The key of a field whose value is a varint. */
export function varintTag(field: number): number {
  return field << 3 | VARINT;
}

/** The key of a field whose value is a double. */
function doubleTag(field: number): number {
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

/** Writes a field whose value is a double. */
export function writeDoubleField(output: Output, field: number, value: number): void {
  writeVarint(output, doubleTag(field));
  writeDouble(output, value);
}

/** Writes a field whose value is an integer from 0 to 2^53. */
export function writeVarintField(output: Output, field: number, value: number): void {
  writeVarint(output, varintTag(field));
  writeVarint(output, value);
}

/** Writes a field whose value is a text; an empty one is left out, as readers take it for that anyway. */
export function writeStringField(output: Output, field: number, text: string): void {
  if (text === "") return;
  const start = openMessage(output, field);
  output.text(text);
  closeMessage(output, start);
}

/**
 * Begins a field whose value is a message or a text, with room for a length of so many bytes.
 *
 * @returns Where its value starts, for {@link closeMessage}.
 */
export function openMessage(output: Output, field: number, lengthBytes = 1): number {
  writeVarint(output, lengthTag(field));
  output.length += lengthBytes;
  return output.length;
}

/**
 * Ends a field that begins at `start`: puts its length into the room before it, which is made larger or smaller to fit.
 *
 * @returns How many bytes the length took.
 */
export function closeMessage(output: Output, start: number, lengthBytes = 1): number {
  const end = output.length;
  const needed = varintBytes(end - start);
  // Also for what writing the length asks for: once the message does not count any more, nothing may grow.
  output.reserve(needed + MOST_VARINT_BYTES);
  if (needed !== lengthBytes) {
    output.bytes.copyWithin(start + needed - lengthBytes, start, end);
  }
  output.length = start - lengthBytes;
  writeVarint(output, end - start);
  output.length += end - start;
  return needed;
}

/** How many bytes an integer from 0 to 2^53 takes as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
