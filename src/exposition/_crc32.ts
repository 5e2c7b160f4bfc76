/**
 * The CRC-32 of gzip (RFC 1952), made of parts.
 *
 * A CRC-32 is the remainder of a polynomial over two elements; bytes that follow multiply what was before by a power of x.
 * Polynomials are numbers of 32 bits with their highest power in the lowest bit. A *remainder* here is that of the bytes
 * alone; the checksum that gzip wants begins with ones and ends inverted.
 */

const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
const X = 0x40000000;
const BITS_PER_BYTE_LOG2 = 3;

/** x to the power of 2^n, by n. */
const POWERS = new Uint32Array(32);
POWERS[0] = X;
for (let n = 1; n < POWERS.length; n++) POWERS[n] = multiply(POWERS[n - 1]!, POWERS[n - 1]!);

/** The remainders of each byte with none, one, two and three zeros behind it. */
const TABLES = Array.from({ length: 4 }, (_, zeros) =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8 * (zeros + 1); bit++) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
    }
    return remainder;
  }));
const [LAST, THIRD, SECOND, FIRST] = TABLES as [Int32Array, Int32Array, Int32Array, Int32Array];

/** The remainder after more bytes, four at a time. */
export function updateCrc32(before: number, view: DataView, at: number, length: number): number {
  const end = at + length;
  let remainder = before;
  let position = at;
  for (; position + 4 <= end; position += 4) {
    const word = remainder ^ view.getInt32(position, true);
    remainder = FIRST[word & 255]! ^ SECOND[(word >>> 8) & 255]! ^ THIRD[(word >>> 16) & 255]! ^ LAST[word >>> 24]!;
  }
  for (; position < end; position++) {
    remainder = LAST[(remainder ^ view.getUint8(position)) & 255]! ^ (remainder >>> 8);
  }
  return remainder;
}

/** What zeros do to a remainder is looked up for up to so many of them, and computed beyond. */
const MOST_TABULATED = 512;
const ADVANCES: (Int32Array | undefined)[] = [];

/** The remainder after `length` bytes of zero: what is left to do is to add the remainder of the bytes that they stand for. */
export function advanceCrc32(remainder: number, length: number): number {
  if (length > MOST_TABULATED) return multiply(powerOfX(length), remainder) | 0;
  const table = ADVANCES[length] ??= advanceTable(length);
  return table[remainder & 255]! ^ table[256 + ((remainder >>> 8) & 255)]! ^
    table[512 + ((remainder >>> 16) & 255)]! ^ table[768 + (remainder >>> 24)]!;
}

/** For each byte of a remainder, in its place, what becomes of it. */
function advanceTable(length: number): Int32Array {
  const power = powerOfX(length);
  return Int32Array.from({ length: 1024 }, (_, i) => multiply(power, ((i & 255) << (8 * (i >> 8))) >>> 0));
}

/** The CRC-32 of two pieces, from those of each and the length of the second. */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  // As behind nothing: most bodies are one piece.
  if (first === 0) return second >>> 0;
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
