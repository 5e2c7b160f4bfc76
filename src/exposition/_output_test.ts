import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { copyBytes, Output } from "./_output.ts";

describe("Output", () => {
  it("grows as texts are written, and hands out a copy", () => {
    const output = new Output(1);
    output.text("é".repeat(100));
    output.text("!");
    assert.equal(new TextDecoder().decode(output.written()), `${"é".repeat(100)}!`);
    const taken = output.take();
    output.text("next");
    assert.equal(new TextDecoder().decode(taken), `${"é".repeat(100)}!`);
    assert.equal(new TextDecoder().decode(output.take()), "next");
    assert.equal(output.take().length, 0);
  });
});

describe("Output.reserve()", () => {
  it("keeps the view on the buffer, with room for copies that write too much", () => {
    const output = new Output(1);
    for (let needed = 0; needed < 300; needed++) {
      output.reserve(needed);
      assert.equal(output.view.buffer, output.bytes.buffer);
      assert.ok(output.bytes.length >= output.length + needed + 3);
    }
  });
});

describe("copyBytes()", () => {
  it("copies any length from anywhere to anywhere", () => {
    fc.assert(fc.property(fc.nat(40), fc.nat(20), fc.nat(20), (length, start, at) => {
      const from = Uint8Array.from({ length: 70 }, (_, i) => i + 1);
      const to = new Uint8Array(70);
      assert.equal(copyBytes(new DataView(from.buffer), start, length, new DataView(to.buffer), at), at + length);
      assert.deepEqual(to.slice(at, at + length), from.slice(start, start + length));
      assert.ok(to.subarray(0, at).every((byte) => byte === 0));
      assert.ok(to.subarray(at + length + 3).every((byte) => byte === 0));
    }));
  });
});
