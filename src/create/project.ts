import type { Choices, RuntimeName } from "./choices.ts";
import { alignTables } from "./_align_tables.ts";
import type { Core } from "./core.ts";
import type { Templates } from "./templates.ts";

/** Files of a project by their path in it. */
export type ProjectFiles = Map<string, string | Uint8Array>;

/** In a layer: texts for `{{names}}`. */
const FACTS = "_facts.json";

/** What is different with each runtime, in a word or a line. */
export function runtimeFacts({ files }: Templates, runtime: RuntimeName): Readonly<Record<string, string>> {
  return JSON.parse(files[`runtimes/${runtime}/${FACTS}`] ?? "{}");
}

/**
 * Makes the files of a new project.
 *
 * They come in layers: what all projects have, what those of the runtime have, those of the template, and those of the
 * template on that runtime. A file of a later layer takes the place of one before; an empty one takes it away. A file whose
 * name begins with `_` is not of the project: its text stands wherever another says its name, as `{{name}}`.
 *
 * @param core Where the project gets the framework from.
 * @throws {Error} If a template says a name that nothing stands for.
 */
export function projectFiles(
  choices: Choices,
  { templates, core }: { templates: Templates; core: Core },
): ProjectFiles {
  const { template, runtime } = choices;
  const names = new Map(Object.entries(namesOf(choices, { templates, core })));
  const texts = new Map<string, string>();
  for (const layer of ["common", `runtimes/${runtime}`, template, `${template}-${runtime}`]) {
    for (const [path, text] of filesIn(templates, layer)) {
      if (path === FACTS) Object.entries<string>(JSON.parse(text)).forEach(([name, fact]) => names.set(name, fact));
      else if (path.startsWith("_")) names.set(path.slice(1, path.lastIndexOf(".")), text.trimEnd());
      else texts.set(path, text);
    }
  }
  const files: ProjectFiles = new Map(core.files);
  for (const [path, text] of texts) {
    if (text === "") continue;
    const filled = fill(text, names);
    files.set(path, path.endsWith(".md") ? alignTables(filled) : filled);
  }
  return withLinks(files, core);
}

/** The files of a layer by their path in it. */
function filesIn({ files }: Templates, layer: string): [path: string, text: string][] {
  const prefix = `${layer}/`;
  return Object.entries(files).flatMap(([path, text]) =>
    path.startsWith(prefix) ? [[path.slice(prefix.length), text]] : []
  );
}

function namesOf(
  { name, port }: Choices,
  { templates: { ranges }, core }: { templates: Templates; core: Core },
): Record<string, string> {
  return {
    name,
    NAME: name.toUpperCase(),
    // As alerts are called.
    Name: name.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(""),
    // As the build presets call files and services.
    program: `${name}_exporter`,
    package: `${name.replaceAll("_", "-").replace(/-+$/, "")}-exporter`,
    port: String(port),
    core: core.range,
    ...ranges,
  };
}

/** Texts that stand for names may say names too. */
function fill(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const found = names.get(name);
    if (found === undefined) throw new Error(`Cannot make the project: nothing stands for {{${name}}}`);
    return fill(found, names);
  });
}

/** Deno takes packages from folders, not from tarballs. */
function withLinks(files: ProjectFiles, { links }: Core): ProjectFiles {
  const manifest = files.get("deno.json");
  if (links === undefined || typeof manifest !== "string") return files;
  const { imports, ...rest } = JSON.parse(manifest);
  return files.set("deno.json", `${JSON.stringify({ imports, links, ...rest }, null, 2)}\n`);
}
