/**
 * Numbers as bytes, in the form that Go's `strconv.FormatFloat(v, 'g', -1, 64)` gives and Prometheus' own libraries
 * write: shortest digits that round-trip, an exponent below 1e-4 and from 1e6 on (client_golang `expfmt`, `writeFloat`).
 */
import { DOT, LETTER_E, MINUS, PLUS, ZERO } from "./_ascii.ts";
import { writeFraction } from "./_fraction.ts";

/** No number takes more bytes than this in any format. */
export const MAX_NUMBER_BYTES = 32;

const FIRST_EXPONENT_INTEGER = 1_000_000;

/** Writes a value as the text formats have it. Returns the position behind it. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  // Integers below a million are most of what there is. -0 comes out as 0, as in Go.
  if ((value | 0) === value && value >= 0 && value < FIRST_EXPONENT_INTEGER) return writeSmall(bytes, at, value);
  if (value < 0 && value !== -Infinity) {
    bytes[at] = MINUS;
    return writeNumber(bytes, at + 1, -value);
  }
  if (Number.isSafeInteger(value)) return writeLarge(bytes, at, value);
  const end = writeFraction(bytes, at, value);
  return end >= 0 ? end : writeText(bytes, at, formatNumber(value));
}

/** Writes a value as OpenMetrics has it: with `.0` where it would look like an integer. */
export function writeOpenMetricsNumber(bytes: Uint8Array, at: number, value: number): number {
  const end = writeNumber(bytes, at, value);
  if (value > -FIRST_EXPONENT_INTEGER && value < FIRST_EXPONENT_INTEGER && Number.isInteger(value)) {
    bytes[end] = DOT;
    bytes[end + 1] = ZERO;
    return end + 2;
  }
  return end;
}

/** Writes a count as OpenMetrics has it: plain digits, without point or exponent, as long as the count is whole. */
export function writeOpenMetricsCount(bytes: Uint8Array, at: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) return writeOpenMetricsNumber(bytes, at, value);
  if (value < FIRST_EXPONENT_INTEGER) return writeSmall(bytes, at, value);
  return writeText(bytes, at, String(value));
}

/** A value as the text formats have it. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e-4 && size < FIRST_EXPONENT_INTEGER) return String(value);
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A value as OpenMetrics has it. */
export function formatOpenMetricsNumber(value: number): string {
  const text = formatNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Two digits for each number below 100. */
const PAIRS = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = ZERO + Math.floor(i / 10);
  PAIRS[2 * i + 1] = ZERO + i % 10;
}

/** Writes an integer from 0 to 999999. */
function writeSmall(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  const end = at + (value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : value < 100_000 ? 5 : 6);
  let position = end;
  let rest = value;
  while (rest >= 100) {
    const hundreds = (rest / 100) | 0;
    const pair = (rest - hundreds * 100) * 2;
    position -= 2;
    bytes[position] = PAIRS[pair]!;
    bytes[position + 1] = PAIRS[pair + 1]!;
    rest = hundreds;
  }
  if (rest >= 10) {
    bytes[position - 2] = PAIRS[rest * 2]!;
    bytes[position - 1] = PAIRS[rest * 2 + 1]!;
  } else {
    bytes[position - 1] = ZERO + rest;
  }
  return end;
}

/** Writes an integer from a million to 2^53 as `d.ddde+XX`. */
function writeLarge(bytes: Uint8Array, at: number, value: number): number {
  let digits = 7;
  for (let bound = 1e7; value >= bound; bound *= 10) digits++;
  // The digits go one place to the right of where they belong, to leave room for the point behind the first.
  let rest = value;
  for (let position = at + digits; position > at; position--) {
    const tenth = Math.floor(rest / 10);
    bytes[position] = ZERO + (rest - tenth * 10);
    rest = tenth;
  }
  bytes[at] = bytes[at + 1]!;
  let end = at + digits + 1;
  while (bytes[end - 1] === ZERO && end > at + 2) end--;
  if (end > at + 2) bytes[at + 1] = DOT;
  else end = at + 1;
  const exponent = digits - 1;
  bytes[end] = LETTER_E;
  bytes[end + 1] = PLUS;
  bytes[end + 2] = PAIRS[exponent * 2]!;
  bytes[end + 3] = PAIRS[exponent * 2 + 1]!;
  return end + 4;
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
