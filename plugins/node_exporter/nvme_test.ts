import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { nvme } from "./nvme.ts";

describe("nvme", () => {
  it("nvme() leaves empty what a device does not tell, and leaves out one that has vanished", async () => {
    const host = fakeHost({
      "/sys/class/nvme/nvme0/model": "Example 970         \n",
      "/sys/class/nvme/nvme0/state": "live\n",
      "/sys/class/nvme/nvme1": { entries: [] },
    });
    assert.deepEqual(samples(await expose(nvme(host))), [
      'node_nvme_info{device="nvme0",firmware_revision="",model="Example 970",serial="",state="live"} 1',
    ]);
  });
});
