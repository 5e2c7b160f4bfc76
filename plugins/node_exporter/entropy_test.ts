import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { entropy } from "./entropy.ts";

describe("entropy", () => {
  it("entropy() exposes what there is, and nothing for what is no number", async () => {
    const host = fakeHost({
      "/proc/sys/kernel/random/entropy_avail": "256\n",
      "/proc/sys/kernel/random/poolsize": "\n",
    });
    assert.deepEqual(samples(await expose(entropy(host))), ["node_entropy_available_bits 256"]);
  });
});
