/** Longest that encoding may keep the event loop without letting other work run. */
const SLICE_MS = 4;

/** How a body is made. */
export interface BodyOptions {
  /** Lets other work run: resolves in a later task of the event loop, not in a microtask. */
  readonly pause: () => Promise<void>;
  /** Told how long the encoding took, pauses left out. */
  readonly encoded: (encodeMs: number) => void;
}

/**
 * Makes a response body of encoded chunks: one piece if there is one chunk, else a stream that is encoded while it is
 * read and lets the event loop breathe in between.
 */
export function bodyOf(
  chunks: Generator<Uint8Array<ArrayBuffer>, void, void>,
  options: BodyOptions,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> {
  let encodeMs = 0;
  function next(): IteratorResult<Uint8Array<ArrayBuffer>, void> {
    const start = performance.now();
    const result = chunks.next();
    encodeMs += performance.now() - start;
    if (result.done) options.encoded(encodeMs);
    return result;
  }

  /** The first chunk that is not empty. */
  function nextBytes(): IteratorResult<Uint8Array<ArrayBuffer>, void> {
    const start = performance.now();
    let result = next();
    while (!result.done && result.value.length === 0 && performance.now() - start < SLICE_MS) result = next();
    return result;
  }

  const first = nextBytes();
  if (first.done) return new Uint8Array(0);
  let second: IteratorResult<Uint8Array<ArrayBuffer>, void> | undefined = next();
  if (second.done) return first.value;

  let sliceStart = performance.now();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (first.value.length > 0) controller.enqueue(first.value);
    },
    async pull(controller) {
      for (;;) {
        if (performance.now() - sliceStart > SLICE_MS) {
          await options.pause();
          sliceStart = performance.now();
        }
        const result = second ?? next();
        second = undefined;
        if (result.done) {
          controller.close();
          return;
        }
        // An encoder that cannot send yet has only let us look at the time.
        if (result.value.length > 0) {
          controller.enqueue(result.value);
          return;
        }
      }
    },
    cancel() {
      chunks.return();
    },
  });
}

/** Compresses a body. */
export function gzip(body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream {
  return new Response(body).body!.pipeThrough(new CompressionStream("gzip"));
}
