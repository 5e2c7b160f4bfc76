import { info } from "../metrics/info.ts";
import type { Registry } from "../metrics/registry.ts";

/** What is running, and on what. */
export interface Build {
  /** Version of the exporter. */
  readonly version: string;
  /** What was built, such as a commit. */
  readonly revision: string;
  /** Name of the runtime. */
  readonly runtime: string;
  /** Version of the runtime. */
  readonly runtimeVersion: string;
}

/** Adds `<namespace>_exporter_build_info` to a registry. */
export function addBuildInfo(registry: Registry, namespace: string, build: Build): void {
  const help = "Version of the exporter and of the runtime that it runs on, with a constant value of 1.";
  const labelNames = ["version", "revision", "runtime", "runtime_version"] as const;
  registry.add(info(`${namespace}_exporter_build_info`, help, labelNames)).set({
    version: build.version,
    revision: build.revision,
    runtime: build.runtime,
    runtime_version: build.runtimeVersion,
  });
}
