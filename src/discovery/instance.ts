import { readTargetGroup, type TargetGroup } from "./target_group.ts";

/** A running exporter, as it is announced. */
export interface Instance {
  /** Name of the exporter. */
  readonly exporter: string;
  /** Where Prometheus reaches it, as `host:port`; IPv6 addresses in brackets. */
  readonly address: string;
  /** How it is scraped. @default "http" */
  readonly scheme?: "http" | "https";
  /** Path of the metrics. @default "/metrics" */
  readonly metricsPath?: string;
  /** Query parameters of each scrape, such as `module`; names of letters, digits and underscores. @default none */
  readonly params?: Readonly<Record<string, string>>;
  /**
   * What its series are to be told by, service first: `job`, `service`, `team`, `env`. An empty text leaves a label out.
   *
   * @default `job` is the name of the exporter
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Names the exporter to relabelling rules, and tells that somebody keeps the announcement up. */
export const EXPORTER_LABEL = "__meta_exporterkit_exporter";

/**
 * The target groups of some instances, for file_sd and http_sd; those that share their labels share a group.
 *
 * `__scheme__`, `__metrics_path__` and `__param_<name>` are there only where they are not what Prometheus takes anyway.
 * `__meta_exporterkit_exporter` names the exporter to relabelling rules.
 *
 * @throws {TypeError} If an address or a label is none that every Prometheus takes.
 * @example One instance of the exporter of a service
 * ```ts
 * import { targetGroups } from "@exporterkit/core/discovery";
 * import assert from "node:assert/strict";
 *
 * const labels = { job: "orders", team: "checkout" };
 * assert.deepEqual(targetGroups([{ exporter: "queue", address: "10.0.0.5:9876", scheme: "https", labels }]), [
 *   {
 *     targets: ["10.0.0.5:9876"],
 *     labels: { job: "orders", team: "checkout", __scheme__: "https", __meta_exporterkit_exporter: "queue" },
 *   },
 * ]);
 * ```
 */
export function targetGroups(instances: Iterable<Instance>): TargetGroup[] {
  const groups = new Map<string, { targets: string[]; labels: Record<string, string> }>();
  for (const instance of instances) {
    const labels = labelsOf(instance);
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { targets: [instance.address], labels });
    else group.targets.push(instance.address);
  }
  return [...groups.values()].map((group) => readTargetGroup(group));
}

function labelsOf({ exporter, scheme = "http", metricsPath = "/metrics", params = {}, labels }: Instance) {
  const all = {
    job: exporter,
    ...labels,
    ...(scheme === "http" ? {} : { __scheme__: scheme }),
    ...(metricsPath === "/metrics" ? {} : { __metrics_path__: metricsPath }),
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`__param_${name}`, value])),
    [EXPORTER_LABEL]: exporter,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** What an instance is called wherever it is announced: the same after each start, and fit for file names and URLs. */
export function instanceId({ exporter, address }: Instance): string {
  return `${exporter}-${address}`.replace(/[^A-Za-z0-9.-]/g, "_");
}
