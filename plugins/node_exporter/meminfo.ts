import { counter, defineCollector, gauge } from "@exporterkit/core";
import { linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { decimal } from "./_number.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const KIBIBYTE = 1024;

/** Collects how memory is used: one family per field of /proc/meminfo, since kernels differ in what they list. */
export function meminfo(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Use of memory.",
    async collect({ settings, family }) {
      const path = `${settings.path.procfs}/meminfo`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      for (const { field, name, value } of parseMeminfo(text, path)) {
        const help = `Field ${field} of /proc/meminfo.`;
        const kind = name.endsWith("_total") ? counter : gauge;
        family(kind(`node_memory_${name}`, help)).set(value);
      }
    },
  });
}

/** One line of /proc/meminfo. */
export interface MeminfoField {
  /** The field as the kernel calls it, such as `Active(anon)`. */
  readonly field: string;
  /** The field as a part of a metric's name, such as `Active_anon_bytes`. */
  readonly name: string;
  /** Its value, in bytes where the kernel gives a unit. */
  readonly value: number;
}

/**
 * Reads /proc/meminfo.
 *
 * @throws {SyntaxError} If a line is not a field with its value.
 */
export function parseMeminfo(text: string, path = "/proc/meminfo"): MeminfoField[] {
  return linesOf(text).flatMap((line, i) => {
    const [, field, digits, unit] = /^(\S+):\s+(\S+)(?:\s+(kB))?\s*$/.exec(line) ?? [];
    const value = decimal(digits);
    if (field === undefined || Number.isNaN(value)) {
      throw malformed(path, { line: i + 1, text: line, expected: 'a line such as "MemFree: 1234 kB"' });
    }
    const name = field.replace(/\((.*)\)/, "_$1").replace(/\W/g, "_");
    return [unit === undefined ? { field, name, value } : { field, name: `${name}_bytes`, value: value * KIBIBYTE }];
  });
}
