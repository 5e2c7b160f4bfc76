import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { codeLengths, codesOf } from "./_huffman.ts";

const frequencies = fc.array(fc.oneof(fc.constant(0), fc.nat(10), fc.nat(1_000_000)), { minLength: 1, maxLength: 286 });

/** How much of the room for codes is taken: 1 when a decoder can read every sequence of bits. */
function taken(lengths: Uint8Array): number {
  return lengths.reduce((sum, length) => length === 0 ? sum : sum + 2 ** -length, 0);
}

describe("codeLengths()", () => {
  it("gives a code to what occurs and to nothing else, as long as allowed, and takes all room", () => {
    fc.assert(fc.property(frequencies, fc.integer({ min: 9, max: 15 }), (counts, most) => {
      const lengths = codeLengths(counts, most);
      counts.forEach((count, symbol) => assert.equal(lengths[symbol]! > 0, count > 0));
      assert.ok(lengths.every((length) => length <= most));
      if (counts.filter((count) => count > 0).length > 1) assert.equal(taken(lengths), 1);
    }));
  });

  it("gives shorter codes to what occurs more often", () => {
    fc.assert(fc.property(frequencies, (counts) => {
      const lengths = codeLengths(counts, 12);
      const symbols = counts.map((_, symbol) => symbol).filter((symbol) => counts[symbol]! > 0);
      symbols.sort((a, b) => counts[b]! - counts[a]! || lengths[a]! - lengths[b]!);
      symbols.reduce((before, symbol) => {
        assert.ok(lengths[before]! <= lengths[symbol]!);
        return symbol;
      }, symbols[0]!);
    }));
  });

  it("is as short as Huffman's algorithm makes it", () => {
    assert.deepEqual([...codeLengths([5, 9, 12, 13, 16, 45], 15)], [4, 4, 3, 3, 3, 1]);
    assert.deepEqual([...codeLengths([1, 1, 2, 4, 8, 16], 15)], [5, 5, 4, 3, 2, 1]);
  });

  it("shortens codes that are too long", () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 30) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
    assert.equal(Math.max(...codeLengths(fibonacci, 20)), 20);
    assert.equal(taken(codeLengths(fibonacci, 6)), 1);
  });
});

describe("codesOf()", () => {
  it("numbers codes by length and symbol, first bit lowest (RFC 1951, 3.2.2)", () => {
    const codes = codesOf(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4));
    const bits = Array.from(codes, (code, symbol) => code.toString(2).padStart([3, 3, 3, 3, 3, 2, 4, 4][symbol]!, "0"));
    const first = ["010", "011", "100", "101", "110", "00", "1110", "1111"];
    assert.deepEqual(bits, first.map((code) => [...code].reverse().join("")));
  });
});
