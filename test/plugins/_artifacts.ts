/** A plugin as an artifact: built from its source, and started by its own command in an empty folder. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuiltArtifact, type PresetName } from "@exporterkit/core/build";
import { deployed, startCommand } from "../build/_project.ts";
import { type Server, startServer } from "../_process.ts";
import { carriedRuntime, ownRuntime } from "../_programs.ts";
import { once } from "../_shared.ts";

/** The presets whose artifacts run here by themselves, each with the folder of the program that its command names. */
export const ARTIFACTS: readonly (readonly [preset: PresetName, folder: () => string])[] = [
  ["node", () => dirname(carriedRuntime("node").path)],
  ["bun", () => "/nowhere"],
  ["deno", () => dirname(ownRuntime().path)],
];

/** What an artifact is started with beside its own command. */
export interface ArtifactOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders that stand for those that its permissions name. */
  readonly folders?: Readonly<Record<string, string>>;
}

/** Starts the artifact that a preset made of a plugin, such as `nginx_exporter`. */
export async function startArtifact(
  plugin: string,
  [preset, programs]: typeof ARTIFACTS[number],
  { args = [], env = {}, folders = {} }: ArtifactOptions,
): Promise<Server> {
  const artifact = (await artifactsOf(plugin)).find((artifact) => artifact.preset === preset)!;
  const copy = await deployed(artifact);
  const listen = "--web.listen-address=127.0.0.1:0";
  const start = Object.entries(folders).reduce((text, [from, to]) => text.replaceAll(from, to), artifact.start);
  const started = { ...artifact, start };
  const command = startCommand(started, { folder: copy.folder, path: programs(), args: [listen, ...args] });
  const server = await startServer({ ...command, env: { ...command.env, ...env } });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await copy[Symbol.asyncDispose]();
    },
  };
}

async function artifactsOf(plugin: string): Promise<BuiltArtifact[]> {
  const entry = fileURLToPath(new URL(`../../plugins/${plugin}/exporter.ts`, import.meta.url));
  return await once(
    `artifacts-${plugin}`,
    (out) => build(entry, { presets: ARTIFACTS.map(([preset]) => preset), out }),
  );
}
