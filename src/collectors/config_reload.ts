import { gauge } from "../metrics/gauge.ts";
import type { Registry } from "../metrics/registry.ts";

/** Takes note of how reading the settings went. */
export interface ConfigReload {
  /** The settings that were read are those in force. */
  succeeded(): void;
  /** The settings could not be read: those of before stay in force. */
  failed(): void;
}

/**
 * Says whether the settings in force are those that were read last, as Prometheus says it of its own configuration.
 *
 * @param now The clock, in milliseconds since the epoch.
 */
export function addConfigReload(registry: Registry, namespace: string, now: () => number): ConfigReload {
  const prefix = `${namespace}_exporter_config_last_reload`;
  const successful = registry.add(gauge(`${prefix}_successful`, "Whether the last reading of the settings succeeded."));
  const help = "When the settings were last read with success, in seconds since the epoch.";
  const timestamp = registry.add(gauge(`${prefix}_success_timestamp_seconds`, help));
  return {
    succeeded() {
      successful.set(1);
      timestamp.set(now() / 1000);
    },
    failed: () => successful.set(0),
  };
}
