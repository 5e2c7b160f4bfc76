import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { COPY_SLACK, copyBytes, copyText, Output } from "./_output.ts";

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
      assert.ok(output.bytes.length >= output.length + needed + COPY_SLACK);
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

describe("copyText()", () => {
  const texts = fc.array(fc.constantFrom("a", "\x7f", "ä", "\u{10ffff}", "\u{3ffff}", '"'), { maxLength: 40 });

  it("copies any text from anywhere to anywhere, bit by bit", () => {
    fc.assert(fc.property(texts, texts, fc.nat(20), (before, copied, at) => {
      const encode = (parts: string[]) => new TextEncoder().encode(parts.join(""));
      const [start, length] = [encode(before).length, encode(copied).length];
      const from = new Uint8Array(start + length + COPY_SLACK + 1);
      from.set(encode([...before, ...copied]));
      const to = new Uint8Array(at + length + COPY_SLACK + 1).fill(9);
      assert.equal(copyText(new DataView(from.buffer), start, length, new DataView(to.buffer), at), at + length);
      assert.deepEqual(to.slice(at, at + length), encode(copied));
      assert.ok(to.subarray(0, at).every((byte) => byte === 9));
      assert.equal(to.at(-1), 9);
    }));
  });

  it("repeats what stands right before", () => {
    const bytes = new Uint8Array(200);
    bytes.set(new TextEncoder().encode("0123456789abcdefghijk,more\n"));
    const view = new DataView(bytes.buffer);
    assert.equal(copyText(view, 0, 21, view, 27), 48);
    assert.equal(new TextDecoder().decode(bytes.subarray(27, 48)), "0123456789abcdefghijk");
  });
});
