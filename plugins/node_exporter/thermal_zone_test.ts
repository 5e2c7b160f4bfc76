import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { thermalZone } from "./thermal_zone.ts";

describe("thermalZone", () => {
  it("thermalZone() passes over zones and devices that cannot be read", async () => {
    const host = fakeHost({
      "/sys/class/thermal/thermal_zone0": { link: "../../devices/virtual/thermal/thermal_zone0" },
      "/sys/devices/virtual/thermal/thermal_zone0/type": "acpitz\n",
      "/sys/devices/virtual/thermal/thermal_zone0/temp": "-1500\n",
      "/sys/class/thermal/thermal_zone1/type": "iwlwifi_1\n",
      "/sys/class/thermal/thermal_zone1/temp": { error: "EAGAIN" },
      "/sys/class/thermal/thermal_zone2/temp": "49925\n",
      "/sys/class/thermal/cooling_device0/type": "Fan\n",
      "/sys/class/thermal/cooling_device0/cur_state": "1\n",
      "/sys/class/thermal/cooling_device0/max_state": "3\n",
      "/sys/class/thermal/cooling_device1/type": "Fan\n",
    });
    assert.deepEqual(samples(await expose(thermalZone(host))).sort(), [
      'node_cooling_device_cur_state{name="0",type="Fan"} 1',
      'node_cooling_device_max_state{name="0",type="Fan"} 3',
      'node_thermal_zone_temp{type="acpitz",zone="0"} -1.5',
    ]);
  });
});
