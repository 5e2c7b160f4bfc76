import { addBuildInfo } from "../collectors/build_info.ts";
import { addProcessMetrics } from "../collectors/process.ts";
import type { Exporter } from "../exporter/definition.ts";
import { type About, RunningExporter, type RunOptions } from "../exporter/running_exporter.ts";
import { Registry } from "../metrics/registry.ts";
import type { Platform } from "./platform.ts";

/** What an exporter says about itself. */
export interface AboutOptions {
  /** Whether `process_*` is left out. @default false */
  readonly disableExporterMetrics?: boolean;
}

/** Makes an exporter live on a platform, with what the platform can tell about itself. */
export function start(
  exporter: Exporter,
  platform: Platform,
  options: Omit<RunOptions, "stateless"> & AboutOptions = {},
): RunningExporter {
  const { about = aboutOf(exporter, platform, options) } = options;
  const { stateless, transport } = platform;
  return new RunningExporter(exporter, {
    ...options,
    stateless,
    about,
    ...(transport === undefined ? {} : { transport }),
  });
}

/** What an exporter says about itself on a platform: its build, and its process where there is one. */
export function aboutOf(exporter: Exporter, platform: Platform, options: AboutOptions = {}): About {
  const { name, namespace = name, version, revision = "" } = exporter;
  const registry = new Registry();
  const runtime = { runtime: platform.name, runtimeVersion: platform.version };
  addBuildInfo(registry, namespace, { version, revision, ...runtime });
  if (options.disableExporterMetrics) return { registry };
  return { registry, update: addProcessMetrics(registry, platform.processStats) };
}
