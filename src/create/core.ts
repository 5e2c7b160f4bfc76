import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseTarGzip } from "nanotar";
import type { RuntimeName } from "./choices.ts";

/** Where a project gets the framework from. */
export interface Core {
  /** What stands behind the package's name in the manifest. */
  readonly range: string;
  /** Files that the project carries for it, by their path in the project. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Folders of packages that Deno takes in the place of those of a registry. */
  readonly links?: readonly string[];
}

/** Where projects keep packages that are in no registry, so that they are whole wherever they are copied to. */
const FOLDER = "vendor";

/**
 * Finds the framework for a project.
 *
 * @param core A range of versions as npm knows them, or the path of a tarball, which the project then carries: as it is, and
 * unpacked for Deno.
 * @throws {Error} If the tarball cannot be read.
 */
export async function findCore(core: string, runtime: RuntimeName): Promise<Core> {
  if (!/\.(?:tgz|tar\.gz)$/.test(core)) return { range: core, files: new Map() };
  if (runtime !== "deno") {
    const path = `${FOLDER}/${basename(core)}`;
    return { range: `file:${path}`, files: new Map([[path, await read(core, (bytes) => bytes)]]) };
  }
  const folder = `${FOLDER}/exporterkit-core`;
  const entries = await read(core, parseTarGzip);
  const files = new Map(
    entries.flatMap(({ name, data }) =>
      data === undefined ? [] : [[name.replace(/^package\//, `${folder}/`), data] as const]
    ),
  );
  const manifest = files.get(`${folder}/package.json`);
  if (manifest === undefined) throw new Error(`Cannot use ${core}: it is no package, there is no package.json in it`);
  const { version } = JSON.parse(new TextDecoder().decode(manifest));
  return { range: `^${version}`, files, links: [`./${folder}`] };
}

async function read<Content>(path: string, parse: (bytes: Uint8Array) => Content | Promise<Content>): Promise<Content> {
  try {
    return await parse(await readFile(path));
  } catch (cause) {
    throw new Error(`Cannot read the tarball ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
