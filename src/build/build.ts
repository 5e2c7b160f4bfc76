import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Artifact, bytesOf, describeArtifact } from "./artifact.ts";
import { writeArtifact } from "./artifact_folder.ts";
import { bundleFile } from "./bundle.ts";
import type { Preset, PresetOptions } from "./preset.ts";
import { readExporter } from "./read_exporter.ts";

/** A way to deploy an exporter. */
export type PresetName = "node" | "bun" | "deno" | "workers" | "container" | "systemd" | "kubernetes";

/** Every preset, loaded when it is asked for. */
const PRESETS: Readonly<Record<PresetName, () => Promise<{ default: Preset }>>> = {
  node: () => import("./presets/node/preset.ts"),
  bun: () => import("./presets/bun/preset.ts"),
  deno: () => import("./presets/deno/preset.ts"),
  workers: () => import("./presets/workers/preset.ts"),
  container: () => import("./presets/container/preset.ts"),
  systemd: () => import("./presets/systemd/preset.ts"),
  kubernetes: () => import("./presets/kubernetes/preset.ts"),
};

/** The names of all presets. */
export const PRESET_NAMES: readonly PresetName[] = Object.keys(PRESETS) as PresetName[];

/** What each preset gives, in a few words. */
export const PRESET_SUMMARIES: Readonly<Record<PresetName, string>> = {
  node: "one ES module for Node 20 and newer",
  bun: "one executable that carries Bun, for this kind of machine",
  deno: "one script that may do what the exporter declares; an executable where deno compile can",
  workers: "a module and its wrangler.jsonc for Cloudflare Workers",
  container: "a Dockerfile and its context: not root, nothing to write to, no shell without need",
  systemd: "a hardened service file, and the script that it runs on Node",
  kubernetes: "Deployment or DaemonSet, Service, NetworkPolicy, PodMonitor and sidecar patch for the container's image",
};

/** How an exporter is built. */
export interface BuildOptions extends PresetOptions {
  /** The presets to build for, each once, in this order. */
  readonly presets: readonly PresetName[];
  /** The folder that gets one folder per preset; made if it is not there. */
  readonly out: string;
  /** Told of each preset before it is begun. @default nobody */
  readonly onBegin?: (preset: PresetName) => void;
}

/** An artifact that was written. */
export interface BuiltArtifact extends Artifact {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Size of the entry in bytes, after gzip: as this runtime compresses, so `artifact.json` does not have it. */
  readonly gzipBytes: number;
  /** What whoever deploys it should know. */
  readonly notes: readonly string[];
}

/**
 * Makes an exporter its own deployable artifacts, each in a folder named after its preset, with an `artifact.json` that says
 * what it is. Nothing gets in that the exporter's file does not import, and the same sources give the same bytes.
 *
 * esbuild bundles; the `bun` preset needs Bun, and what lies in a Deno project needs Deno to tell its imports.
 *
 * @param entry The exporter's file, whose default export is what `serve` returned.
 * @returns The artifacts, in the order of the presets. An artifact of an earlier build is replaced as a whole.
 * @throws {TypeError} If there is no such preset.
 * @throws {Error} If the file cannot be bundled, exports no exporter, cannot run as a preset would have it, or a program is
 * missing; artifacts of the presets before are written by then.
 * @example One ES module for Node, and the service that runs it
 * ```ts
 * import { build } from "@exporterkit/core/build";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const out = await mkdtemp(join(tmpdir(), "artifacts-"));
 * const [script, service] = await build("examples/hello/exporter.ts", { presets: ["node", "systemd"], out });
 * assert.equal(script?.entry, "hello_exporter.mjs");
 * assert.match(script?.sha256 ?? "", /^[0-9a-f]{64}$/);
 * assert.equal(service?.folder, join(out, "systemd"));
 * await rm(out, { recursive: true });
 * ```
 */
export async function build(entry: string | URL, options: BuildOptions): Promise<BuiltArtifact[]> {
  const path = resolve(entry instanceof URL ? fileURLToPath(entry) : entry);
  const unknown = options.presets.find((name) => !Object.hasOwn(PRESETS, name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot build preset "${unknown}": there are ${PRESET_NAMES.join(", ")}`);
  }
  const exporter = await readExporter(path);
  const artifacts: BuiltArtifact[] = [];
  for (const name of new Set(options.presets)) {
    options.onBegin?.(name);
    const { default: preset } = await PRESETS[name]();
    const output = await preset.pack({ exporter, options, bundle: (facts) => bundleFile(path, facts) });
    const artifact = describeArtifact(name, exporter, output);
    const folder = join(resolve(options.out), name);
    await writeArtifact(folder, artifact, output.files);
    artifacts.push({
      ...artifact,
      folder,
      gzipBytes: gzipSync(bytesOf(output.files[0]!)).length,
      notes: [...undeclared(exporter.permissions), ...output.notes ?? []],
    });
  }
  return artifacts;
}

function undeclared(permissions: unknown): string[] {
  return permissions === undefined ? ["the exporter declares no permissions, so that it gets none"] : [];
}
