/**
 * A project as a user has it, in which npm installed the packed tarballs and esbuild, and artifacts built there by the
 * command that the package brings, on the Node of this machine.
 */
import { dirname } from "node:path";
import type { BuiltArtifact, PresetName } from "../../src/build/mod.ts";
import { type Command, type Ending, runToEnd } from "../_process.ts";
import { portForLater } from "../_port.ts";
import { carriedRuntime, needsCarriedRuntimes, type needsProgram, needsProgram as needs } from "../_programs.ts";
import { once, projectOf } from "../_shared.ts";

const ROOT = new URL("../../", import.meta.url);

/** What building takes. */
export const needsBuild: ReturnType<typeof needsProgram> = {
  ...needsCarriedRuntimes(),
  ...needs(["node", "npm"], "https://nodejs.org/en/download"),
};

/** The exporters that are built, and the file of each in the project. */
export const ENTRIES = {
  hello: "hello.ts",
  node: "node_modules/@exporterkit/node-exporter/exporter.js",
  curious: "curious.ts",
  background: "background.ts",
} as const;

/** Presets that this machine can build. */
const ALL: readonly PresetName[] = ["node", "bun", "deno", "workers", "container", "systemd", "kubernetes"];
const PRESETS: Readonly<Record<keyof typeof ENTRIES, readonly PresetName[]>> = {
  hello: ALL,
  // A Worker has no host to tell of.
  node: ALL.filter((preset) => preset !== "workers"),
  curious: ["node", "deno"],
  background: ["workers"],
};

/** The id of the KV namespace of the Workers that need one. */
export const KV_ID = "0123456789abcdef0123456789abcdef";

/** The folder of the project. */
export async function buildProject(): Promise<string> {
  const imports = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))).imports as Record<string, string>;
  const range = (name: string) => (imports[name] ?? "").slice(`npm:${name}@`.length);
  const { folder } = await projectOf("build", (tarballs) => ({
    type: "module",
    dependencies: {
      "@exporterkit/core": `file:${tarballs["@exporterkit/core"]}`,
      "@exporterkit/node-exporter": `file:${tarballs["@exporterkit/node-exporter"]}`,
      valibot: range("valibot"),
    },
    devDependencies: { esbuild: range("esbuild") },
  }));
  return await once("build-files", async () => {
    // The artifacts are run as they are, with the port they have; others run beside these tests.
    const hello = await Deno.readTextFile(new URL("examples/hello/exporter.ts", ROOT));
    await Deno.writeTextFile(`${folder}/hello.ts`, hello.replace("port: 9876", `port: ${portForLater()}`));
    const curious = await Deno.readTextFile(new URL("curious_exporter.ts", import.meta.url));
    await Deno.writeTextFile(`${folder}/curious.ts`, curious.replace("port: 9876", `port: ${portForLater()}`));
    await Deno.copyFile(new URL("background_exporter.ts", import.meta.url), `${folder}/background.ts`);
    return folder;
  });
}

/** Every artifact of an exporter, built once per run. */
export async function builtArtifacts(name: keyof typeof ENTRIES): Promise<BuiltArtifact[]> {
  const project = await buildProject();
  return await once(`build-${name}`, (out) => buildIn(project, name, out));
}

/** The artifact that a preset made of an exporter. */
export async function artifactOf(name: keyof typeof ENTRIES, preset: PresetName): Promise<BuiltArtifact> {
  const artifact = (await builtArtifacts(name)).find((artifact) => artifact.preset === preset);
  if (artifact === undefined) throw new Error(`Cannot find the ${preset} artifact of ${name}: it was not built`);
  return artifact;
}

/** Builds an exporter in any copy of the project. */
export async function buildIn(project: string, name: keyof typeof ENTRIES, out: string): Promise<BuiltArtifact[]> {
  const presets = `--preset=${PRESETS[name].join(",")}`;
  const { code, stdout, stderr } = await runExporterkit(project, [
    "build",
    ENTRIES[name],
    presets,
    `--out=${out}`,
    "--json",
    ...(name === "background" ? [`--kv-id=${KV_ID}`] : []),
  ]);
  if (code !== 0) throw new Error(`Cannot build ${name}: exporterkit ended with status ${code}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs the command of the installed package, with the carried Bun and this Deno on the PATH. */
export async function runExporterkit(project: string, args: readonly string[]): Promise<Ending> {
  const folders = [carriedRuntime("bun").path, Deno.execPath()].map((path) => dirname(path));
  return await runToEnd({
    path: `${project}/node_modules/.bin/exporterkit`,
    args,
    cwd: project,
    env: { PATH: [...folders, Deno.env.get("PATH") ?? ""].join(":") },
  });
}

/** A copy of an artifact in an empty folder far from the project, to be disposed of. */
export async function deployed(artifact: BuiltArtifact): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-deployed-" });
  for (const { path } of artifact.files) await Deno.copyFile(`${artifact.folder}/${path}`, `${folder}/${path}`);
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** An environment in which nothing can be downloaded, and nothing is found in a home folder or a cache. */
export function bareEnvironment(folder: string): Record<string, string> {
  const nowhere = "http://127.0.0.1:9";
  return { HOME: folder, DENO_DIR: `${folder}/.deno`, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };
}

/** A start command as a shell reads it, in a folder, with one folder of programs and nothing to download from. */
export function startCommand(
  artifact: BuiltArtifact,
  { folder, path, args }: { folder: string; path: string; args: readonly string[] },
): Command {
  return {
    path: "/bin/sh",
    args: ["-c", `exec ${artifact.start} "$@"`, "sh", ...args],
    cwd: folder,
    env: { ...bareEnvironment(folder), PATH: path },
  };
}
