/**
 * The shortest decimal digits of a double, without a string in between: what `String(value)` would say, as bytes.
 *
 * The value is scaled by a power of ten to a number of 17 integer digits, exactly, as an unevaluated sum of two doubles
 * (Dekker 1971). Every decimal within half a unit in the last place of the double reads back as that double, so the
 * shortest one is found by rounding to 15, then 16, then 17 digits and looking whether the result is that near. A decimal
 * of up to 15 digits is unique in that interval, which makes 15 the first length worth trying. Where a comparison is too
 * close for the arithmetic, at powers of two (whose interval is lopsided) and outside the range where the power of ten is
 * an exact double, the answer is left to the caller.
 */

import { DOT, ZERO } from "./_ascii.ts";
import { THREE_DIGITS, writeExponent } from "./_digits.ts";

/** The range of values for which the power of ten is exact. */
const LEAST = 1e-6;
const MOST = 1e16;
/** Comparisons nearer than this are not trusted; the error of the arithmetic is below 2e-8. */
const DOUBT = 1e-5;
const DIGITS = 17;
/** Numbers are cut behind their first nine digits, so that both halves are small integers. */
const LOW_DIGITS = 1e8;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const [LOW_WORD, HIGH_WORD] = LITTLE_ENDIAN ? [0, 1] : [1, 0];

/** Powers of ten from 1e-6 on; the index is the exponent plus 6. */
const POWERS = Float64Array.from({ length: 30 }, (_, i) => Number(`1e${i - 6}`));
const FIRST_POWER = -6;
/** Powers of ten from 1e0 on that are exact doubles, each also as a sum of two numbers of 26 bits. */
const SCALES = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const SPLITTER = 2 ** 27 + 1;
const SCALES_HIGH = SCALES.map((scale) => SPLITTER * scale - (SPLITTER * scale - scale));
const SCALES_LOW = SCALES.map((scale, i) => scale - SCALES_HIGH[i]!);
/** Half a unit in the last place, by the biased exponent of the double. */
const HALF_UNITS = Float64Array.from({ length: 2048 }, (_, exponent) => 2 ** (exponent - 1076));

/**
 * Writes a positive number that is no integer below a million, in Go's `'g'` form.
 *
 * @returns The position behind it, or -1 when the caller must find another way. Then nothing was written.
 */
export function writeFraction(view: DataView, at: number, value: number): number {
  if (!(value >= LEAST && value < MOST)) return -1;
  float[0] = value;
  const high = words[HIGH_WORD!]!;
  if (words[LOW_WORD!] === 0 && (high & 0xfffff) === 0) return -1;
  const binaryExponent = high >>> 20;

  // The decimal exponent, or one less: 1233 / 4096 is log10(2).
  let exponent = ((binaryExponent - 1023) * 1233) >> 12;
  if (value >= POWERS[exponent + 1 - FIRST_POWER]!) exponent++;
  const power = DIGITS - 1 - exponent;
  if (power < 0 || power >= SCALES.length) return -1;

  // product + rest is exactly value * 10^power, from 1e16 to 1e17.
  const scale = SCALES[power]!;
  const split = SPLITTER * value;
  const valueHigh = split - (split - value);
  const valueLow = value - valueHigh;
  const scaleHigh = SCALES_HIGH[power]!;
  const scaleLow = SCALES_LOW[power]!;
  const product = value * scale;
  const rest = ((valueHigh * scaleHigh - product) + valueHigh * scaleLow + valueLow * scaleHigh) + valueLow * scaleLow;

  let top = Math.floor(product / LOW_DIGITS);
  let bottom = (product - top * LOW_DIGITS) + rest;
  if (bottom < 0) {
    top--;
    bottom += LOW_DIGITS;
  } else if (bottom >= LOW_DIGITS) {
    top++;
    bottom -= LOW_DIGITS;
  }
  let rounded = shortest(bottom, scale * HALF_UNITS[binaryExponent]!);
  if (rounded < 0) return -1;
  if (rounded === LOW_DIGITS) {
    rounded = 0;
    top++;
  }
  if (top < 1e8 || top >= 1e9) return -1;
  return writeDecimal(view, at, top, rounded, exponent);
}

/** The roundest integer within `half` of `exact`, or -1 when that is too close to tell. */
function shortest(exact: number, half: number): number {
  for (let unit = 100; unit > 1; unit /= 10) {
    const rounded = Math.round(exact / unit) * unit;
    const distance = Math.abs(exact - rounded);
    if (distance < half - DOUBT) {
      // Halfway between two candidates of 16 digits, the nearer one is not known.
      return unit === 10 && distance > unit / 2 - DOUBT ? -1 : rounded;
    }
    if (distance < half + DOUBT) return -1;
  }
  const rounded = Math.round(exact);
  return Math.abs(exact - rounded) > 0.5 - DOUBT ? -1 : rounded;
}

/** Places the digits and the point; or an exponent below 1e-4 and from 1e6 on. */
function writeDecimal(view: DataView, at: number, top: number, bottom: number, exponent: number): number {
  if (exponent < 0 && exponent >= -4) {
    view.setUint32(at, ZERO_POINT_ZERO_ZERO, true);
    view.setUint8(at + 4, ZERO);
    return writeSignificant(view, at + 1 - exponent, top, bottom);
  }
  // The digits before the point go one place to the right of where they belong, and back when all are there.
  const end = writeSignificant(view, at + 1, top, bottom);
  const isPlain = exponent >= 0 && exponent < 6;
  const whole = isPlain ? exponent + 1 : 1;
  for (let i = 0; i < whole; i++) view.setUint8(at + i, view.getUint8(at + i + 1));
  if (end === at + 2) return writeExponent(view, at + 1, exponent);
  view.setUint8(at + whole, DOT);
  return isPlain ? end : writeExponent(view, end, exponent);
}

/** The bytes of `0.00`. */
const ZERO_POINT_ZERO_ZERO = ZERO | DOT << 8 | ZERO << 16 | ZERO << 24;

/** Writes the nine digits of `top` and the eight of `bottom`, and returns the position behind the last that is not zero. */
function writeSignificant(view: DataView, at: number, top: number, bottom: number): number {
  const millions = (top / 1_000_000) | 0;
  const thousands = ((top / 1000) | 0) - millions * 1000;
  view.setUint32(at, THREE_DIGITS[millions]!, true);
  view.setUint32(at + 3, THREE_DIGITS[thousands]!, true);
  view.setUint32(at + 6, THREE_DIGITS[top - millions * 1_000_000 - thousands * 1000]!, true);
  const first = (bottom / 100_000) | 0;
  const second = ((bottom / 100) | 0) - first * 1000;
  view.setUint32(at + 9, THREE_DIGITS[first]!, true);
  view.setUint32(at + 12, THREE_DIGITS[second]!, true);
  view.setUint16(at + 15, THREE_DIGITS[bottom - first * 100_000 - second * 100]! >>> 8, true);
  let end = at + DIGITS;
  while (view.getUint8(end - 1) === ZERO) end--;
  return end;
}
