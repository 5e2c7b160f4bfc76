import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { kvStore, STORE_BINDING } from "./kv_store.ts";

const MISSING = {
  message: 'this Worker has no KV namespace for what is collected in the background: bind one as "EXPORTERKIT_STORE"',
};

/** A KV namespace in memory. */
function namespace(values: Map<string, Uint8Array<ArrayBuffer>> = new Map()) {
  return {
    get(key: string, type: string): Promise<ArrayBuffer | null> {
      assert.equal(type, "arrayBuffer");
      return Promise.resolve(values.get(key)?.buffer ?? null);
    },
    put: (key: string, value: Uint8Array<ArrayBuffer>) => Promise.resolve(void values.set(key, value)),
  };
}

describe("kvStore()", () => {
  it("reads what it wrote, and nothing under other keys", async () => {
    const store = kvStore({ [STORE_BINDING]: namespace() });
    await store.write("a/b", Uint8Array.of(1, 2, 3));
    assert.deepEqual(await store.read("a/b"), Uint8Array.of(1, 2, 3));
    assert.equal(await store.read("a/c"), undefined);
  });

  it("takes values of 25 MiB, as KV does", () => {
    assert.equal(kvStore({ [STORE_BINDING]: namespace() }).maxBytes, 26_214_400);
  });

  for (const [what, bindings] of [["nothing", {}], ["a variable", { [STORE_BINDING]: "x" }]] as const) {
    it(`says which binding to add where ${what} is bound`, async () => {
      const store = kvStore(bindings);
      await assert.rejects(store.read("a/b"), MISSING);
      await assert.rejects(store.write("a/b", new Uint8Array()), MISSING);
    });
  }
});
