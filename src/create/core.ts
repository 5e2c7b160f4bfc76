import { readFile } from "node:fs/promises";
import { parseTarGzip } from "nanotar";
import { isTarball, type RuntimeName } from "./choices.ts";

/** Where a project gets the framework from. */
export interface Core {
  /** What stands behind the package's name in the manifest. */
  readonly range: string;
  /** Files that the project carries for it, by their path in the project. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Folders of packages that Deno takes in the place of those of a registry. */
  readonly links?: readonly string[];
}

/** Where projects keep what is in no registry, so that they are whole wherever they are copied to. */
const VENDORED = "vendor/exporterkit-core";

/**
 * Finds the framework for a project.
 *
 * @param core A range of versions as npm knows them, or the path of a tarball, which the project then carries: as it is, and
 * unpacked for Deno.
 * @throws {Error} If the tarball cannot be read.
 */
export async function findCore(core: string, runtime: RuntimeName): Promise<Core> {
  if (!isTarball(core)) return { range: core, files: new Map() };
  if (runtime !== "deno") {
    const path = `${VENDORED}.tgz`;
    return { range: `file:${path}`, files: new Map([[path, await read(core, (bytes) => bytes)]]) };
  }
  const entries = await read(core, parseTarGzip);
  const files = new Map(
    entries.flatMap(({ name, data }) =>
      data === undefined ? [] : [[name.replace(/^package\//, `${VENDORED}/`), data] as const]
    ),
  );
  const outside = [...files.keys()].find((path) => path.split("/").includes("..") || !path.startsWith(`${VENDORED}/`));
  if (outside !== undefined) throw new Error(`Cannot use ${core}: ${outside} in it is not of the package`);
  const manifest = files.get(`${VENDORED}/package.json`);
  if (manifest === undefined) throw new Error(`Cannot use ${core}: it is no package, there is no package.json in it`);
  const { version } = JSON.parse(new TextDecoder().decode(manifest));
  return { range: `^${version}`, files, links: [`./${VENDORED}`] };
}

async function read<Content>(path: string, parse: (bytes: Uint8Array) => Content | Promise<Content>): Promise<Content> {
  try {
    return await parse(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read the tarball ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
