/** The digest of a text. */
export type Digest = (text: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Makes a function for digests that say nothing outside of this process: its key is random and never leaves. */
export function keyedDigest(): Digest {
  let secret: Uint8Array<ArrayBuffer> | undefined;
  return async (text) => {
    // Not before the first text: a Worker that is only loaded gets no random bytes.
    secret ??= crypto.getRandomValues(new Uint8Array(32));
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    // A promise of the key would belong to the request that made it, and a Worker's other requests must not wait for it.
    const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  };
}

/** A digest as text. */
export function hex(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
