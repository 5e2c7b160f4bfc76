import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { combineCrc32 } from "./_crc32.ts";

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
