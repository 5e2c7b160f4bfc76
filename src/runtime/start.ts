import { addBuildInfo } from "../collectors/build_info.ts";
import { addProcessMetrics } from "../collectors/process.ts";
import type { Exporter } from "../exporter/definition.ts";
import { type About, RunningExporter, type RunOptions } from "../exporter/running_exporter.ts";
import { Registry } from "../metrics/registry.ts";
import type { Platform } from "./platform.ts";

/** Makes an exporter live on a platform, with what the platform can tell about itself. */
export function start(
  exporter: Exporter,
  platform: Platform,
  options: Omit<RunOptions, "stateless"> = {},
): RunningExporter {
  const { about = aboutOf(exporter, platform) } = options;
  const { stateless, transport } = platform;
  return new RunningExporter(exporter, {
    ...options,
    stateless,
    about,
    ...(transport === undefined ? {} : { transport }),
  });
}

/** What an exporter says about itself on a platform: its build, and its process where there is one. */
export function aboutOf(exporter: Exporter, platform: Platform): About {
  const { name, namespace = name, version, revision = "" } = exporter;
  const registry = new Registry();
  const runtime = { runtime: platform.name, runtimeVersion: platform.version };
  addBuildInfo(registry, namespace, { version, revision, ...runtime });
  return { registry, update: addProcessMetrics(registry, platform.processStats) };
}
