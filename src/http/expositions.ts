import { encodeChunks } from "../exposition/encode.ts";
import type { Gzip } from "../exposition/gzip.ts";
import { type ContentCoding, negotiate, negotiateCoding } from "../exposition/negotiate.ts";
import type { Snapshot } from "../model/family.ts";
import { type BodyCompressor, bodyOf, compress, GZIP } from "./body.ts";

/** How expositions are sent. */
export interface ExpositionOptions {
  /** Lets other work run between the parts of a long encoding. @default a timer of 0 ms */
  readonly pause?: () => Promise<void>;
  /** Compresses piece by piece, so that pieces that did not change are reused. @default the runtime's gzip stream */
  readonly gzip?: Gzip;
  /** The runtime's zstd. @default zstd is not offered */
  readonly zstd?: BodyCompressor;
  /** Reads what compression the client takes. @default the `Accept-Encoding` header */
  readonly acceptEncoding?: (request: Request) => string | null;
}

/** Answers with families, in the format and coding that a request asks for. */
export class Expositions {
  readonly #options: ExpositionOptions;
  readonly #offers: readonly ContentCoding[];
  readonly #bodyCompressors: Readonly<Record<ContentCoding, BodyCompressor | undefined>>;
  #lastEncodeMs = 0;

  constructor(options: ExpositionOptions) {
    const { gzip, zstd } = options;
    this.#options = options;
    this.#offers = zstd === undefined ? ["gzip"] : ["gzip", "zstd"];
    this.#bodyCompressors = {
      identity: undefined,
      // The encoder's own gzip needs nothing more.
      gzip: gzip === undefined ? GZIP : undefined,
      zstd,
    };
  }

  /** How long the last encoding took, in milliseconds. */
  get lastEncodeMs(): number {
    return this.#lastEncodeMs;
  }

  /** Encodes what was gathered. */
  async answer(request: Request, snapshots: Snapshot[]): Promise<Response> {
    const { gzip, pause = pauseByTimer, acceptEncoding = readAcceptEncoding } = this.#options;
    const format = negotiate(request.headers.get("Accept"));
    const coding = negotiateCoding(acceptEncoding(request), this.#offers);
    const headers: Record<string, string> = {
      "Content-Type": format.contentType,
      "Vary": "Accept, Accept-Encoding",
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    };
    const chunks = encodeChunks(snapshots, format, coding === "gzip" ? { gzip } : {});
    const encoded = await bodyOf(chunks, { pause, encoded: (encodeMs) => this.#lastEncodeMs = encodeMs });
    const bodyCompressor = this.#bodyCompressors[coding];
    const body = bodyCompressor === undefined ? encoded : compress(encoded, bodyCompressor);
    if (body instanceof Uint8Array) headers["Content-Length"] = String(body.length);
    if (request.method !== "HEAD") return new Response(body, { headers, ...(coding === "identity" ? {} : COMPRESSED) });
    if (body instanceof ReadableStream) await body.cancel();
    return new Response(null, { headers });
  }
}

/** Tells Workers that the body is compressed already; the other runtimes never compress by themselves. */
const COMPRESSED = { encodeBody: "manual" };

function readAcceptEncoding(request: Request): string | null {
  return request.headers.get("Accept-Encoding");
}

function pauseByTimer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
