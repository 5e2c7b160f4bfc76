import type { Exporter } from "../exporter/definition.ts";
import type { Bundle, BundleFacts } from "./bundle.ts";

/** A file of an artifact. */
export interface ArtifactFile {
  /** Its path in the folder of the artifact. */
  readonly path: string;
  /** What is in it. */
  readonly content: string | Uint8Array;
  /** Whether it is a program that can be started as it is. */
  readonly executable?: boolean;
}

/** What a preset is given. */
export interface PresetInput {
  /** What the exporter's file describes. */
  readonly exporter: Exporter;
  /** What was asked for beside the preset. */
  readonly options: PresetOptions;
  /** Makes the exporter's file and all that it imports one script. */
  bundle(facts: BundleFacts): Promise<Bundle>;
}

/** What some presets want to know. */
export interface PresetOptions {
  /** The image that `kubernetes` names. @default `<name>-exporter:<version>` */
  readonly image?: string;
  /** The id of the KV namespace that `workers` binds, for collectors that are collected in the background. @default none */
  readonly kvId?: string;
}

/** What a preset makes. */
export interface PresetOutput {
  /** The files of the artifact, the one that it is about first. */
  readonly files: readonly ArtifactFile[];
  /** The command that starts it, in its folder. */
  readonly start: string;
  /** What whoever deploys it should know. @default nothing */
  readonly notes?: readonly string[];
}

/** A way to deploy an exporter: facts about a platform, and what is made from them. */
export interface Preset {
  /**
   * Makes the artifact, in memory. The same sources give the same bytes: no dates, no paths of this machine.
   *
   * @throws {Error} If the program that packs it is missing or fails, or the exporter cannot run there.
   */
  pack(input: PresetInput): Promise<PresetOutput>;
}
