import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type BodyCompressor, bodyOf, compress, GZIP } from "./body.ts";

function* chunksOf(...texts: string[]): Generator<Uint8Array<ArrayBuffer>, void, void> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

/** More than is sent in one piece. */
const LONG = "x".repeat(70_000);
const options = { pause: () => Promise.resolve(), encoded() {} };

describe("bodyOf()", () => {
  it("is one piece for small chunks, and empty for none", async () => {
    assert.deepEqual(await bodyOf(chunksOf("a"), options), new TextEncoder().encode("a"));
    assert.deepEqual(await bodyOf(chunksOf("a", "", "bc", ""), options), new TextEncoder().encode("abc"));
    assert.deepEqual(await bodyOf(chunksOf("", ""), options), new Uint8Array(0));
    assert.deepEqual(await bodyOf(chunksOf(), options), new Uint8Array(0));
  });

  it("streams more than that in order", async () => {
    const body = await bodyOf(chunksOf(LONG, "a", "", "b", LONG), options);
    assert.ok(body instanceof ReadableStream);
    assert.equal(await new Response(body).text(), `${LONG}ab${LONG}`);
  });

  it("gathers small chunks to pieces of 64 KiB", async () => {
    const texts = Array.from({ length: 1000 }, (_, i) => `${i}`.padEnd(1000));
    const pieces: Uint8Array[] = [];
    for await (const piece of await bodyOf(chunksOf(...texts), options) as ReadableStream<Uint8Array>) {
      pieces.push(piece);
    }
    assert.ok(pieces.length < 100, `got ${pieces.length} pieces`);
    assert.ok(pieces.every(({ length }) => length > 0));
    assert.equal(await new Response(new Blob(pieces as Uint8Array<ArrayBuffer>[])).text(), texts.join(""));
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
    await new Response(await bodyOf(slow(), { ...options, pause })).bytes();
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
    await (await bodyOf(guarded(), options) as ReadableStream).cancel();
    assert.ok(finished);
  });

  it("tells how long the encoding took", async () => {
    const told: number[] = [];
    const recording = { ...options, encoded: (ms: number) => void told.push(ms) };
    await bodyOf(chunksOf("a"), recording);
    await new Response(await bodyOf(chunksOf(LONG, "b"), recording)).text();
    assert.equal(told.length, 2);
    assert.ok(told.every((ms) => ms >= 0));
  });
});

describe("compress()", () => {
  it("compresses a piece and a stream into what gunzip reads", async () => {
    for (const chunks of [["a"], [LONG, "b"]]) {
      const compressed = await new Response(compress(await bodyOf(chunksOf(...chunks), options), GZIP)).bytes();
      assert.equal(gunzipSync(compressed).toString(), chunks.join(""));
    }
  });

  it("compresses a piece in one go where that is possible", async () => {
    const inOneGo: BodyCompressor = { ...GZIP, whole: (bytes) => new Uint8Array(gzipSync(bytes)) };
    const compressed = compress(await bodyOf(chunksOf("a"), options), inOneGo);
    assert.ok(compressed instanceof Uint8Array);
    assert.equal(gunzipSync(compressed).toString(), "a");
    assert.ok(compress(await bodyOf(chunksOf(LONG), options), inOneGo) instanceof ReadableStream);
  });
});
