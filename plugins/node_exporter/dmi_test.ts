import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { dmi } from "./dmi.ts";

describe("dmi", () => {
  it("dmi() leaves out what may not be read, and what is no label", async () => {
    const host = fakeHost({
      "/sys/class/dmi/id": { link: "../../devices/virtual/dmi/id" },
      "/sys/devices/virtual/dmi/id/bios_vendor": "Dell Inc.\n",
      "/sys/devices/virtual/dmi/id/product_serial": { error: "EACCES" },
      "/sys/devices/virtual/dmi/id/chassis_type": "23\n",
      "/sys/devices/virtual/dmi/id/sys_vendor": 'Dell "Inc."\n',
    });
    assert.deepEqual(samples(await expose(dmi(host))), [
      'node_dmi_info{bios_vendor="Dell Inc.",system_vendor="Dell \\"Inc.\\""} 1',
    ]);
  });
});
