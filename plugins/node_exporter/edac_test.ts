import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { edac } from "./edac.ts";

describe("edac", () => {
  it("edac() leaves out counts that are missing or no number", async () => {
    const host = fakeHost({
      "/sys/devices/system/edac/mc/mc0/ce_count": "1\n",
      "/sys/devices/system/edac/mc/mc0/ue_count": "\n",
      "/sys/devices/system/edac/mc/mc0/csrow1/ue_count": "2\n",
      "/sys/devices/system/edac/mc/mc0/csrow1/ce_count": { error: "ENODEV" },
      "/sys/devices/system/edac/mc/power/control": "auto\n",
    });
    assert.deepEqual(samples(await expose(edac(host))), [
      'node_edac_correctable_errors_total{controller="0"} 1',
      'node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="1"} 2',
    ]);
  });
});
