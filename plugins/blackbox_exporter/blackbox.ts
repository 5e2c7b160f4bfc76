import { counter, defineExporter, type ProbeDefinition, withProbe } from "@exporterkit/core";
import { DEFAULT_MODULE, type Module, type Settings, settingsFor } from "./settings.ts";

/** Probers by the name that `prober:` of a module knows them by. */
// deno-lint-ignore no-explicit-any
export type Probers = ProbeDefinition<Settings, any, Module, never, never, any>["collectors"];

/**
 * The exporter with the probers that a runtime has.
 *
 * @param probers A module that wants another one stops the start.
 */
export function blackbox(probers: Probers) {
  const exporter = defineExporter({
    name: "blackbox",
    version: "0.1.0",
    help: "Probes targets over HTTP, TLS, TCP, DNS, ICMP and gRPC, under the names of blackbox_exporter.",
    port: 9115,
    // Any target may be named by a request; certificates and bodies may be anywhere.
    // The variables are for ping: PATH to find it, the other one since Deno looks at it before it starts a program.
    permissions: { net: ["*"], ...("icmp" in probers ? { run: ["ping"], env: ["PATH", "NODE_V8_COVERAGE"] } : {}) },
    settings: settingsFor(Object.keys(probers)),
    settingsFile: "blackbox.yml",
    aliases: { "scrape.timeout-offset": { flag: "timeout-offset" } },
    metrics: {
      moduleUnknown: counter("blackbox_module_unknown_total", "Probes that asked for a module that there is not."),
    },
    collectors: {},
  });
  return withProbe(exporter, {
    modules: ({ modules }) => modules,
    defaultModule: DEFAULT_MODULE,
    collectorsOf: ({ prober }) => [prober],
    parameters: ({ prober }) => prober === "http" || prober === "tcp" ? ["hostname"] : [],
    targets: ({ targets }) => targets,
    refused({ module = DEFAULT_MODULE }, { settings, held }) {
      if (!Object.hasOwn(settings.modules, module)) held.moduleUnknown.inc();
    },
    collectors: probers,
  });
}
