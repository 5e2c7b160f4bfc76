import { defineCollector, gauge, untyped } from "@exporterkit/core";
import { listMatching, readAttribute } from "./_attribute.ts";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { decimal } from "./_number.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The files of `/proc/spl/kstat/zfs` that are exposed, and what their fields' names begin with. */
const FILES = {
  abdstats: "abd",
  arcstats: "arc",
  dmu_tx: "dmu_tx",
  dnodestats: "dnode",
  fm: "fm",
  vdev_cache_stats: "vdev_cache",
  vdev_mirror_stats: "vdev_mirror",
  xuio_stats: "xuio",
  zfetchstats: "zfetch",
  zil: "zil",
};

const STATES = ["online", "degraded", "faulted", "offline", "removed", "unavail"];

/** The kernel's number for a field that is an unsigned 64-bit number. */
const UINT64 = "4";

/** Reports what ZFS counts. */
export function zfs(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Caches, pools and data sets of ZFS, from /proc/spl/kstat/zfs.",
    metrics: {
      state: gauge(
        "node_zfs_zpool_state",
        "Whether the pool is in the state, from /proc/spl/kstat/zfs/<zpool>/state.",
        ["zpool", "state"],
      ),
    },
    async collect({ settings, metrics, family }) {
      const root = `${settings.path.procfs}/spl/kstat/zfs`;
      for (const [file, prefix] of Object.entries(FILES)) {
        const text = await ifReadable(host.readText(`${root}/${file}`));
        if (text === undefined) continue;
        for (const [field, value] of parseKstat(text, `${root}/${file}`).numbers) {
          const help = `Field ${field} of /proc/spl/kstat/zfs/${file}.`;
          family(untyped(`node_zfs_${prefix}_${underscored(field)}`, help)).set(value);
        }
      }
      for (const zpool of await ifReadable(host.list(root)) ?? []) {
        const folder = `${root}/${zpool}`;
        const io = await ifReadable(host.readText(`${folder}/io`));
        for (const [field, value] of parsePoolIo(io ?? "", `${folder}/io`)) {
          const help = `Field ${field} of /proc/spl/kstat/zfs/<zpool>/io.`;
          family(untyped(`node_zfs_zpool_${underscored(field)}`, help, ["zpool"])).set({ zpool }, value);
        }
        for (const file of await listMatching(host, { path: folder, name: /^objset-/ })) {
          const text = await ifReadable(host.readText(`${folder}/${file}`));
          if (text === undefined) continue;
          const { numbers, dataset } = parseKstat(text, `${folder}/${file}`);
          for (const [field, value] of numbers) {
            const help = `Field ${field} of /proc/spl/kstat/zfs/<zpool>/objset-*.`;
            const name = `node_zfs_zpool_dataset_${underscored(field)}`;
            family(untyped(name, help, ["zpool", "dataset"])).set({ zpool, dataset }, value);
          }
        }
        const state = (await readAttribute(host, `${folder}/state`))?.toLowerCase();
        if (state === undefined) continue;
        for (const each of STATES) metrics.state.set({ zpool, state: each }, each === state ? 1 : 0);
      }
    },
  });
}

/** A file of named values. */
export interface Kstat {
  readonly numbers: Map<string, number>;
  /** The name of the data set, in files that are about one. */
  readonly dataset: string;
}

/** Reads a file with lines of name, type and value below a heading; values of other types are left out. */
export function parseKstat(text: string, path = "/proc/spl/kstat/zfs/arcstats"): Kstat {
  const lines = linesOf(text);
  const heading = lines.findIndex((line) => /^name\s+type\s+data\s*$/.test(line));
  if (heading === -1) {
    throw malformed(path, { line: 2, text: lines[1] ?? "", expected: "the heading name, type, data" });
  }
  const numbers = new Map<string, number>();
  let dataset = "";
  lines.forEach((line, i) => {
    const { name, type, data } = /^(?<name>\S+)\s+(?<type>\d+)\s+(?<data>.*?)\s*$/.exec(line)?.groups ?? {};
    if (i <= heading || name === undefined || data === undefined) return;
    if (name === "dataset_name") dataset = data;
    if (type !== UINT64) return;
    const value = decimal(data);
    if (Number.isNaN(value)) throw malformed(path, { line: i + 1, text: line, expected: "a number at its end" });
    numbers.set(name, value);
  });
  return { numbers, dataset };
}

/** Reads a pool's `io`: a line of names that begins with `nread`, and a line of numbers. */
export function parsePoolIo(text: string, path = "/proc/spl/kstat/zfs/<zpool>/io"): Map<string, number> {
  const lines = linesOf(text);
  const heading = lines.findIndex((line) => line.startsWith("nread"));
  if (heading === -1) return new Map();
  const names = fieldsOf(lines[heading]!);
  const line = lines[heading + 1] ?? "";
  const values = numbersOf(fieldsOf(line));
  if (values?.length !== names.length) {
    throw malformed(path, { line: heading + 2, text: line, expected: `${names.length} numbers` });
  }
  return new Map(names.map((name, i) => [name, values[i]!]));
}

function underscored(field: string): string {
  return field.replace(/\W/g, "_");
}
