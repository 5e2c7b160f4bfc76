/** A plugin as an artifact: built from its source, and started by its own command in an empty folder. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuiltArtifact, type PresetName } from "@exporterkit/core/build";
import { commandLine } from "../../src/build/shell.ts";
import { imageCommand } from "../build/_container.ts";
import { deployed, startCommand } from "../build/_project.ts";
import { serviceCommand } from "../build/_systemd.ts";
import { type Server, startServer } from "../_process.ts";
import { carriedRuntime, ownRuntime } from "../_programs.ts";
import { once } from "../_shared.ts";
import { type RunningWorker, startWorker } from "../_workers.ts";

/** The presets whose artifacts run here by themselves, each with the folder of the program that its command names. */
export const ARTIFACTS: readonly (readonly [preset: PresetName, folder: () => string])[] = [
  ["node", () => dirname(carriedRuntime("node").path)],
  ["bun", () => "/nowhere"],
  ["deno", () => dirname(ownRuntime().path)],
];

/** The same, and those whose commands run here outside of what they are for: an image, and a service of systemd. */
export const ALL_ARTIFACTS: typeof ARTIFACTS = [
  ...ARTIFACTS,
  ["container", () => "/nowhere"],
  ["systemd", () => "/nowhere"],
];

/** Presets that make no Worker. */
const PRESETS: readonly PresetName[] = [...ALL_ARTIFACTS.map(([preset]) => preset), "kubernetes"];

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
  const artifact = await artifactOf(plugin, preset);
  const copy = await deployed(artifact);
  const listen = "--web.listen-address=127.0.0.1:0";
  const line = await lineOf(artifact, copy.folder);
  const start = Object.entries(folders).reduce((text, [from, to]) => text.replaceAll(from, to), line);
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

/** The artifact that a preset made of a plugin; all of a plugin are built once per run. */
export async function artifactOf(plugin: string, preset: PresetName): Promise<BuiltArtifact> {
  const entry = fileOf(plugin, "exporter.ts");
  const all = await once(`artifacts-${plugin}`, (out) => build(entry, { presets: PRESETS, out }));
  return all.find((artifact) => artifact.preset === preset)!;
}

/** Builds a file of a plugin for Workers, such as `worker.ts`, and starts it in workerd as its `wrangler.jsonc` says. */
export async function startWorkerOf(
  plugin: string,
  bindings: Readonly<Record<string, unknown>>,
  file = "exporter.ts",
): Promise<RunningWorker> {
  const [artifact] = await once(
    `worker-${plugin}`,
    (out) => build(fileOf(plugin, file), { presets: ["workers"], out }),
  );
  const config = JSON.parse(await Deno.readTextFile(`${artifact!.folder}/wrangler.jsonc`));
  const code = await Deno.readTextFile(`${artifact!.folder}/${config.main}`);
  return await startWorker(code, { compatibilityFlags: config.compatibility_flags, bindings });
}

/** The path of a file of a plugin. */
export function fileOf(plugin: string, file: string): string {
  return fileURLToPath(new URL(`../../plugins/${plugin}/${file}`, import.meta.url));
}

/** The command line that runs the program of an artifact from a folder. */
async function lineOf(artifact: BuiltArtifact, folder: string): Promise<string> {
  switch (artifact.preset) {
    case "container":
      return commandLine(await imageCommand("ENTRYPOINT", folder));
    case "systemd":
      return commandLine(await serviceCommand(`${folder}/${artifact.entry}`));
    default:
      return artifact.start;
  }
}
