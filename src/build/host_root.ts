import type { Exporter } from "../exporter/definition.ts";
import { settingsOf } from "../settings/setting.ts";

/** Where a container has the root of the machine that its exporter tells of. */
export const HOST_ROOT = "/host";

/** The flags by which an exporter in a container finds the machine; none if it tells of something else. */
export function hostFlags({ settings }: Exporter): string[] {
  return settingsOf(settings).filter(({ isHostPath }) => isHostPath)
    .map(({ flag, fallback }) => `--${flag}=${HOST_ROOT}${fallback === "/" ? "" : fallback}`);
}
