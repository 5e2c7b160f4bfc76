import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Exporter } from "../exporter/definition.ts";
import { bundleFile } from "./bundle.ts";
import { ownFacts } from "./own_runtime.ts";

/**
 * Reads what an exporter's file describes. The file is bundled first: that is what will be deployed, and even a Node that
 * reads no TypeScript can load it.
 *
 * @param entry Absolute path of the file.
 * @throws {Error} If the file cannot be bundled or loaded, or its default export carries no exporter.
 */
export async function readExporter(entry: string): Promise<Exporter> {
  const { code } = await bundleFile(entry, ownFacts());
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-"));
  try {
    const path = join(folder, "exporter.mjs");
    await writeFile(path, code);
    const { default: served } = await load(entry, path);
    const exporter = (served as { exporter?: Exporter } | undefined)?.exporter;
    if (exporter?.collectors !== undefined) return exporter;
    throw new Error(
      `Cannot read the exporter of ${entry}: its default export has none, ` +
        "the file should end with: export default serve(exporter, import.meta)",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function load(entry: string, path: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`Cannot read the exporter of ${entry}: loading it failed: ${why}`, { cause });
  }
}
