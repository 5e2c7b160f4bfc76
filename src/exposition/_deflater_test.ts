import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { constants, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { DeflateCode, matchLength } from "./_deflate_code.ts";
import { deflate } from "./_deflater.ts";
import { COPY_SLACK } from "./_output.ts";
import { Tokens } from "./_tokens.ts";

type Step = { readonly text: string } | { readonly length: number; readonly distance: number };

const steps = fc.array(
  fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 40 }).map((text) => ({ text })),
    fc.record({ length: fc.integer({ min: 3, max: 1200 }), distance: fc.integer({ min: 1, max: 32_768 }) }),
  ),
  { maxLength: 60 },
);

/** Makes tokens of steps, and the text that they stand for. Distances that reach too far back become literals. */
function tokensOf(given: readonly Step[]): { tokens: Tokens; text: string } {
  const tokens = new Tokens();
  let text = "";
  tokens.begin(3 * given.length + 1, 40 * given.length);
  for (const step of given) {
    if ("text" in step) {
      const view = new DataView(new ArrayBuffer(step.text.length + COPY_SLACK));
      new Uint8Array(view.buffer).set(Buffer.from(step.text, "latin1"));
      tokens.write(view, 0, step.text.length);
      text += step.text;
    } else if (step.distance <= text.length) {
      tokens.repeat(step.length, step.distance);
      for (let i = 0; i < step.length; i++) text += text[text.length - step.distance];
    }
  }
  tokens.end();
  return { tokens, text };
}

function inflated(bytes: Uint8Array): string {
  return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString("latin1");
}

const ALL_BYTES = new Uint8Array(256).fill(1);

describe("deflate()", () => {
  it("writes what zlib reads as the same text", () => {
    fc.assert(fc.property(steps, (given) => {
      const { tokens, text } = tokensOf(given);
      assert.equal(inflated(deflate(tokens, new DeflateCode(tokens, ALL_BYTES))), text);
    }));
  });

  it("can write any text with a code that was made for another one", () => {
    fc.assert(fc.property(steps, steps, (sample, given) => {
      const code = new DeflateCode(tokensOf(sample).tokens, ALL_BYTES);
      const { tokens, text } = tokensOf(given);
      assert.equal(inflated(deflate(tokens, code)), text);
    }));
  });

  it("ends blocks so that others may follow", () => {
    fc.assert(fc.property(fc.array(steps, { minLength: 1, maxLength: 4 }), (blocks) => {
      const all = blocks.map(tokensOf);
      const body = all.map(({ tokens }) => deflate(tokens, new DeflateCode(tokens, ALL_BYTES)));
      assert.equal(inflated(Buffer.concat(body)), all.map(({ text }) => text).join(""));
    }));
  });

  it("writes every length and the ends of every range of distances", () => {
    const far = { text: Array.from({ length: 33_000 }, (_, i) => String.fromCharCode(33 + i * i % 90)).join("") };
    const lengths = Array.from({ length: 600 }, (_, i) => ({ length: i + 3, distance: 1000 + i }));
    const distances = Array.from({ length: 15 }, (_, i) => [2 ** i, 2 ** i + 1, 3 * 2 ** i, 3 * 2 ** i + 1]).flat()
      .filter((distance) => distance <= 32_768).map((distance) => ({ length: 5, distance }));
    const tokens = new Tokens();
    tokens.begin(4000, 40_000);
    let text = Buffer.alloc(0);
    for (const step of [far, ...lengths, ...distances, { length: 258, distance: 32_768 }]) {
      if ("text" in step) {
        const view = new DataView(new ArrayBuffer(step.text.length + COPY_SLACK));
        new Uint8Array(view.buffer).set(Buffer.from(step.text));
        tokens.write(view, 0, step.text.length);
        text = Buffer.from(step.text);
      } else {
        tokens.repeat(step.length, step.distance);
        tokens.end();
        const from = text.length - step.distance;
        const repeated = Buffer.alloc(step.length);
        for (let i = 0; i < step.length; i++) repeated[i] = text[from + i % step.distance]!;
        text = Buffer.concat([text, repeated]);
      }
    }
    assert.equal(inflated(deflate(tokens, new DeflateCode(tokens, ALL_BYTES))), text.toString("latin1"));
  });
});

describe("matchLength()", () => {
  it("leaves nothing that is too short to be a match", () => {
    for (let length = 3; length < 2000; length++) {
      for (let rest = length; rest > 0; rest -= matchLength(rest)) {
        assert.ok(matchLength(rest) >= 3 && matchLength(rest) <= 258, `${rest} of ${length}`);
      }
    }
  });
});
