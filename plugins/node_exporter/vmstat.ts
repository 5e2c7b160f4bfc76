import { defineCollector, untyped } from "@exporterkit/core";
import { linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects the fields of /proc/vmstat that `--collector.vmstat.fields` asks for. */
export function vmstat(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Paging, swapping and processes killed for lack of memory.",
    async collect({ settings, family }) {
      const path = `${settings.path.procfs}/vmstat`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const wanted = settings.collector.vmstat.fields;
      for (const [field, value] of parseVmstat(text, path)) {
        if (wanted.test(field)) family(untyped(`node_vmstat_${field}`, `Field ${field} of /proc/vmstat.`)).set(value);
      }
    },
  });
}

/**
 * Reads /proc/vmstat.
 *
 * @throws {SyntaxError} If a line is not a name and a number.
 */
export function parseVmstat(text: string, path = "/proc/vmstat"): [field: string, value: number][] {
  return linesOf(text).flatMap((line, i) => {
    const [, field, digits] = /^(\w+) (-?\d+)$/.exec(line) ?? [];
    if (field === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: 'a line such as "pgfault 1234"' });
    }
    return [[field, Number(digits)]];
  });
}
