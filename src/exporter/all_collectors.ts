import type { Exporter } from "./definition.ts";
import type { ProbeSwitch } from "./prober.ts";

/** The collectors of scrapes and of probes, by name. Where a name is in both, one switch is for both. */
export function allCollectors({ collectors, probe }: Exporter): Readonly<Record<string, ProbeSwitch>> {
  return { ...probe?.collectors, ...collectors };
}
