import { defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readAttribute } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects what the machine's clock shows, in which zone, and what drives it. */
export function time(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Clock, time zone and clock sources.",
    metrics: {
      seconds: gauge("node_time_seconds", "What the system clock shows, in Unix time."),
      zoneOffset: gauge(
        "node_time_zone_offset_seconds",
        "How far the system's time zone is ahead of UTC.",
        ["time_zone"],
      ),
      available: gauge(
        "node_time_clocksource_available_info",
        "Clock sources to choose from, from available_clocksource in /sys/devices/system/clocksource.",
        ["clocksource", "device"],
      ),
      current: gauge(
        "node_time_clocksource_current_info",
        "Clock source in use, from current_clocksource in /sys/devices/system/clocksource.",
        ["clocksource", "device"],
      ),
    },
    async collect({ settings, metrics, now }) {
      const nowMs = now();
      const [zone, sources] = await Promise.all([
        host.timeZone(nowMs),
        readClockSources(host, `${settings.path.sysfs}/devices/system/clocksource`),
      ]);
      metrics.seconds.set(nowMs / 1000);
      metrics.zoneOffset.set({ time_zone: zone.name }, zone.offsetSeconds);
      for (const { device, available, current } of sources) {
        for (const clocksource of available) metrics.available.set({ clocksource, device }, 1);
        if (current !== undefined) metrics.current.set({ clocksource: current, device }, 1);
      }
    },
  });
}

interface ClockSources {
  /** Number of the device, as in `clocksource0`. */
  readonly device: string;
  readonly available: readonly string[];
  readonly current: string | undefined;
}

async function readClockSources(host: Host, folder: string): Promise<ClockSources[]> {
  const names = await listMatching(host, { path: folder, name: /^clocksource\d+$/ });
  return await Promise.all(names.map(async (name) => {
    const [available, current] = await Promise.all([
      readAttribute(host, `${folder}/${name}/available_clocksource`),
      readAttribute(host, `${folder}/${name}/current_clocksource`),
    ]);
    return {
      device: name.slice("clocksource".length),
      available: parseClockSources(available),
      current: parseClockSources(current)[0],
    };
  }));
}

/** Reads a list of clock sources, separated by blanks. */
export function parseClockSources(text = ""): string[] {
  return text.split(/\s+/).filter((source) => source !== "");
}
