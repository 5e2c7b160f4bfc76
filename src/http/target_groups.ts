import type { TargetGroup } from "../discovery/target_group.ts";
import type { ListedTarget } from "../exporter/prober.ts";

/**
 * The targets of a multi-target exporter for service discovery, with all that Prometheus needs to probe them: no
 * relabelling.
 *
 * @param targets The targets of the settings.
 * @param url The URL that was asked for: by its host and port whoever asks reaches the exporter.
 * @param path Where probes are asked for.
 */
export function probeTargetGroups(targets: readonly ListedTarget[], url: URL, path: string): TargetGroup[] {
  const { host, port, protocol } = url;
  const address = port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
  return targets.map(({ target, module, authModule, labels }) => ({
    targets: [address],
    labels: {
      instance: target,
      ...labels,
      ...(protocol === "https:" ? { __scheme__: "https" } : {}),
      __metrics_path__: path,
      __param_target: target,
      ...(module === undefined ? {} : { __param_module: module }),
      ...(authModule === undefined ? {} : { __param_auth_module: authModule }),
    },
  }));
}
