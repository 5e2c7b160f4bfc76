/**
 * Writes the npm tarball of every package of the workspace to `dist/npm/`, so that Node and Bun users get the very
 * same code: `deno task pack`.
 *
 * `deno pack` translates the sources and lists the packages they import. What it cannot know is added here: the
 * members that a member depends on, the program of a plugin, the platform conditions of `#` imports, CommonJS builds,
 * the licence; the package that stands in for prom-client, and the one that makes new projects. `deno.json` stays the only
 * manifest edited by hand.
 */
import { addCommonJs } from "./commonjs.ts";
import { bundleCreateCommand, createPackage } from "./create_package.ts";
import { nameRepository, type PackageFiles, type PackageJson, readTarball, tar } from "./package_files.ts";
import { PROM_CLIENT_SUBPATH, promClientPackage } from "./prom_client_package.ts";
import { bareSpecifiers, packageOf } from "./specifiers.ts";

/** A package of the workspace as its `deno.json` describes it. */
export interface Member {
  readonly name: string;
  readonly version: string;
  /** Its folder, ending in a slash. */
  readonly folder: URL;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  /** The framework is the root; every other member is a plugin, thus a program too. */
  readonly isRoot: boolean;
}

/** A tarball that was written. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  readonly path: URL;
}

const DECODER = new TextDecoder();
const PROGRAM_LINE = "#!/usr/bin/env node\n";

/** Lies beside `deno.json` while its package is packed, since paths in it are relative. */
const PACK_MANIFEST = ".deno.pack.json";
/** Begins the subpath of the exports that are there only while packing. */
const PACK_EXPORT = "./-/";

/** The exports of the framework that can be loaded with `require()` too. */
const COMMONJS_EXPORTS = [PROM_CLIENT_SUBPATH];

/** The command that the framework brings, and the export that is its file. */
const COMMAND = { name: "exporterkit", subpath: "./cli" };

/** What only the workbench loads: whoever deploys an exporter with its packages does without. */
const OPTIONAL_PEERS = ["esbuild"];

/** What belongs in a package; anything else that `deno pack` takes along is there for the tests. */
const SHIPPED = /(?:\.js|\.d\.ts)$|^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const FOR_TESTS = /(?:_test|_bench|(?:^|\/)_testing)(?:\.d)?\.[jt]s$|(?:^|\/)testdata\//;

/** The file of `src/runtime/` that a condition of the packed `package.json` leads to, first match wins. */
const RUNTIME_CONDITIONS = {
  workerd: "workers",
  deno: "deno",
  bun: "bun",
  node: "node",
  default: "node",
};

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  // GitHub says that of its own runners, and npm compares it with what it is told of a package's provenance.
  const repository = Deno.env.get("GITHUB_REPOSITORY");
  const options = repository === undefined ? {} : { repository: `https://github.com/${repository}` };
  for (const { name, version, path } of await packWorkspace(root, new URL("dist/npm/", root), options)) {
    console.log(`${name}@${version} ${path.pathname}`);
  }
}

/**
 * Packs every member of a workspace, the package that stands in for prom-client, and the one that makes new projects.
 *
 * @param root Folder of the top `deno.json`, ending in a slash.
 * @param output Where the tarballs go, ending in a slash; made if it is not there. Tarballs of the same name and
 * version are replaced, others stay.
 * @param options Where the sources are, as packages say it. @default they do not
 * @returns What was written, the root first: all others depend on it, or name it.
 * @throws {Error} If `deno pack` fails, or a packed `package.json` names a file that is not in the tarball.
 */
export async function packWorkspace(
  root: URL,
  output: URL,
  options: { repository?: string } = {},
): Promise<Tarball[]> {
  await Deno.mkdir(output, { recursive: true });
  const members = await readMembers(root);
  const licence = await Deno.readTextFile(new URL("LICENSE", root));
  const tarballs: Tarball[] = [];
  for (const member of members) {
    const packed = await denoPack(member);
    if (member.isRoot) await bundleCreateCommand(packed, root);
    const files = completePackage(packed, member, members);
    if (!files.has("LICENSE")) files.set("LICENSE", licence);
    if (member.isRoot) {
      for (const subpath of COMMONJS_EXPORTS) await addCommonJs(files, subpath);
    }
    tarballs.push(await writeTarball(files, output, options));
  }
  for (const core of members.filter(({ isRoot }) => isRoot)) {
    tarballs.push(await writeTarball(promClientPackage(core, licence), output, options));
    tarballs.push(await writeTarball(await createPackage(root, { ...core, licence }), output, options));
  }
  return tarballs;
}

/**
 * Reads the members of a workspace from its manifests.
 *
 * @param root Folder of the top `deno.json`, ending in a slash.
 * @returns The root itself first, then the members by folder name.
 * @throws {TypeError} If a manifest has no name or no version.
 */
export async function readMembers(root: URL): Promise<Member[]> {
  const top = await readManifest(root);
  const folders: URL[] = [];
  for (const pattern of top.workspace ?? []) {
    if (!pattern.endsWith("/*")) {
      folders.push(new URL(`${pattern}/`, root));
      continue;
    }
    const parent = new URL(pattern.slice(0, -1), root);
    for await (const entry of Deno.readDir(parent)) {
      if (entry.isDirectory) folders.push(new URL(`${entry.name}/`, parent));
    }
  }
  folders.sort((a, b) => a.href < b.href ? -1 : 1);
  const plugins = await Promise.all(folders.map(async (folder) => toMember(await readManifest(folder), folder, false)));
  return [toMember(top, root, true), ...plugins];
}

/**
 * Adds to what `deno pack` made of a member whatever npm users need beside it, and leaves out what they do not.
 *
 * @param packed The files as `deno pack` wrote them.
 * @param member The packed member.
 * @param members All members, to tell which imports are of the workspace.
 * @returns The files of the finished package.
 * @throws {Error} If `package.json` would name a file that is not there.
 */
export function completePackage(packed: PackageFiles, member: Member, members: readonly Member[]): PackageFiles {
  const files: PackageFiles = new Map();
  for (const [path, text] of packed) {
    if (SHIPPED.test(path) && !FOR_TESTS.test(path)) files.set(path, text);
  }
  const manifest: PackageJson = JSON.parse(files.get("package.json") ?? "{}");
  manifest.exports = Object.fromEntries(
    Object.entries(manifest.exports ?? {}).filter(([subpath]) => !subpath.startsWith(PACK_EXPORT)),
  );
  manifest.engines = { node: ">=20" };
  manifest.dependencies = sorted({ ...manifest.dependencies, ...memberDependencies(files, member, members) });
  if (member.isRoot) {
    manifest.imports = platformImports(member);
    if (COMMAND.subpath in member.exports) {
      manifest.bin = { [COMMAND.name]: makeProgram(files, member, COMMAND.subpath) };
    }
    moveToPeers(manifest);
    // Nothing happens at import, so a bundler may drop what is not used.
    manifest.sideEffects = false;
  } else {
    addProgram(files, manifest, { member, core: members.find(({ isRoot }) => isRoot) ?? member });
  }
  checkNamedFiles(files, manifest);
  files.set("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
  return files;
}

interface Manifest {
  name?: string;
  version?: string;
  exports?: string | Record<string, string>;
  imports?: Record<string, string>;
  workspace?: string[];
}

async function readManifest(folder: URL): Promise<Manifest> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
}

function toMember(manifest: Manifest, folder: URL, isRoot: boolean): Member {
  const { name, version, exports = {}, imports = {} } = manifest;
  if (name === undefined || version === undefined) {
    throw new TypeError(`Cannot pack ${folder.pathname}deno.json: it needs a name and a version`);
  }
  return { name, version, folder, exports: typeof exports === "string" ? { ".": exports } : exports, imports, isRoot };
}

async function denoPack(member: Member): Promise<PackageFiles> {
  const temporary = await Deno.makeTempFile({ prefix: "exporterkit-pack-", suffix: ".tgz" });
  const withPlatforms = platformFiles(member).length > 0;
  const manifest = new URL(withPlatforms ? PACK_MANIFEST : "deno.json", member.folder);
  try {
    if (withPlatforms) await Deno.writeTextFile(manifest, await manifestForPacking(member));
    // Source maps would carry the sources a second time and the paths of this machine.
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["pack", "--config", manifest.pathname, "--allow-dirty", "--no-source-maps", "--output", temporary],
      cwd: member.folder,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(`Cannot pack "${member.name}": deno pack failed:\n${DECODER.decode(stderr)}`);
    const files = await readTarball(new URL(`file://${temporary}`));
    if (member.isRoot) checkTypes(files, DECODER.decode(stderr));
    return files;
  } finally {
    await Deno.remove(temporary);
    if (withPlatforms) await Deno.remove(manifest);
  }
}

/** One exported name without an explicit type, and `deno pack` leaves out the declarations of the whole package. */
function checkTypes(files: PackageFiles, complaints: string): void {
  if ([...files.keys()].some((path) => path.endsWith(".d.ts"))) return;
  const reasons = complaints.split(/^ *\d+ modules? collected$/m)[0]?.trim();
  throw new Error(`Cannot pack the framework: deno pack made no declarations of it:\n${reasons}`);
}

/**
 * The manifest with an export for every file that a `#` import may lead to: `deno pack` translates only what an
 * export reaches, and `deno.json` can name the file for one platform only.
 */
async function manifestForPacking(member: Member): Promise<string> {
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(new URL("deno.json", member.folder)));
  const files = platformFiles(member).map((path) => [PACK_EXPORT + path.slice(2), path]);
  return JSON.stringify({ ...manifest, exports: { ...member.exports, ...Object.fromEntries(files) } });
}

function memberDependencies(files: PackageFiles, member: Member, members: readonly Member[]): Record<string, string> {
  const imported = new Set(
    [...files].flatMap(([path, text]) => isCode(path) ? bareSpecifiers(text) : []).map(packageOf),
  );
  const others = members.filter(({ name }) => name !== member.name && imported.has(name));
  return Object.fromEntries(others.map(({ name, version }) => [name, `^${version}`]));
}

function isCode(path: string): boolean {
  return path.endsWith(".js") || path.endsWith(".d.ts");
}

function platformImports(member: Member): Record<string, Record<string, string>> {
  const imports = Object.entries(member.imports).filter(([name]) => name.startsWith("#"));
  return Object.fromEntries(imports.map(([name, target]) => [
    name,
    Object.fromEntries(
      Object.entries(RUNTIME_CONDITIONS).map(([condition, file]) => [condition, beside(target, `${file}.js`)]),
    ),
  ]));
}

function platformFiles(member: Member): string[] {
  const targets = Object.entries(member.imports).filter(([name]) => name.startsWith("#")).map(([, target]) => target);
  return targets.flatMap((target) => Object.values(RUNTIME_CONDITIONS).map((file) => beside(target, `${file}.ts`)));
}

/** `deno.json` maps a platform import to the file for Deno; the files for the others lie beside it. */
function beside(target: string, file: string): string {
  return target.slice(0, target.lastIndexOf("/") + 1) + file;
}

function addProgram(
  files: PackageFiles,
  manifest: PackageJson,
  { member, core }: { member: Member; core: Member },
): void {
  const entry = makeProgram(files, member, ".");
  manifest.bin = { [member.name.slice(member.name.lastIndexOf("/") + 1)]: entry };
  for (const [subpath, path] of Object.entries(member.exports)) {
    const declarations = path.replace(/^\.\//, "").replace(/\.ts$/, ".d.ts");
    if (!files.has(declarations)) addProgramTypes(files, manifest, { subpath, declarations, core });
  }
}

/** Lets the file of an export be started by its name. */
function makeProgram(files: PackageFiles, { name, exports }: Member, subpath: string): string {
  const path = (exports[subpath] ?? "").replace(/^\.\//, "").replace(/\.ts$/, ".js");
  const code = files.get(path);
  if (code === undefined) throw new Error(`Cannot pack "${name}": its tarball has no ${path}`);
  files.set(path, code.startsWith("#!") ? code : PROGRAM_LINE + code);
  return path;
}

/** What is imported but not needed to run stays out of `dependencies`. */
function moveToPeers(manifest: PackageJson): void {
  const { dependencies = {} } = manifest;
  const peers = Object.entries(dependencies).filter(([name]) => OPTIONAL_PEERS.includes(name));
  if (peers.length === 0) return;
  peers.forEach(([name]) => delete dependencies[name]);
  manifest.peerDependencies = Object.fromEntries(peers);
  manifest.peerDependenciesMeta = Object.fromEntries(peers.map(([name]) => [name, { optional: true }]));
}

/**
 * `deno pack` writes no declarations for a default export whose type is inferred, and `export default serve(...)`
 * is how every exporter ends, also one for a single runtime under a subpath of its own.
 */
function addProgramTypes(
  files: PackageFiles,
  manifest: PackageJson,
  { subpath, declarations, core }: { subpath: string; declarations: string; core: Member },
): void {
  files.set(
    declarations,
    `import type { serve } from "${core.name}";
declare const program: ReturnType<typeof serve>;
export default program;
`,
  );
  const types = `./${declarations}`;
  if (subpath === ".") manifest.types = types;
  const entry = manifest.exports?.[subpath];
  // Conditions are tried in order, so the types come first.
  if (manifest.exports && entry) manifest.exports[subpath] = { types, ...entry };
}

async function writeTarball(
  files: PackageFiles,
  output: URL,
  { repository }: { repository?: string },
): Promise<Tarball> {
  if (repository !== undefined) nameRepository(files, repository);
  const { name, version }: PackageJson = JSON.parse(files.get("package.json") ?? "{}");
  const path = new URL(`${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`, output);
  await Deno.writeFile(path, tar(files));
  return { name, version, path };
}

function checkNamedFiles(files: PackageFiles, manifest: PackageJson): void {
  const named = [
    ...Object.values(manifest.exports ?? {}).flatMap((conditions) => Object.values(conditions)),
    ...Object.values(manifest.imports ?? {}).flatMap((conditions) => Object.values(conditions)),
    ...Object.values(manifest.bin ?? {}),
  ];
  const missing = [...new Set(named)].filter((path) => !files.has(path.replace(/^\.\//, "")));
  if (missing.length === 0) return;
  throw new Error(
    `Cannot pack "${manifest.name}": package.json names ${missing.join(", ")}, which deno pack did not emit`,
  );
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
