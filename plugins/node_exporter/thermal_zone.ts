import { defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readAttribute, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const MILLIDEGREES_PER_DEGREE = 1000;

/** Collects how warm the machine's zones are, and how hard its fans and the like work. */
export function thermalZone(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Temperatures of thermal zones, and states of cooling devices.",
    metrics: {
      temperature: gauge(
        "node_thermal_zone_temp",
        "Temperature of the zone in degrees Celsius, from temp in /sys/class/thermal/thermal_zone*.",
        ["type", "zone"],
      ),
      state: gauge(
        "node_cooling_device_cur_state",
        "How hard the device cools, from cur_state in /sys/class/thermal/cooling_device*.",
        ["name", "type"],
      ),
      maxState: gauge(
        "node_cooling_device_max_state",
        "How hard the device can cool, from max_state in /sys/class/thermal/cooling_device*.",
        ["name", "type"],
      ),
    },
    async collect({ settings, metrics }) {
      const folder = `${settings.path.sysfs}/class/thermal`;
      const [zones, coolers] = await Promise.all([readZones(host, folder), readCoolers(host, folder)]);
      for (const { zone, type, millidegrees } of zones) {
        metrics.temperature.set({ type, zone }, millidegrees / MILLIDEGREES_PER_DEGREE);
      }
      for (const { name, type, state, maxState } of coolers) {
        metrics.state.set({ name, type }, state);
        metrics.maxState.set({ name, type }, maxState);
      }
    },
  });
}

async function readZones(host: Host, folder: string) {
  const names = await listMatching(host, { path: folder, name: /^thermal_zone\d+$/ });
  const zones = await Promise.all(names.map(async (name) => {
    const [type, millidegrees] = await Promise.all([
      readAttribute(host, `${folder}/${name}/type`),
      readNumber(host, `${folder}/${name}/temp`),
    ]);
    if (type === undefined || millidegrees === undefined) return [];
    return [{ zone: name.slice("thermal_zone".length), type, millidegrees }];
  }));
  return zones.flat();
}

async function readCoolers(host: Host, folder: string) {
  const names = await listMatching(host, { path: folder, name: /^cooling_device\d+$/ });
  const coolers = await Promise.all(names.map(async (name) => {
    const [type, state, maxState] = await Promise.all([
      readAttribute(host, `${folder}/${name}/type`),
      readNumber(host, `${folder}/${name}/cur_state`),
      readNumber(host, `${folder}/${name}/max_state`),
    ]);
    if (type === undefined || state === undefined || maxState === undefined) return [];
    return [{ name: name.slice("cooling_device".length), type, state, maxState }];
  }));
  return coolers.flat();
}
