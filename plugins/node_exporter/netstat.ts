import { defineCollector, untyped } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Reports what the network protocols count. */
export function netstat(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Counts of the network protocols, from /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6.",
    async collect({ settings, family }) {
      const { fields } = settings.collector.netstat;
      for (const [file, parse] of [["netstat", parseNetstat], ["snmp", parseNetstat], ["snmp6", parseSnmp6]] as const) {
        const path = `${settings.path.procfs}/net/${file}`;
        const text = await ifPresent(host.readText(path));
        if (text === undefined) continue;
        for (const [field, value] of parse(text, path)) {
          if (!fields.test(field)) continue;
          family(untyped(`node_netstat_${field}`, `Field ${field.replace("_", " ")} of /proc/net/${file}.`)).set(value);
        }
      }
    },
  });
}

/** Reads pairs of lines, names above values, as in `/proc/net/netstat` and `/proc/net/snmp`: `Tcp_InSegs` and so on. */
export function parseNetstat(text: string, path = "/proc/net/netstat"): Map<string, number> {
  const fields = new Map<string, number>();
  const lines = linesOf(text);
  for (let i = 0; i < lines.length; i += 2) {
    const [protocol = "", ...names] = fieldsOf(lines[i]!);
    if (!/^[A-Za-z0-9]+:$/.test(protocol)) {
      throw malformed(path, { line: i + 1, text: lines[i]!, expected: "a protocol, a colon and names" });
    }
    const [again, ...rest] = fieldsOf(lines[i + 1] ?? "");
    const values = numbersOf(rest);
    if (again !== protocol || values?.length !== names.length) {
      throw malformed(path, {
        line: i + 2,
        text: lines[i + 1] ?? "",
        expected: `"${protocol}" and ${names.length} numbers`,
      });
    }
    names.forEach((name, column) => fields.set(`${protocol.slice(0, -1)}_${name}`, values[column]!));
  }
  return fields;
}

/** Reads `/proc/net/snmp6`: one name and one value per line, where the protocol's name ends in its `6`. */
export function parseSnmp6(text: string, path = "/proc/net/snmp6"): Map<string, number> {
  const fields = new Map<string, number>();
  linesOf(text).forEach((line, i) => {
    const { protocol, name, value } = /^(?<protocol>[A-Za-z]+6)(?<name>\w+)\s+(?<value>\d+)\s*$/.exec(line)?.groups ??
      {};
    if (value === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: "a name that contains 6, and a number" });
    }
    fields.set(`${protocol}_${name}`, Number(value));
  });
  return fields;
}
