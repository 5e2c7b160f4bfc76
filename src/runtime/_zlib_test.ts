import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { zstd } from "./_zlib.ts";

/** Compresses badly, so that something comes out for every chunk. */
function randomChunk(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(65_536));
}

/** Random chunks without end, how many were asked for, and why no more are wanted. */
function endless() {
  const cancelled = Promise.withResolvers<unknown>();
  const source = { pulls: 0, cancelled: cancelled.promise };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      source.pulls++;
      controller.enqueue(randomChunk());
    },
    cancel: (reason) => cancelled.resolve(reason),
  });
  return { source, stream };
}

describe("zstd", () => {
  it("compresses a piece and a stream to one frame each", async () => {
    const chunks = Array.from({ length: 20 }, (_, i) => i % 3 === 0 ? randomChunk() : new Uint8Array(70_000));
    const whole = await new Blob(chunks).bytes();
    assert.deepEqual(new Uint8Array(zstdDecompressSync(zstd!.whole!(whole))), whole);
    const streamed = await new Response(ReadableStream.from(chunks).pipeThrough(zstd!.stream())).bytes();
    assert.deepEqual(new Uint8Array(zstdDecompressSync(streamed)), whole);
    assert.ok(streamed.length < whole.length / 2);
    for (const frame of [streamed, zstd!.whole!(new Uint8Array())]) {
      assert.deepEqual([...frame.subarray(0, 4)], [0x28, 0xb5, 0x2f, 0xfd]);
    }
  });

  it("reads no further than its reader", async () => {
    const { source, stream } = endless();
    const reader = stream.pipeThrough(zstd!.stream()).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(source.pulls < 10, `got ${source.pulls} pulls`);
    await reader.cancel();
  });

  it("gives the source back when the reader goes away", async () => {
    for (const reads of [0, 3]) {
      const { source, stream } = endless();
      const reader = stream.pipeThrough(zstd!.stream()).getReader();
      for (let i = 0; i < reads; i++) await reader.read();
      await reader.cancel("gone");
      assert.equal(await source.cancelled, "gone");
    }
  });

  it("fails when the source does", async () => {
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        controller.enqueue(randomChunk());
        controller.error(new Error("no luck"));
      },
    });
    await assert.rejects(new Response(source.pipeThrough(zstd!.stream())).bytes(), /no luck/);
  });
});
