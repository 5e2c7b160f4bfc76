/** A bare HTTP client: `fetch` hides the bytes and headers of compressed answers. */
import { Agent, request } from "node:http";
import { Buffer } from "node:buffer";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as sent. */
  readonly bytes: Uint8Array;
  /** The body as text, after `Content-Encoding` is undone. */
  readonly text: string;
}

const DECOMPRESSORS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes),
  zstd: (bytes) => zstdDecompressSync(bytes),
};

/** Asks once, on a connection of its own unless an agent is given, and never follows a redirect. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; agent?: Agent } = {},
): Promise<Answer> {
  const { method = "GET", headers = {}, body, agent = new Agent({ keepAlive: false }) } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, (incoming) => {
      const chunks: Uint8Array[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const coding = bytes.length === 0 ? undefined : incoming.headers["content-encoding"];
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string | undefined>,
          bytes,
          text: (DECOMPRESSORS[coding ?? ""]?.(bytes) ?? bytes).toString(),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
