import { codeLengths, codesOf } from "./_huffman.ts";
import type { Tokens } from "./_tokens.ts";

/** Symbols of literals and lengths, and of distances (RFC 1951, 3.2.5). */
export const END_OF_BLOCK = 256;
const FIRST_LENGTH_SYMBOL = 257;
const LITERAL_AND_LENGTH_SYMBOLS = 286;
const DISTANCE_SYMBOLS = 30;

/** What a match may be. */
export const SHORTEST_MATCH = 3;
export const LONGEST_MATCH = 258;
export const FARTHEST_MATCH = 32_768;

/** The first length of each length symbol, and the first distance of each distance symbol. */
const LENGTH_BASES = firsts([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5], 3);
const DISTANCE_BASES = firsts(Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1)), 1);

function firsts(extraBits: readonly number[], first: number): { base: number; extra: number }[] {
  let base = first;
  return extraBits.map((extra) => {
    const entry = { base, extra };
    base += 2 ** extra;
    return entry;
  });
}

/** The symbol of each length. The longest has one of its own. */
const LENGTH_SYMBOLS = new Uint16Array(LONGEST_MATCH + 1);
LENGTH_BASES.forEach(({ base, extra }, i) => LENGTH_SYMBOLS.fill(FIRST_LENGTH_SYMBOL + i, base, base + 2 ** extra));
LENGTH_SYMBOLS[LONGEST_MATCH] = LITERAL_AND_LENGTH_SYMBOLS - 1;

/** The symbols of distances up to 256, then those of every 128th distance. */
const DISTANCES = new Uint8Array(512);
for (let i = 0; i < 256; i++) DISTANCES[i] = symbolOfDistance(i + 1);
for (let i = 2; i < 256; i++) DISTANCES[256 + i] = symbolOfDistance((i << 7) + 1);

function symbolOfDistance(distance: number): number {
  return DISTANCE_BASES.findLastIndex(({ base }) => base <= distance);
}

/** The symbol of a distance from 1 to 32768. */
export function distanceSymbol(distance: number): number {
  return distance <= 256 ? DISTANCES[distance - 1]! : DISTANCES[256 + ((distance - 1) >> 7)]!;
}

/** The longest code: beside seven waiting bits, a distance with its thirteen extra bits fills 32. */
const MOST_CODE_BITS = 12;

/** How much of a repetition the next match takes: what is left must be a match too. */
export function matchLength(rest: number): number {
  if (rest <= LONGEST_MATCH) return rest;
  return rest - LONGEST_MATCH < SHORTEST_MATCH ? LONGEST_MATCH - SHORTEST_MATCH : LONGEST_MATCH;
}

/** How often each symbol occurs. */
interface Frequencies {
  readonly literals: Float64Array;
  readonly distances: Float64Array;
}

/** Counts the symbols of some tokens. */
function frequenciesOf({ items, length: end, literals: { bytes } }: Tokens): Frequencies {
  const literals = new Float64Array(LITERAL_AND_LENGTH_SYMBOLS);
  const distances = new Float64Array(DISTANCE_SYMBOLS);
  let next = 0;
  for (let i = 0; i < end; i += 2) {
    let length = items[i]!;
    if (length === 0) {
      for (const stop = next + items[i + 1]!; next < stop; next++) literals[bytes[next]!]!++;
    }
    while (length > 0) {
      const matched = matchLength(length);
      length -= matched;
      literals[LENGTH_SYMBOLS[matched]!]!++;
      distances[distanceSymbol(items[i + 1]!)]!++;
    }
  }
  return { literals, distances };
}

/** What is not in a sample is taken to occur so often. */
const RARE = 1 / 4;

/** A Huffman code for the literals, lengths and distances of a deflated block, with everything prepared to write it. */
export class DeflateCode {
  /** The bits of each literal, and in the upper half how many they are; zero for literals without a code. */
  readonly literals: Int32Array;
  /** The bits of each length, extra ones included. */
  readonly lengths: Int32Array = new Int32Array(LONGEST_MATCH + 1);
  /** How many bits each length has. */
  readonly lengthBits: Uint8Array = new Uint8Array(LONGEST_MATCH + 1);
  /** The bits of each distance symbol, and in the upper half how many they are. */
  readonly distances: Int32Array;
  /** The bits that begin a block of this code, which is not the last one of its stream. */
  readonly header: Uint8Array;
  /** How many bits the header has. */
  readonly headerBits: number;

  /**
   * @param sample Tokens like those that are to be written.
   * @param occurs For each byte, whether it may occur; every length and distance may.
   */
  constructor(sample: Tokens, occurs: Uint8Array) {
    const { literals, distances } = frequenciesOf(sample);
    const all = literals.map((count, symbol) =>
      symbol < END_OF_BLOCK ? count + RARE * occurs[symbol]! : symbol === END_OF_BLOCK ? 1 : count + RARE
    );
    const literalLengths = codeLengths(all, MOST_CODE_BITS);
    const distanceLengths = codeLengths(distances.map((count) => count + RARE), MOST_CODE_BITS);
    const literalCodes = codesOf(literalLengths);
    this.literals = packed(literalCodes, literalLengths);
    this.distances = packed(codesOf(distanceLengths), distanceLengths);
    for (let length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
      const symbol = LENGTH_SYMBOLS[length]!;
      const { base, extra } = LENGTH_BASES[symbol - FIRST_LENGTH_SYMBOL] ?? { base: LONGEST_MATCH, extra: 0 };
      this.lengths[length] = literalCodes[symbol]! | (length - base) << literalLengths[symbol]!;
      this.lengthBits[length] = literalLengths[symbol]! + extra;
    }
    const bits = headerOf(literalLengths, distanceLengths);
    this.headerBits = bits.length;
    this.header = new Uint8Array(Math.ceil(bits.length / 8));
    bits.forEach((bit, i) => this.header[i >> 3]! |= bit << (i & 7));
  }
}

/** The extra bits of each distance symbol: the distance less this, in so many bits. */
export const DISTANCE_FIRSTS = Int32Array.from(DISTANCE_BASES, ({ base }) => base);
export const DISTANCE_EXTRA_BITS = Uint8Array.from(DISTANCE_BASES, ({ extra }) => extra);

function packed(codes: Uint16Array, lengths: Uint8Array): Int32Array {
  return Int32Array.from(codes, (code, symbol) => code | lengths[symbol]! << 16);
}

/** The order in which the lengths of the code for code lengths are written. */
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const REPEAT_LAST = 16;
const REPEAT_ZERO = 17;
const REPEAT_ZERO_OFTEN = 18;

/** The header of a block with codes of its own (RFC 1951, 3.2.7), as bits. */
function headerOf(literalLengths: Uint8Array, distanceLengths: Uint8Array): number[] {
  const runs = runsOf([...literalLengths, ...distanceLengths]);
  const frequencies = new Array(LENGTH_CODE_ORDER.length).fill(0);
  for (const { symbol } of runs) frequencies[symbol]++;
  const lengths = codeLengths(frequencies, 7);
  const codes = codesOf(lengths);
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  put(0, 1);
  put(2, 2);
  put(literalLengths.length - 257, 5);
  put(distanceLengths.length - 1, 5);
  put(LENGTH_CODE_ORDER.length - 4, 4);
  for (const symbol of LENGTH_CODE_ORDER) put(lengths[symbol]!, 3);
  for (const { symbol, extra, extraBits } of runs) {
    put(codes[symbol]!, lengths[symbol]!);
    put(extra, extraBits);
  }
  return bits;
}

/** Code lengths as symbols of the code for code lengths. */
function runsOf(lengths: readonly number[]): { symbol: number; extra: number; extraBits: number }[] {
  const runs: { symbol: number; extra: number; extraBits: number }[] = [];
  for (let i = 0; i < lengths.length;) {
    const length = lengths[i]!;
    let end = i + 1;
    while (lengths[end] === length) end++;
    const count = end - i;
    if (length === 0 && count >= 11) {
      const taken = Math.min(count, 138);
      runs.push({ symbol: REPEAT_ZERO_OFTEN, extra: taken - 11, extraBits: 7 });
      i += taken;
    } else if (length === 0 && count >= 3) {
      runs.push({ symbol: REPEAT_ZERO, extra: count - 3, extraBits: 3 });
      i = end;
    } else if (count >= 4) {
      const taken = Math.min(count, 7);
      runs.push({ symbol: length, extra: 0, extraBits: 0 });
      runs.push({ symbol: REPEAT_LAST, extra: taken - 4, extraBits: 2 });
      i += taken;
    } else {
      runs.push({ symbol: length, extra: 0, extraBits: 0 });
      i++;
    }
  }
  return runs;
}
