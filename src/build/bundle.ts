import type { BuildOptions, Metafile } from "esbuild";
import { builtinModules } from "node:module";
import { dirname } from "node:path";
import { denoResolution, isDenoProject } from "./deno_resolution.ts";
import { requiredBuiltins } from "./required_builtins.ts";

/** What to know of a runtime to make a script for it. */
export interface BundleFacts {
  /** The runtime, as file names and package conditions call it. */
  readonly runtime: "node" | "bun" | "deno" | "workers";
  /** The conditions of `package.json` that hold there. */
  readonly conditions: readonly string[];
  /** The oldest syntax that it reads, as esbuild names it. */
  readonly target: string;
  /** Imports that the runtime answers itself, beside those of Node. @default none */
  readonly external?: readonly string[];
  /** Whether to make it as small as it gets, where size costs more than readable stack traces are worth. @default false */
  readonly minify?: boolean;
}

/** A script that needs nothing beside it. */
export interface Bundle {
  readonly code: string;
  /** The files it is made of, as paths from the folder of the entry. */
  readonly inputs: readonly string[];
  /** What it still imports, and the runtime answers. */
  readonly imports: readonly string[];
}

const NODE_MODULES = ["node:*", ...builtinModules];

/** What a CommonJS package calls, which an ES module does not have. */
const REQUIRE = 'import { createRequire as __createRequire } from "node:module";\n' +
  "const require = __createRequire(import.meta.url);\n";

/**
 * Makes a file and all that it imports one ES module, and nothing else gets in.
 *
 * @param entry Absolute path of the file.
 * @throws {Error} If esbuild is not installed, or something that is imported cannot be found or read.
 */
export async function bundleFile(entry: string, facts: BundleFacts): Promise<Bundle> {
  const { build, stop } = await loadEsbuild();
  const plugins = [
    ...(facts.runtime === "workers" ? [requiredBuiltins] : []),
    ...(isDenoProject(entry) ? [await denoResolution(entry, facts.runtime)] : []),
  ];
  const options: BuildOptions = {
    // What esbuild says of paths is relative to this, so that it is the same on all machines.
    absWorkingDir: dirname(entry),
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: [...facts.conditions],
    target: facts.target,
    external: [...NODE_MODULES, ...facts.external ?? []],
    minify: facts.minify ?? false,
    legalComments: "inline",
    treeShaking: true,
    logLevel: "silent",
    metafile: true,
    write: false,
    plugins,
  };
  try {
    const result = await build({ ...options, metafile: true, write: false });
    const { inputs, imports: all } = contentsOf(result.metafile);
    // A Worker has nobody to ask; what is left there are packages that others can do without.
    const imports = facts.runtime === "workers" ? all.filter(({ kind }) => kind !== "require-call") : all;
    const needsRequire = imports.some(({ kind }) => kind === "require-call");
    const code = withoutHashbang(result.outputFiles[0]?.text ?? "");
    return {
      code: needsRequire ? REQUIRE + code : code,
      inputs,
      imports: [...new Set(imports.map(({ path }) => path))].sort(),
    };
  } catch (cause) {
    throw new Error(`Cannot bundle ${entry}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  } finally {
    await stop();
  }
}

/** An optional peer of the package: only whoever builds needs it, and it is a native program of 10 MB. */
async function loadEsbuild(): Promise<typeof import("esbuild")> {
  try {
    return await import("esbuild");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`Cannot bundle: esbuild cannot be loaded, install it: npm install --save-dev esbuild (${why})`, {
      cause,
    });
  }
}

function contentsOf({ outputs }: Metafile) {
  const [output] = Object.values(outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { inputs: inputs.map(([path]) => path).sort(), imports: output?.imports ?? [] };
}

/** A preset writes its own first line. */
function withoutHashbang(code: string): string {
  return code.startsWith("#!") ? code.slice(code.indexOf("\n") + 1) : code;
}
