import { defineCollector, gauge } from "@exporterkit/core";
import { readAttribute, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const MODES: ReadonlyMap<string, number> = new Map([["enforcing", 1], ["permissive", 0], ["disabled", -1]]);

/** Collects whether SELinux is on. */
export function selinux(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Whether SELinux is on, and its mode.",
    metrics: {
      enabled: gauge("node_selinux_enabled", "Whether SELinux is on (1) or not (0), from /sys/fs/selinux."),
      configMode: gauge(
        "node_selinux_config_mode",
        "Mode that is configured: 1 enforcing, 0 permissive, -1 disabled, from /etc/selinux/config.",
      ),
      currentMode: gauge(
        "node_selinux_current_mode",
        "Mode that is in force: 1 enforcing, 0 permissive, from /sys/fs/selinux/enforce.",
      ),
    },
    async collect({ settings, metrics }) {
      const { sysfs, procfs, rootfs } = settings.path;
      const [current, label, config] = await Promise.all([
        readNumber(host, `${sysfs}/fs/selinux/enforce`),
        readAttribute(host, `${procfs}/self/attr/current`),
        readAttribute(host, `${rootfs.replace(/\/+$/, "")}/etc/selinux/config`),
      ]);
      // A kernel that has SELinux but no policy calls every process "kernel".
      const enabled = current !== undefined && label?.replace(/\0$/, "") !== "kernel";
      metrics.enabled.set(enabled ? 1 : 0);
      if (!enabled) return;
      metrics.configMode.set(parseConfigMode(config ?? ""));
      metrics.currentMode.set(current);
    },
  });
}

/** Reads the mode from /etc/selinux/config; without one SELinux would not be started. */
export function parseConfigMode(config: string): number {
  const mode = /^\s*SELINUX\s*=\s*(\w+)/m.exec(config)?.[1];
  return MODES.get(mode?.toLowerCase() ?? "") ?? -1;
}
