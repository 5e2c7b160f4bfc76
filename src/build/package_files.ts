/** An npm package in memory, and the tarball that holds it. */
import { createTar, parseTarGzip } from "nanotar";
import { gzipSync } from "node:zlib";

/** Text of every file of a package by its path, without the `package/` that npm puts before it. */
export type PackageFiles = Map<string, string>;

/** The parts of a `package.json` that are read or written here. */
export interface PackageJson {
  name: string;
  version: string;
  exports?: Record<string, Record<string, string>>;
  imports?: Record<string, Record<string, string>>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional: boolean }>;
  bin?: Record<string, string>;
  types?: string;
  engines?: Record<string, string>;
  sideEffects?: boolean;
  [key: string]: unknown;
}

const DECODER = new TextDecoder();

/** Reads a tarball that `tar` or `deno pack` made. */
export async function readTarball(path: URL): Promise<PackageFiles> {
  const entries = await parseTarGzip(await Deno.readFile(path));
  return new Map(entries.map(({ name, data }) => [name.replace(/^package\//, ""), DECODER.decode(data)]));
}

/**
 * Lets a package say where its sources are.
 *
 * @param files The package; `package.json` is changed.
 * @param repository Address of the repository, such as `https://example.com/owner/name`.
 */
export function nameRepository(files: PackageFiles, repository: string): void {
  const manifest: PackageJson = JSON.parse(files.get("package.json") ?? "{}");
  const named = { ...manifest, repository: { type: "git", url: `git+${repository}.git` } };
  files.set("package.json", `${JSON.stringify(named, null, 2)}\n`);
}

/**
 * Makes the tarball of a package; the same files give the same bytes.
 *
 * @throws {RangeError} If a path has more than the 100 bytes that fit into a tar name.
 */
export function tar(files: PackageFiles): Uint8Array {
  const paths = [...files.keys()].sort();
  const tooLong = paths.find((path) => `package/${path}`.length > 100);
  if (tooLong !== undefined) throw new RangeError(`Cannot pack "${tooLong}": tar names have at most 100 bytes`);
  const entries = paths.map((path) => ({ name: `package/${path}`, data: files.get(path) ?? "" }));
  // Without times and owners of this machine the same sources give the same bytes.
  const archive = createTar(entries, { attrs: { mode: "644", uid: 0, gid: 0, mtime: 0 } });
  return gzipSync(archive, { level: 9 });
}
