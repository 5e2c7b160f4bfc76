/**
 * The scaffolder as one file that needs nothing beside it: as a package of its own, which `npm create exporter` downloads,
 * and in the place of a command of the framework, so that whoever deploys an exporter does not install what asks questions.
 */
import { build, type Metafile, type Plugin, stop } from "esbuild";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PackageFiles, PackageJson } from "./package_files.ts";
import { bareSpecifiers, packageOf } from "./specifiers.ts";

const NAME = "create-exporter";
const PROGRAM = `${NAME}.js`;

/** The files that are bundled, below the root of the repository. */
const PROGRAM_ENTRY = "src/create/main.ts";
const COMMAND_ENTRY = "src/cli/commands/create.ts";
/** Where the templates are read, which packages hold as text. */
const TEMPLATES_MODULE = "src/create/templates.ts";

/** The oldest syntax that it may have. */
const SYNTAX = "node20";
/** The oldest Node that the prompts run on. */
const NODE = ">=20.12";

/**
 * Writes the package `create-exporter`.
 *
 * @param root Folder of the repository, ending in a slash.
 * @param options Its version, which is that of the framework, and the text of its licence.
 * @throws {Error} If it cannot be bundled, or a package in it has no licence.
 */
export async function createPackage(
  root: URL,
  { version, licence }: { version: string; licence: string },
): Promise<PackageFiles> {
  return new Map([
    ["package.json", `${JSON.stringify(manifest(version), null, 2)}\n`],
    ["README.md", README],
    ["LICENSE", licence],
    [PROGRAM, `#!/usr/bin/env node\n${await bundle(root, PROGRAM_ENTRY)}`],
  ]);
}

/**
 * Puts one file in the place of the command of the framework and all that only this command imports.
 *
 * @param packed The framework as `deno pack` wrote it.
 * @param root Folder of the repository, ending in a slash.
 * @throws {Error} If it cannot be bundled, or a package in it has no licence.
 */
export async function bundleCreateCommand(packed: PackageFiles, root: URL): Promise<void> {
  for (const path of [...packed.keys()]) {
    if (path.startsWith("src/create/")) packed.delete(path);
  }
  packed.set(COMMAND_ENTRY.replace(/\.ts$/, ".js"), await bundle(root, COMMAND_ENTRY));
  const manifest: PackageJson = JSON.parse(packed.get("package.json") ?? "{}");
  const imported = new Set(
    [...packed].flatMap(([path, text]) => /\.js$|\.d\.ts$/.test(path) ? bareSpecifiers(text).map(packageOf) : []),
  );
  const needed = Object.entries(manifest.dependencies ?? {}).filter(([name]) => imported.has(name));
  packed.set("package.json", JSON.stringify({ ...manifest, dependencies: Object.fromEntries(needed) }));
}

async function bundle(root: URL, entry: string): Promise<string> {
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: fileURLToPath(root),
      entryPoints: [entry],
      plugins: [await embedTemplates(root)],
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      target: SYNTAX,
      legalComments: "none",
      logLevel: "silent",
    });
    return `${outputFiles[0]?.text ?? ""}${await licencesOf(metafile, fileURLToPath(root))}`;
  } catch (cause) {
    throw new Error(`Cannot bundle ${entry}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  } finally {
    await stop();
  }
}

async function embedTemplates(root: URL): Promise<Plugin> {
  // By its path: only packing looks into that room.
  const { readTemplates } = await import(new URL(TEMPLATES_MODULE, root).href);
  const text = JSON.stringify(await readTemplates());
  return {
    name: "templates",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/]create[\\/]templates\.ts$/ }, () => ({
        contents: `const templates = ${text};\nexport const readTemplates = () => Promise.resolve(templates);\n`,
      }));
    },
  };
}

/** The licences of all packages in a bundle, as they ask for, in a comment. */
async function licencesOf({ inputs }: Metafile, root: string): Promise<string> {
  const folders = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const texts = await Promise.all(
    [...new Set(folders)].sort().map(async (folder) => {
      const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
      const file = (await readdir(join(root, folder))).find((name) => /^licen[cs]e/i.test(name));
      if (file === undefined) throw new Error(`package ${name} comes without a licence`);
      return `${name}\n\n${(await readFile(join(root, folder, file), "utf8")).trim()}`;
    }),
  );
  return texts.length === 0 ? "" : `\n/*\nThis file contains parts of:\n\n${texts.join("\n\n---\n\n")}\n*/\n`;
}

function manifest(version: string): PackageJson {
  return {
    name: NAME,
    version,
    description: "Makes a project of a new Prometheus exporter, for Deno, Node, Bun or Cloudflare Workers",
    keywords: ["prometheus", "exporter", "metrics", "openmetrics", "monitoring", "scaffold"],
    license: "Apache-2.0",
    type: "module",
    bin: { [NAME]: PROGRAM },
    engines: { node: NODE },
  };
}

const README = `# ${NAME}

Makes a project of a new Prometheus exporter that runs, tests and builds at once:

\`\`\`sh
npm create exporter@latest my-exporter
pnpm create exporter my-exporter
bunx ${NAME} my-exporter
deno create npm:exporter -- my-exporter
\`\`\`

It asks for what is left open. Where there is no terminal, flags say it all, behind a \`--\` with npm:

\`\`\`sh
npm create exporter@latest my-exporter -- --template http --runtime node
\`\`\`

\`--help\` lists templates, runtimes and flags. The exporter is written with [\`@exporterkit/core\`](https://www.npmjs.com/package/@exporterkit/core).
Nothing is ever overwritten, and Ctrl-C leaves nothing behind.
`;
