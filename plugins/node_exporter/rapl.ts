import { counter, defineCollector } from "@exporterkit/core";
import { listMatching, readAttribute, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const MICROJOULES_PER_JOULE = 1_000_000;

/** Collects how much energy the processor's parts have used (running average power limit). Mostly readable for root only. */
export function rapl(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Energy that the processor's parts have used.",
    async collect({ settings, family }) {
      const zones = await readZones(host, `${settings.path.sysfs}/class/powercap`);
      const { enableZoneLabel } = settings.collector.rapl;
      for (const { name, index, path, microjoules } of zones) {
        const joules = microjoules / MICROJOULES_PER_JOULE;
        if (enableZoneLabel) {
          const help = "Energy that was used, from energy_uj in /sys/class/powercap.";
          family(counter("node_rapl_joules_total", help, ["index", "path", "rapl_zone"]))
            .set({ index, path, rapl_zone: name }, joules);
        } else {
          const help = `Energy that zone ${name} used, from energy_uj in /sys/class/powercap.`;
          family(counter(`node_rapl_${metricPart(name)}_joules_total`, help, ["index", "path"]))
            .set({ index, path }, joules);
        }
      }
    },
  });
}

/** A part of the processor whose energy is counted. */
interface Zone {
  /** What it is, without its number. */
  readonly name: string;
  /** Its number among those of the same name. */
  readonly index: string;
  readonly path: string;
  readonly microjoules: number;
}

async function readZones(host: Host, folder: string): Promise<Zone[]> {
  const entries = await listMatching(host, { path: folder, name: /:/ });
  const read = await Promise.all(entries.map(async (entry) => {
    const path = `${folder}/${entry}`;
    const [name, microjoules] = await Promise.all([
      readAttribute(host, `${path}/name`),
      readNumber(host, `${path}/energy_uj`),
    ]);
    return { name, path, microjoules };
  }));
  const indexOf = createNumbering();
  return read.flatMap(({ name: fullName, path, microjoules }) => {
    if (fullName === undefined || fullName === "") return [];
    const { name, index } = indexOf(fullName);
    return microjoules === undefined ? [] : [{ name, index, path, microjoules }];
  });
}

/** Splits names such as `package-1`; names without a number are counted, each for itself. */
export function createNumbering(): (fullName: string) => { name: string; index: string } {
  const counts = new Map<string, number>();
  return (fullName) => {
    const [, name, index] = /^(.+)-(\d+)$/.exec(fullName) ?? [];
    if (name !== undefined && index !== undefined) return { name, index };
    const count = counts.get(fullName) ?? 0;
    counts.set(fullName, count + 1);
    return { name: fullName, index: String(count) };
  };
}

function metricPart(name: string): string {
  return name.replace(/\W/g, "_");
}
