import {
  type DeflateCode,
  DISTANCE_EXTRA_BITS,
  DISTANCE_FIRSTS,
  distanceSymbol,
  END_OF_BLOCK,
  LONGEST_MATCH,
  matchLength,
  SHORTEST_MATCH,
} from "./_deflate_code.ts";
import { Output } from "./_output.ts";
import type { Tokens } from "./_tokens.ts";

/** An empty stored block behind its first three bits: what a full flush ends with. */
const STORED_NOTHING = Uint8Array.of(0, 0, 0xff, 0xff);
/** The most bytes that a literal takes, and a match. */
const MOST_LITERAL_BYTES = 2;
const MOST_MATCH_BYTES = 6;
const BYTES_AT_THE_END = 8;

const output = new Output(65_536);

/**
 * Writes tokens as a block of a deflate stream that is not its last one, ended by a full flush.
 *
 * Bits wait until they fill bytes. Four bytes are written each time, of which the full ones count: a branch that asks
 * whether there are enough would be guessed wrong too often. Two literals fit beside the bits that wait.
 */
export function deflate(tokens: Tokens, code: DeflateCode): Uint8Array<ArrayBuffer> {
  const { items, length: end, literals: { bytes, length: literalBytes }, repeated } = tokens;
  const mostMatches = end / 2 + repeated / (LONGEST_MATCH - SHORTEST_MATCH);
  output.length = 0;
  output.reserve(
    code.header.length + MOST_LITERAL_BYTES * literalBytes + MOST_MATCH_BYTES * mostMatches + BYTES_AT_THE_END,
  );
  output.append(code.header);
  const { view } = output;
  const { literals, lengths, lengthBits, distances } = code;
  let at = code.headerBits >> 3;
  let count = code.headerBits & 7;
  let waiting = view.getUint8(at) & ((1 << count) - 1);
  let next = 0;
  for (let i = 0; i < end; i += 2) {
    let length = items[i]!;
    const argument = items[i + 1]!;
    if (length === 0) {
      const stop = next + argument;
      if ((argument & 1) === 1) {
        const literal = literals[bytes[next++]!]!;
        waiting |= (literal & 0xffff) << count;
        count += literal >>> 16;
        view.setUint32(at, waiting, true);
        at += count >> 3;
        waiting >>>= count & 0x18;
        count &= 7;
      }
      for (; next < stop; next += 2) {
        const first = literals[bytes[next]!]!;
        const second = literals[bytes[next + 1]!]!;
        waiting |= ((first & 0xffff) | (second & 0xffff) << (first >>> 16)) << count;
        count += (first >>> 16) + (second >>> 16);
        view.setUint32(at, waiting, true);
        at += count >> 3;
        waiting >>>= count & 0x18;
        count &= 7;
      }
      continue;
    }
    const symbol = distanceSymbol(argument);
    const distance = distances[symbol]!;
    const distanceBits = distance >>> 16;
    const extraDistance = (distance & 0xffff) | (argument - DISTANCE_FIRSTS[symbol]!) << distanceBits;
    const allDistanceBits = distanceBits + DISTANCE_EXTRA_BITS[symbol]!;
    while (length > 0) {
      const matched = matchLength(length);
      length -= matched;
      waiting |= lengths[matched]! << count;
      count += lengthBits[matched]!;
      view.setUint32(at, waiting, true);
      at += count >> 3;
      waiting >>>= count & 0x18;
      count &= 7;
      waiting |= extraDistance << count;
      count += allDistanceBits;
      view.setUint32(at, waiting, true);
      at += count >> 3;
      // All 32 bits may be taken, and a shift by 32 would be none.
      waiting = count === 32 ? 0 : waiting >>> (count & 0x18);
      count &= 7;
    }
  }
  const endOfBlock = literals[END_OF_BLOCK]!;
  // The end of the block, then three bits of zero: a stored block that is not the last one.
  view.setUint32(at, waiting | (endOfBlock & 0xffff) << count, true);
  output.length = at + Math.ceil((count + (endOfBlock >>> 16) + 3) / 8);
  output.append(STORED_NOTHING);
  return output.take();
}
