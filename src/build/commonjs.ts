/**
 * The CommonJS build of an export, for the programs and test runners that load it with `require()`.
 *
 * All of it lies in a folder of the export's own name, so that resolvers which know nothing of `exports` (TypeScript's
 * `node10`, old test runners) find it as well.
 */
import { build, type Plugin, stop } from "esbuild";
import { posix } from "node:path";
import type { PackageFiles, PackageJson } from "./package_files.ts";
import { importedPaths } from "./specifiers.ts";

/** The oldest Node that a packed package runs on. */
const SYNTAX = "node20";

/**
 * Adds a CommonJS build of an export to a package: one file whose `module.exports` is the default export itself, a
 * plain object whose properties test doubles can replace.
 *
 * Types are the same for `import` and `require`: TypeScript then takes an object that one part of a program imported
 * for what another part required. They are read as CommonJS, which fits both as long as the default export has the
 * names that the file exports.
 *
 * @param files The finished package; `package.json` is changed too.
 * @param subpath The export, such as `./prom-client`. Its file needs a default export.
 * @throws {Error} If the package has no such export, or the export imports anything but files of the package.
 */
export async function addCommonJs(files: PackageFiles, subpath: string): Promise<void> {
  const manifest: PackageJson = JSON.parse(files.get("package.json") ?? "{}");
  const entry = manifest.exports?.[subpath];
  if (!manifest.exports || !entry?.default || !entry.types) {
    throw new Error(`Cannot build "${subpath}" as CommonJS: package.json does not export it with types`);
  }
  const folder = subpath.replace(/^\.\//, "");
  files.set(`${folder}/index.js`, await bundle(files, { subpath, entry: entry.default }));
  files.set(`${folder}/index.d.ts`, `export * from "${entry.default}";\n`);
  for (const path of reachableFiles(files, entry.types)) files.set(`${folder}/${path}`, files.get(path) ?? "");
  files.set(`${folder}/package.json`, json({ type: "commonjs", main: "./index.js", types: "./index.d.ts" }));
  // Conditions are tried in order.
  manifest.exports[subpath] = {
    types: `./${folder}/index.d.ts`,
    require: `./${folder}/index.js`,
    import: entry.default,
    default: entry.default,
  };
  files.set("package.json", json(manifest));
}

async function bundle(files: PackageFiles, { subpath, entry }: { subpath: string; entry: string }): Promise<string> {
  try {
    const { outputFiles } = await build({
      stdin: { contents: `export * from "${entry}"; export { default } from "${entry}";`, resolveDir: "/" },
      plugins: [fromPackage(files)],
      bundle: true,
      write: false,
      // Adds a list of the names, by which ES modules can import them even from this file.
      platform: "node",
      format: "cjs",
      target: SYNTAX,
      // A class that mentions itself would be called `_Registry` otherwise.
      keepNames: true,
      banner: { js: '"use strict";' },
      // What esbuild makes of a default export is a getter of an object of its own.
      footer: { js: "module.exports = module.exports.default;" },
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  } catch (cause) {
    throw new Error(`Cannot build "${subpath}" as CommonJS: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  } finally {
    await stop();
  }
}

/** Lets esbuild read the package from memory, and nothing else: a `require()` at load would fail where it is missing. */
function fromPackage(files: PackageFiles): Plugin {
  return {
    name: "package",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path, importer, namespace }) => {
        if (!path.startsWith(".")) return { errors: [{ text: `"${path}" is not a file of the package` }] };
        const folder = namespace === "package" ? posix.dirname(importer) : "";
        return { path: posix.join(folder, path), namespace: "package" };
      });
      onLoad({ filter: /.*/, namespace: "package" }, ({ path }) => ({ contents: files.get(path), loader: "js" }));
    },
  };
}

/** A file and all that it imports, directly or not. */
function reachableFiles(files: PackageFiles, entry: string): Set<string> {
  const reached = new Set([posix.normalize(entry)]);
  for (const path of reached) {
    for (const imported of importedPaths(files.get(path) ?? "")) {
      // Declarations import the code that they describe.
      const declarations = posix.join(posix.dirname(path), imported).replace(/\.js$/, ".d.ts");
      if (files.has(declarations)) reached.add(declarations);
    }
  }
  return reached;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
