import { counter, defineCollector } from "@exporterkit/core";
import { listMatching, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports errors that memory controllers found. */
export function edac(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Errors that memory controllers found, from /sys/devices/system/edac/mc.",
    metrics: {
      correctable: counter(
        "node_edac_correctable_errors_total",
        "Memory errors that were corrected, from ce_count of the controller.",
        ["controller"],
      ),
      uncorrectable: counter(
        "node_edac_uncorrectable_errors_total",
        "Memory errors that could not be corrected, from ue_count of the controller.",
        ["controller"],
      ),
      csrowCorrectable: counter(
        "node_edac_csrow_correctable_errors_total",
        "Memory errors of the row that were corrected, from ce_count of the row or ce_noinfo_count of the controller.",
        ["controller", "csrow"],
      ),
      csrowUncorrectable: counter(
        "node_edac_csrow_uncorrectable_errors_total",
        "Memory errors of the row that were not, from ue_count of the row or ue_noinfo_count of the controller.",
        ["controller", "csrow"],
      ),
    },
    async collect({ settings, metrics }) {
      for (const { controller, csrow, correctable, uncorrectable } of await readCounts(host, settings.path.sysfs)) {
        if (csrow === undefined) {
          if (correctable !== undefined) metrics.correctable.set({ controller }, correctable);
          if (uncorrectable !== undefined) metrics.uncorrectable.set({ controller }, uncorrectable);
        } else {
          if (correctable !== undefined) metrics.csrowCorrectable.set({ controller, csrow }, correctable);
          if (uncorrectable !== undefined) metrics.csrowUncorrectable.set({ controller, csrow }, uncorrectable);
        }
      }
    },
  });
}

/** What one folder, or the controller without knowing the row, counted. */
interface Counts {
  readonly controller: string;
  readonly csrow?: string;
  readonly correctable: number | undefined;
  readonly uncorrectable: number | undefined;
}

async function readCounts(host: Host, sysfs: string): Promise<Counts[]> {
  const root = `${sysfs}/devices/system/edac/mc`;
  const all: Counts[] = [];
  for (const folder of await listMatching(host, { path: root, name: /^mc\d+$/ })) {
    const path = `${root}/${folder}`;
    const controller = folder.slice("mc".length);
    const read = async (infix: string) => ({
      controller,
      correctable: await readNumber(host, `${path}/${infix.replace("*", "ce")}`),
      uncorrectable: await readNumber(host, `${path}/${infix.replace("*", "ue")}`),
    });
    all.push(await read("*_count"), { ...await read("*_noinfo_count"), csrow: "unknown" });
    for (const row of await listMatching(host, { path, name: /^csrow\d+$/ })) {
      all.push({ ...await read(`${row}/*_count`), csrow: row.slice("csrow".length) });
    }
  }
  return all;
}
