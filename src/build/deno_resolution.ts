/**
 * Lets esbuild find what a file of a Deno project imports. Deno itself is asked (`deno info --json`), so that import maps,
 * workspaces and `jsr:` mean here what they mean there. npm packages are read from `node_modules`.
 */
import type { Loader, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findDeno, runProgram } from "./programs.ts";

/** The part of what `deno info --json` tells that is used. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly local?: string;
    readonly mediaType?: string;
    readonly dependencies?: readonly { readonly specifier: string; readonly code?: { readonly specifier?: string } }[];
  }[];
  readonly redirects?: Readonly<Record<string, string>>;
}

const LOADERS: Readonly<Record<string, Loader>> = {
  TypeScript: "ts",
  Mts: "ts",
  TSX: "tsx",
  JSX: "jsx",
  Json: "json",
};

/** Name of the namespace of files that have no path of their own. */
const REMOTE = "deno";

/**
 * The nearest manifest decides whose rules a file's imports follow.
 *
 * @returns Whether it is a `deno.json`, and not a `package.json` alone.
 */
export function isDenoProject(entry: string): boolean {
  for (let folder = dirname(entry);; folder = dirname(folder)) {
    if (["deno.json", "deno.jsonc"].some((name) => existsSync(join(folder, name)))) return true;
    if (existsSync(join(folder, "package.json")) || folder === dirname(folder)) return false;
  }
}

/**
 * Reads the module graph of a file, and resolves along it.
 *
 * @param entry Absolute path of a file in a Deno project.
 * @param runtime The runtime that is bundled for: a `#` import that `deno.json` leads to a file `deno.ts` leads to the
 * file of that name beside it, as package conditions would.
 * @throws {Error} If there is no Deno, or it cannot load the file.
 */
export async function denoResolution(entry: string, runtime: string): Promise<Plugin> {
  const graph = await readGraph(entry);
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  const imports = new Map(
    graph.modules.map(({ specifier, dependencies = [] }) => [
      specifier,
      new Map(dependencies.map(({ specifier, code }) => [specifier, code?.specifier])),
    ]),
  );

  async function resolve(args: OnResolveArgs, build: PluginBuild): Promise<OnResolveResult | undefined> {
    const importer = args.namespace === REMOTE ? args.importer : pathToFileURL(args.importer).href;
    const found = imports.get(importer)?.get(args.path);
    if (found === undefined) return undefined;
    const target = graph.redirects?.[found] ?? found;
    if (target.startsWith("npm:")) {
      const { kind, importer, resolveDir } = args;
      const resolveFrom = resolveDir === "" ? dirname(entry) : resolveDir;
      // What npm finds from there follows npm's own rules again.
      return await build.resolve(npmSpecifier(found), { kind, importer, resolveDir: resolveFrom, pluginData: REMOTE });
    }
    if (target.startsWith("file:")) {
      const path = fileURLToPath(target);
      return { path: args.path.startsWith("#") ? path.replace(/deno\.(\w+)$/, `${runtime}.$1`) : path };
    }
    return modules.get(target)?.local === undefined ? undefined : { path: target, namespace: REMOTE };
  }

  return {
    name: "deno-resolution",
    setup(build) {
      build.onResolve({ filter: /./ }, (args) => args.pluginData === REMOTE ? undefined : resolve(args, build));
      build.onLoad({ filter: /./, namespace: REMOTE }, async ({ path }) => {
        const { local = "", mediaType = "" } = modules.get(path) ?? {};
        return { contents: await readFile(local, "utf8"), loader: LOADERS[mediaType] ?? "js" };
      });
    },
  };
}

async function readGraph(entry: string): Promise<ModuleGraph> {
  const deno = findDeno();
  if (deno === undefined) {
    throw new Error(
      `Cannot resolve the imports of ${entry}: it belongs to a deno.json, and there is no deno on the PATH; install Deno`,
    );
  }
  const { success, stdout, stderr } = await runProgram(deno, ["info", "--json", entry], { cwd: dirname(entry) });
  if (!success) throw new Error(`Cannot resolve the imports of ${entry}: deno info failed:\n${stderr.trim()}`);
  const graph: ModuleGraph = JSON.parse(stdout);
  const broken = graph.modules.find(({ error }) => error !== undefined);
  if (broken) throw new Error(`Cannot resolve the imports of ${entry}: ${broken.error}`);
  return graph;
}

/** `npm:/hono@^4.13.19/tiny` is `hono/tiny` to npm. */
function npmSpecifier(specifier: string): string {
  return specifier.replace(/^npm:\/?/, "").replace(/^((?:@[^/]+\/)?[^/@]+)@[^/]+/, "$1");
}
