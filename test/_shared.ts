/**
 * Work that several test files need and that takes long, done once per run: packing the workspace, installing the
 * packages in an empty project as a user would, and building the judge of expositions.
 */
import { packWorkspace, type Tarball } from "../src/build/pack.ts";
import { SHARED_FOLDER_VARIABLE } from "./_environment.ts";

const ROOT = new URL("../", import.meta.url);

/** A project as a user has it: an own `package.json`, and our packages under `node_modules`. */
export interface Project {
  /** Absolute path, without a slash at the end. */
  readonly folder: string;
}

/** The tarballs of the workspace as it is now, the root first. */
export async function packedTarballs(): Promise<Tarball[]> {
  const tarballs = await once("tarballs", async (folder) => {
    const written = await packWorkspace(ROOT, new URL(`file://${folder}/`));
    return written.map((tarball) => ({ ...tarball, path: tarball.path.href }));
  });
  return tarballs.map((tarball) => ({ ...tarball, path: new URL(tarball.path) }));
}

/**
 * An empty project in which npm installed the packed tarballs and what the examples import beside them. Every
 * `examples/<name>/exporter.ts` lies in it as `<name>.ts`, unchanged, beside the programs of `test/runtimes/`.
 */
export async function installedProject(): Promise<Project> {
  const tarballs = await packedTarballs();
  return await once("project", async (folder) => {
    const { imports }: { imports: Record<string, string> } = JSON.parse(
      await Deno.readTextFile(new URL("deno.json", ROOT)),
    );
    const valibot = imports.valibot?.replace("npm:", "") ?? "valibot";
    await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }\n');
    await npmInstall(folder, [...tarballs.map(({ path }) => path.pathname), valibot]);
    for await (const example of Deno.readDir(new URL("examples/", ROOT))) {
      const source = new URL(`examples/${example.name}/exporter.ts`, ROOT);
      await Deno.copyFile(source, `${folder}/${example.name}.ts`);
    }
    for (
      const file of [
        "asking_exporter",
        "asking_exporter",
        "slow_exporter",
        "large_exporter",
        "background_exporter",
        "settings_exporter",
        "stored_exporter",
        "importer",
      ]
    ) {
      const name = file.replace("_exporter", "");
      await Deno.copyFile(new URL(`runtimes/${file}.ts`, import.meta.url), `${folder}/${name}.ts`);
    }
    return { folder };
  });
}

/**
 * A project in which npm installed what its `package.json` asks for.
 *
 * @param name Tells it from the other projects of a run.
 * @param manifest The `package.json`, given the absolute path of every tarball by the name of its package.
 */
export async function projectOf(
  name: string,
  manifest: (tarballs: Readonly<Record<string, string>>) => object,
): Promise<Project> {
  const tarballs = Object.fromEntries((await packedTarballs()).map(({ name, path }) => [name, path.pathname]));
  return await once(`project-${name}`, async (folder) => {
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ private: true, ...manifest(tarballs) }));
    await npmInstall(folder, []);
    return { folder };
  });
}

/** The Go program of `conformance/judge/`, built. */
export async function judgeProgram(): Promise<{ readonly path: string }> {
  return await goProgram("judge", new URL("conformance/judge/", import.meta.url));
}

/** The json_exporter that ours replaces, built from `plugins/json_exporter/`. */
export async function jsonExporterProgram(): Promise<{ readonly path: string }> {
  return await goProgram("json_exporter", new URL("plugins/json_exporter/", import.meta.url));
}

async function goProgram(name: string, cwd: URL): Promise<{ readonly path: string }> {
  return await once(name, async (folder) => {
    const path = `${folder}/${name}`;
    const { success, stderr } = await new Deno.Command("go", {
      args: ["build", "-buildvcs=false", "-o", path, "."],
      cwd,
    })
      .output();
    if (!success) throw new Error(`Cannot build ${name}: go build failed:\n${new TextDecoder().decode(stderr)}`);
    return { path };
  });
}

/** The memcached_exporter that ours replaces, which Debian has no package of, built from its module. */
export async function memcachedExporterProgram(): Promise<{ readonly path: string }> {
  return await once("memcached_exporter", async (folder) => {
    const path = `${folder}/memcached_exporter`;
    const { success, stderr } = await new Deno.Command("go", {
      args: ["build", "-buildvcs=false", "-o", path, "github.com/prometheus/memcached_exporter/cmd/memcached_exporter"],
      cwd: new URL("plugins/originals/", import.meta.url),
    }).output();
    if (!success) throw new Error(`Cannot build the original: go build failed:\n${new TextDecoder().decode(stderr)}`);
    return { path };
  });
}

async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", ...packages],
    cwd: folder,
  }).output();
  if (!success) throw new Error(`Cannot install the tarballs: npm failed:\n${new TextDecoder().decode(stderr)}`);
}

/**
 * Does work once per run. Test files share no memory, so the result is kept as JSON in the folder of the run; making its
 * folder decides which of them does the work.
 *
 * @param make Given that folder, which is empty.
 */
export async function once<T>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${await sharedFolder()}/${name}`;
  const resultPath = `${folder}.json`;
  try {
    await Deno.mkdir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return await readResult(resultPath);
  }
  let result: { value: T } | { error: string };
  try {
    result = { value: await make(folder) };
  } catch (error) {
    result = { error: error instanceof Error ? error.message : String(error) };
  }
  // Written aside and renamed, so that nobody reads half of it.
  await Deno.writeTextFile(`${resultPath}.part`, JSON.stringify(result));
  await Deno.rename(`${resultPath}.part`, resultPath);
  return await readResult(resultPath);
}

async function readResult<T>(path: string): Promise<T> {
  for (let tries = 0; tries < 3000; tries++) {
    try {
      const result: { value: T; error?: string } = JSON.parse(await Deno.readTextFile(path));
      if (result.error !== undefined) throw new Error(result.error);
      return result.value;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`Cannot share work between test files: ${path} was never written`);
}

let ownFolder: string | undefined;

async function sharedFolder(): Promise<string> {
  const given = Deno.env.get(SHARED_FOLDER_VARIABLE);
  if (given !== undefined) return given;
  if (ownFolder === undefined) {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-shared-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    ownFolder = folder;
  }
  return ownFolder;
}
