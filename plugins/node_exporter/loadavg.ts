import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how many processes want to run, averaged over three periods. */
export function loadavg(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Load averages.",
    metrics: {
      load1: gauge("node_load1", "Load average over one minute, from /proc/loadavg."),
      load5: gauge("node_load5", "Load average over five minutes, from /proc/loadavg."),
      load15: gauge("node_load15", "Load average over fifteen minutes, from /proc/loadavg."),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/loadavg`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const [load1, load5, load15] = parseLoadavg(text, path);
      metrics.load1.set(load1);
      metrics.load5.set(load5);
      metrics.load15.set(load15);
    },
  });
}

/**
 * Reads /proc/loadavg.
 *
 * @returns The averages over one, five and fifteen minutes.
 * @throws {SyntaxError} If it does not begin with three numbers.
 */
export function parseLoadavg(text: string, path = "/proc/loadavg"): [load1: number, load5: number, load15: number] {
  const loads = numbersOf(fieldsOf(text).slice(0, 3));
  if (loads?.length !== 3) throw malformed(path, { line: 1, text: text.trimEnd(), expected: "three load averages" });
  return loads as [number, number, number];
}
