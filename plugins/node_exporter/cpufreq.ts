import { defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const HERTZ_PER_KILOHERTZ = 1000;

/** Collects how fast the CPUs run, may run, and are told to run. */
export function cpufreq(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Frequencies of CPUs.",
    metrics: {
      cpuinfo_cur_freq: gauge(
        "node_cpu_frequency_hertz",
        "Frequency that the CPU runs at, from cpufreq/cpuinfo_cur_freq in sysfs.",
        ["cpu"],
      ),
      cpuinfo_min_freq: gauge(
        "node_cpu_frequency_min_hertz",
        "Lowest frequency that the CPU can run at, from cpufreq/cpuinfo_min_freq in sysfs.",
        ["cpu"],
      ),
      cpuinfo_max_freq: gauge(
        "node_cpu_frequency_max_hertz",
        "Highest frequency that the CPU can run at, from cpufreq/cpuinfo_max_freq in sysfs.",
        ["cpu"],
      ),
      scaling_cur_freq: gauge(
        "node_cpu_scaling_frequency_hertz",
        "Frequency that the kernel last asked for, from cpufreq/scaling_cur_freq in sysfs.",
        ["cpu"],
      ),
      scaling_min_freq: gauge(
        "node_cpu_scaling_frequency_min_hertz",
        "Lowest frequency that the kernel may ask for, from cpufreq/scaling_min_freq in sysfs.",
        ["cpu"],
      ),
      scaling_max_freq: gauge(
        "node_cpu_scaling_frequency_max_hertz",
        "Highest frequency that the kernel may ask for, from cpufreq/scaling_max_freq in sysfs.",
        ["cpu"],
      ),
    },
    async collect({ settings, metrics }) {
      for (const { cpu, file, kilohertz } of await readFrequencies(host, `${settings.path.sysfs}/devices/system/cpu`)) {
        metrics[file].set({ cpu }, kilohertz * HERTZ_PER_KILOHERTZ);
      }
    },
  });
}

const FILES = [
  "cpuinfo_cur_freq",
  "cpuinfo_min_freq",
  "cpuinfo_max_freq",
  "scaling_cur_freq",
  "scaling_min_freq",
  "scaling_max_freq",
] as const;

interface Frequency {
  readonly cpu: string;
  readonly file: typeof FILES[number];
  readonly kilohertz: number;
}

async function readFrequencies(host: Host, folder: string): Promise<Frequency[]> {
  const names = await listMatching(host, { path: folder, name: /^cpu\d+$/ });
  const frequencies = await Promise.all(names.flatMap((name) =>
    FILES.map(async (file) => {
      const kilohertz = await readNumber(host, `${folder}/${name}/cpufreq/${file}`);
      return kilohertz === undefined ? [] : [{ cpu: name.slice("cpu".length), file, kilohertz }];
    })
  ));
  return frequencies.flat();
}
