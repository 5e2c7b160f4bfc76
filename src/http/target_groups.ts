import type { TargetGroup } from "../discovery/target_group.ts";
import type { ListedTarget } from "../exporter/prober.ts";

/** How whoever asks reaches the exporter. */
export interface Reached {
  /** The URL that was asked for. */
  readonly url: URL;
  /** What is said of the exporter itself; nothing if it says nothing of itself. */
  readonly own: readonly TargetGroup[];
}

/** Labels of the exporter itself that are not those of what it probes. */
const OF_METRICS = /^__(?:metrics_path__|param_)/;

/**
 * The targets of a multi-target exporter for service discovery, with all that Prometheus needs to probe them: no
 * relabelling. They are at the exporter's own address and have its labels, such as the team.
 *
 * @param targets The targets of the settings.
 * @param path Where probes are asked for.
 */
export function probeTargetGroups(
  targets: readonly ListedTarget[],
  path: string,
  { url, own: [exporter] }: Reached,
): TargetGroup[] {
  const { targets: [address = addressOf(url)], labels: shared } = exporter ?? { targets: [], labels: schemeOf(url) };
  const common = Object.entries(shared).filter(([name]) => !OF_METRICS.test(name));
  return targets.map(({ target, module, authModule, labels }) => ({
    targets: [address],
    labels: {
      ...Object.fromEntries(common),
      instance: target,
      ...labels,
      __metrics_path__: path,
      __param_target: target,
      ...(module === undefined ? {} : { __param_module: module }),
      ...(authModule === undefined ? {} : { __param_auth_module: authModule }),
    },
  }));
}

function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === "" ? protocol === "https:" ? 443 : 80 : port}`;
}

function schemeOf({ protocol }: URL): Record<string, string> {
  return protocol === "https:" ? { __scheme__: "https" } : {};
}
