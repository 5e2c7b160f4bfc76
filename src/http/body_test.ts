import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { bodyOf, gzip } from "./body.ts";

function* chunksOf(...texts: string[]): Generator<Uint8Array<ArrayBuffer>, void, void> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

const options = { pause: () => Promise.resolve(), encoded() {} };

describe("bodyOf()", () => {
  it("is one piece for one chunk, and empty for none", () => {
    assert.deepEqual(bodyOf(chunksOf("a"), options), new TextEncoder().encode("a"));
    assert.deepEqual(bodyOf(chunksOf(), options), new Uint8Array(0));
  });

  it("streams several chunks in order", async () => {
    const body = bodyOf(chunksOf("a", "b", "c"), options);
    assert.ok(body instanceof ReadableStream);
    assert.equal(await new Response(body).text(), "abc");
  });

  it("pauses while it encodes for longer than a slice", async () => {
    let pauses = 0;
    function* slow(): Generator<Uint8Array<ArrayBuffer>, void, void> {
      for (let i = 0; i < 5; i++) {
        const until = performance.now() + 10;
        while (performance.now() < until);
        yield new Uint8Array(1);
      }
    }
    const pause = () => {
      pauses++;
      return Promise.resolve();
    };
    await new Response(bodyOf(slow(), { ...options, pause })).bytes();
    assert.ok(pauses >= 2, `got ${pauses} pauses`);
  });

  it("gives the generator back when the reader goes away", async () => {
    let finished = false;
    function* guarded(): Generator<Uint8Array<ArrayBuffer>, void, void> {
      try {
        for (;;) yield new Uint8Array(1);
      } finally {
        finished = true;
      }
    }
    await (bodyOf(guarded(), options) as ReadableStream).cancel();
    assert.ok(finished);
  });

  it("tells how long the encoding took", async () => {
    const told: number[] = [];
    const recording = { ...options, encoded: (ms: number) => void told.push(ms) };
    bodyOf(chunksOf("a"), recording);
    await new Response(bodyOf(chunksOf("a", "b"), recording)).text();
    assert.equal(told.length, 2);
    assert.ok(told.every((ms) => ms >= 0));
  });
});

describe("gzip()", () => {
  it("compresses a piece and a stream into what gunzip reads", async () => {
    for (const chunks of [["a"], ["a", "b"]]) {
      const compressed = await new Response(gzip(bodyOf(chunksOf(...chunks), options))).bytes();
      assert.equal(gunzipSync(compressed).toString(), chunks.join(""));
    }
  });
});
