/**
 * Puts checksums together without the bytes that they were made from.
 *
 * A CRC-32 is the remainder of a polynomial over two elements; bytes that follow multiply what was before by a power of x.
 * Polynomials are numbers of 32 bits with their highest power in the lowest bit.
 */

const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
const X = 0x40000000;
const BITS_PER_BYTE_LOG2 = 3;

/** x to the power of 2^n, by n. */
const POWERS = new Uint32Array(32);
POWERS[0] = X;
for (let n = 1; n < POWERS.length; n++) POWERS[n] = multiply(POWERS[n - 1]!, POWERS[n - 1]!);

/** The CRC-32 of two pieces, from those of each and the length of the second. */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  return (multiply(powerOfX(secondLength), first) ^ second) >>> 0;
}

/** x to the power of eight times a number of bytes. */
function powerOfX(bytes: number): number {
  let power = ONE;
  let position = BITS_PER_BYTE_LOG2;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(POWERS[position % POWERS.length]!, power);
    position++;
  }
  return power;
}

/** The product of two polynomials, modulo that of the checksum. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}
