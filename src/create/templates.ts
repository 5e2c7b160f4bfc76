import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** What new projects are made of. */
export interface Templates {
  /** The texts of the files below `templates/`, by their path from there, with `/` in it. */
  readonly files: Readonly<Record<string, string>>;
  /** The version of the framework. */
  readonly version: string;
  /** The range of versions of what else projects depend on, by the name of the package. */
  readonly ranges: Readonly<Record<"esbuild" | "valibot", string>>;
}

/**
 * Reads the templates from the repository. In packages there are no such files: packing puts what this returns in the place
 * of this module.
 *
 * @throws {Error} If this module was not loaded from a file.
 */
export async function readTemplates(): Promise<Templates> {
  if (!import.meta.url.startsWith("file:")) {
    throw new Error("Cannot read the templates: they are not in this registry, use deno create npm:exporter");
  }
  const root = new URL("../../", import.meta.url);
  const { version, imports } = JSON.parse(await readFile(new URL("deno.json", root), "utf8"));
  const range = (name: string) => imports[name].slice(`npm:${name}@`.length);
  return {
    files: {
      "common/LICENSE": await readFile(new URL("LICENSE", root), "utf8"),
      ...await readFolder(fileURLToPath(new URL("./templates", import.meta.url))),
    },
    version,
    ranges: { esbuild: range("esbuild"), valibot: range("valibot") },
  };
}

async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort();
  const named = paths.map(async (path) => [
    relative(folder, path).replaceAll(sep, "/"),
    await readFile(path, "utf8"),
  ]);
  return Object.fromEntries(await Promise.all(named));
}
