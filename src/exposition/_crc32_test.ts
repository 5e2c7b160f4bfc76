import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { advanceCrc32, combineCrc32, updateCrc32 } from "./_crc32.ts";

describe("combineCrc32()", () => {
  it("gives the checksum of both pieces together", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      const whole = crc32(new Uint8Array([...first, ...second]));
      assert.equal(combineCrc32(crc32(first), crc32(second), second.length), whole);
    }));
  });

  it("works for pieces of many megabytes", () => {
    const zeros = new Uint8Array(70_000_000);
    assert.equal(
      combineCrc32(crc32(Uint8Array.of(1)), crc32(zeros), zeros.length),
      crc32(zeros, crc32(Uint8Array.of(1))),
    );
  });
});

describe("updateCrc32()", () => {
  it("gives the checksum of gzip when it begins with ones and ends inverted", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(5), (bytes, before) => {
      const view = new DataView(new Uint8Array([...new Uint8Array(before), ...bytes]).buffer);
      assert.equal(~updateCrc32(-1, view, before, bytes.length) >>> 0, crc32(bytes));
    }));
  });
});

describe("advanceCrc32()", () => {
  it("lets remainders of parts be put together, whatever their length", () => {
    const lengths = fc.oneof(fc.nat(40), fc.constantFrom(255, 256, 511, 512, 513, 5000));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20 }), lengths, fc.nat(255), (first, length, byte) => {
      const second = new Uint8Array(length).fill(byte);
      const remainderOf = (before: number, bytes: Uint8Array) =>
        updateCrc32(before, new DataView(bytes.slice().buffer), 0, bytes.length);
      const together = advanceCrc32(remainderOf(-1, first), length) ^ remainderOf(0, second);
      assert.equal(~together >>> 0, crc32(new Uint8Array([...first, ...second])));
    }));
  });
});
