import { duration } from "@exporterkit/core";
import * as v from "valibot";
import { dnsModule } from "./dns_module.ts";
import { flags } from "./flags.ts";
import { grpcModule } from "./grpc_module.ts";
import { httpModule } from "./http_module.ts";
import { icmpModule } from "./icmp_module.ts";
import { tcpModule } from "./tcp_module.ts";

/** The module of requests that name none. */
export const DEFAULT_MODULE = "http_2xx";

const module = v.pipe(
  v.object({
    prober: v.picklist(["http", "tcp", "dns", "icmp", "grpc"]),
    timeout: v.optional(duration(), "0"),
    http: v.optional(httpModule, {}),
    tcp: v.optional(tcpModule, {}),
    dns: v.optional(dnsModule),
    icmp: v.optional(icmpModule, {}),
    grpc: v.optional(grpcModule, {}),
  }),
  v.check(({ prober, dns }) => prober !== "dns" || dns !== undefined, 'expected a key "dns" with query_name'),
);

/** One of blackbox's modules. */
export type Module = v.InferOutput<typeof module>;

/** The modules that are there without a file. */
const DEFAULT_MODULES = {
  [DEFAULT_MODULE]: { prober: "http" },
  tcp_connect: { prober: "tcp" },
  icmp: { prober: "icmp" },
} as const;

/** The settings, read. */
export type Settings = v.InferOutput<ReturnType<typeof settingsFor>>;

/**
 * The schema of blackbox's file, and of what else this exporter can be told.
 *
 * @param probers Names of those that there are: without a file there is a module for some of them.
 */
export function settingsFor(probers: readonly string[]) {
  const defaults = Object.entries(DEFAULT_MODULES).filter(([, { prober }]) => probers.includes(prober));
  return v.object({
    modules: v.optional(
      v.pipe(v.record(v.string(), module), v.description("The modules, as in the file of blackbox_exporter.")),
      Object.fromEntries(defaults),
    ),
    targets: v.optional(
      v.pipe(
        v.array(
          v.object({
            target: v.string(),
            module: v.optional(v.string()),
            labels: v.optional(v.record(v.string(), v.string())),
          }),
        ),
        v.description("Targets that /sd lists for Prometheus, each with its module and labels."),
      ),
      [],
    ),
    ...flags,
  });
}
