import type { SampleStore } from "../exporter/sample_store.ts";
import type { Bindings } from "../settings/bindings.ts";

/** The binding of a Worker that names the KV namespace for what collectors with `every` collected. */
export const STORE_BINDING = "EXPORTERKIT_STORE";

/** What is used of a KV namespace. */
interface KvNamespace {
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
  put(key: string, value: Uint8Array): Promise<void>;
}

/** https://developers.cloudflare.com/kv/platform/limits/ */
const MAX_VALUE_BYTES = 25 * 2 ** 20;

/**
 * Keeps samples in the KV namespace of a Worker. Without one, reading and writing fail: most exporters need none.
 *
 * A location that has read a key goes on to read what it read for a minute, whatever was written elsewhere.
 */
export function kvStore(bindings: Bindings): SampleStore {
  function namespace(): KvNamespace {
    const bound = bindings[STORE_BINDING] as Partial<KvNamespace> | undefined;
    if (typeof bound?.get === "function" && typeof bound.put === "function") return bound as KvNamespace;
    throw new Error(
      `this Worker has no KV namespace for what is collected in the background: bind one as "${STORE_BINDING}"`,
    );
  }
  return {
    maxBytes: MAX_VALUE_BYTES,
    async read(key) {
      const value = await namespace().get(key, "arrayBuffer");
      return value === null ? undefined : new Uint8Array(value);
    },
    async write(key, bytes) {
      await namespace().put(key, bytes);
    },
  };
}
