/** Longest that encoding may keep the event loop without letting other work run. */
const SLICE_MS = 4;
/** Chunks are gathered until there is so much to send: each piece costs a turn of the stream and a write to the socket. */
const PIECE_BYTES = 65_536;

/** How a body is made. */
export interface BodyOptions {
  /** Lets other work run: resolves in a later task of the event loop, not in a microtask. */
  readonly pause: () => Promise<void>;
  /** Told how long the encoding took, pauses left out. */
  readonly encoded: (encodeMs: number) => void;
}

/** A body that is there, or one that is made while it is read. */
export type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Makes a response body of encoded chunks: one piece if they are few, else a stream that is encoded while it is read.
 * Either way the event loop breathes in between.
 */
export async function bodyOf(
  chunks: Generator<Uint8Array<ArrayBuffer>, void, void>,
  options: BodyOptions,
): Promise<Body> {
  let sliceStart = performance.now();
  let encodeMs = 0;
  let done = false;

  function nextChunk(): Uint8Array<ArrayBuffer> {
    const start = performance.now();
    const result = chunks.next();
    encodeMs += performance.now() - start;
    if (!result.done) return result.value;
    done = true;
    options.encoded(encodeMs);
    return NOTHING;
  }

  /** What is sent next: only the last piece may be short or empty. */
  async function nextPiece(): Promise<Uint8Array<ArrayBuffer>> {
    const gathered: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    while (!done && length < PIECE_BYTES) {
      if (performance.now() - sliceStart > SLICE_MS) {
        await options.pause();
        sliceStart = performance.now();
      }
      const chunk = nextChunk();
      gathered.push(chunk);
      length += chunk.length;
    }
    return joined(gathered, length);
  }

  const first = await nextPiece();
  if (done) return first;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      const piece = await nextPiece();
      if (piece.length > 0) controller.enqueue(piece);
      if (done) controller.close();
    },
    cancel: () => void chunks.return(),
  });
}

const NOTHING = new Uint8Array(0);

function joined(chunks: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const parts = chunks.filter((chunk) => chunk.length > 0);
  if (parts.length === 1) return parts[0]!;
  const piece = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    piece.set(part, offset);
    offset += part.length;
  }
  return piece;
}

/** A content coding for bodies that were encoded plain. */
export interface BodyCompressor {
  /** Compresses a small body in one go. @default it goes through the stream too */
  whole?(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Makes a stream that compresses one body while it is read. */
  stream(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>;
}

/** The gzip that every runtime has. */
export const GZIP: BodyCompressor = { stream: () => new CompressionStream("gzip") };

/** Compresses a body. */
export function compress(body: Body, compressor: BodyCompressor): Body {
  if (body instanceof Uint8Array && compressor.whole !== undefined) return compressor.whole(body);
  return new Response(body).body!.pipeThrough(compressor.stream());
}
