/**
 * Numbers as bytes, in the form that Go's `strconv.FormatFloat(v, 'g', -1, 64)` gives and Prometheus' own libraries
 * write: shortest digits that round-trip, an exponent below 1e-4 and from 1e6 on (client_golang `expfmt`, `writeFloat`).
 */
import { DOT, MINUS, ZERO } from "./_ascii.ts";
import { THREE_DIGITS, writeExponent, writeLeading } from "./_digits.ts";
import { writeFraction } from "./_fraction.ts";

/** No writing of a number touches more bytes than this in any format. */
export const MAX_NUMBER_BYTES = 32;

const FIRST_EXPONENT_INTEGER = 1_000_000;

/** Writes a value as the text formats have it. Returns the position behind it; some bytes behind that are written too. */
export function writeNumber(view: DataView, at: number, value: number): number {
  // Integers below a million are most of what there is. -0 comes out as 0, as in Go.
  if ((value | 0) === value && value >= 0 && value < FIRST_EXPONENT_INTEGER) return writeSmall(view, at, value);
  if (value < 0 && value !== -Infinity) {
    view.setUint8(at, MINUS);
    return writeNumber(view, at + 1, -value);
  }
  if (Number.isSafeInteger(value)) return writeLarge(view, at, value);
  const end = writeFraction(view, at, value);
  return end >= 0 ? end : writeText(view, at, formatNumber(value));
}

/** Writes a value as OpenMetrics has it: with `.0` where it would look like an integer. */
export function writeOpenMetricsNumber(view: DataView, at: number, value: number): number {
  const end = writeNumber(view, at, value);
  if (value > -FIRST_EXPONENT_INTEGER && value < FIRST_EXPONENT_INTEGER && Number.isInteger(value)) {
    view.setUint8(end, DOT);
    view.setUint8(end + 1, ZERO);
    return end + 2;
  }
  return end;
}

/** Writes a count as OpenMetrics has it: plain digits, without point or exponent, as long as the count is whole. */
export function writeOpenMetricsCount(view: DataView, at: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) return writeOpenMetricsNumber(view, at, value);
  return writeDigits(view, at, value);
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

/** Writes an integer from 0 to 999999. */
function writeSmall(view: DataView, at: number, value: number): number {
  if (value < 1000) return writeLeading(view, at, value);
  const thousands = (value / 1000) | 0;
  const end = writeLeading(view, at, thousands);
  view.setUint32(end, THREE_DIGITS[value - thousands * 1000]!, true);
  return end + 3;
}

/** Writes an integer from a million to 2^53 as `d.ddde+XX`. */
function writeLarge(view: DataView, at: number, value: number): number {
  // The digits go one place to the right of where they belong, to leave room for the point behind the first.
  let end = writeDigits(view, at + 1, value);
  const exponent = end - at - 2;
  while (view.getUint8(end - 1) === ZERO) end--;
  view.setUint8(at, view.getUint8(at + 1));
  if (end > at + 2) view.setUint8(at + 1, DOT);
  else end = at + 1;
  return writeExponent(view, end, exponent);
}

/** The groups of three digits of one number, lowest first. */
const groups = new Int32Array(6);

/** Writes all digits of an integer from 0 to 2^53. */
function writeDigits(view: DataView, at: number, value: number): number {
  if (value < FIRST_EXPONENT_INTEGER) return writeSmall(view, at, value);
  if (value < 1e9) {
    const millions = (value / 1_000_000) | 0;
    const rest = value - millions * 1_000_000;
    const thousands = (rest / 1000) | 0;
    const end = writeLeading(view, at, millions);
    view.setUint32(end, THREE_DIGITS[thousands]!, true);
    view.setUint32(end + 3, THREE_DIGITS[rest - thousands * 1000]!, true);
    return end + 6;
  }
  let count = 0;
  let rest = value;
  while (rest >= 1000) {
    let thousands = Math.floor(rest / 1000);
    let group = rest - thousands * 1000;
    // The quotient of a very large number may have been rounded up.
    if (group < 0) {
      thousands--;
      group += 1000;
    }
    groups[count++] = group;
    rest = thousands;
  }
  let end = writeLeading(view, at, rest);
  while (count > 0) {
    view.setUint32(end, THREE_DIGITS[groups[--count]!]!, true);
    end += 3;
  }
  return end;
}

function writeText(view: DataView, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  return at + text.length;
}
