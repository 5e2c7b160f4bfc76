/**
 * Builds an exporter into artifacts that can be deployed: what `exporterkit build` does, for scripts and tests.
 *
 * @module
 */
export { build, PRESET_NAMES } from "./build.ts";
export type { BuildOptions, BuiltArtifact, PresetName } from "./build.ts";
export type { Artifact, DeclaredMetric, FileFacts } from "./artifact.ts";
export type { PresetOptions } from "./preset.ts";
