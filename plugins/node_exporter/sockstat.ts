import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { pageBytes } from "./_page_bytes.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** What the kernel's names for the numbers of a protocol mean. */
const MEANING: Readonly<Record<string, string>> = {
  inuse: "in use",
  orphan: "without an owner",
  tw: "in time-wait",
  alloc: "allocated",
};

/** Reports how many sockets there are. */
export function sockstat(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Sockets per protocol, from /proc/net/sockstat and /proc/net/sockstat6.",
    metrics: {
      used: gauge("node_sockstat_sockets_used", "Sockets in use, from field sockets used of /proc/net/sockstat."),
    },
    async collect({ settings, metrics, family }) {
      for (const file of ["sockstat", "sockstat6"]) {
        const path = `${settings.path.procfs}/net/${file}`;
        const text = await ifPresent(host.readText(path));
        if (text === undefined) continue;
        for (const { protocol, name, value } of parseSockstat(text, path)) {
          if (protocol === "sockets") {
            if (name === "used") metrics.used.set(value);
            continue;
          }
          family(gauge(`node_sockstat_${protocol}_${name}`, helpOf(protocol, name, { file }))).set(value);
          if (name !== "mem") continue;
          const bytes = value * await pageBytes(host, settings.path.procfs);
          family(gauge(`node_sockstat_${protocol}_mem_bytes`, helpOf(protocol, "mem_bytes", { file }))).set(bytes);
        }
      }
    },
  });
}

/** One number of `/proc/net/sockstat`. */
export interface SockstatField {
  readonly protocol: string;
  readonly name: string;
  readonly value: number;
}

/** Reads `/proc/net/sockstat` or `sockstat6`: per line a protocol, then names and numbers in turn. */
export function parseSockstat(text: string, path = "/proc/net/sockstat"): SockstatField[] {
  return linesOf(text).flatMap((line, i) => {
    const [head, ...rest] = fieldsOf(line);
    const names = rest.filter((_, position) => position % 2 === 0);
    const values = numbersOf(rest.filter((_, position) => position % 2 === 1));
    if (!/^\w+:$/.test(head!) || values?.length !== names.length) {
      throw malformed(path, { line: i + 1, text: line, expected: "a protocol, a colon, and names with numbers" });
    }
    return names.map((name, position) => ({ protocol: head!.slice(0, -1), name, value: values[position]! }));
  });
}

function helpOf(protocol: string, name: string, { file }: { file: string }): string {
  const source = `from field ${name.replace("_bytes", "")} of ${protocol} in /proc/net/${file}`;
  if (name === "mem") return `Pages of memory that ${protocol} sockets take, ${source}.`;
  if (name === "mem_bytes") return `Memory that ${protocol} sockets take, ${source} times the page size.`;
  if (name === "memory") return `Bytes of memory that ${protocol} sockets take, ${source}.`;
  return `Number of ${protocol} sockets ${MEANING[name] ?? `in state ${name}`}, ${source}.`;
}
