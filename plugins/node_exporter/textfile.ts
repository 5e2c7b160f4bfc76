import { defineCollector, gauge } from "@exporterkit/core";
import { type ParsedFamily, parseText } from "@exporterkit/core/exposition";
import { expandGlob } from "./_glob.ts";
import { mergeFamilies } from "./_merge_families.ts";
import { relay } from "./_relay.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects what other programs left in `*.prom` files: text 0.0.4 without timestamps. */
export function textfile(host: Host) {
  /** What the last run could not use: the log says it when it begins, not at each scrape. */
  let known: ReadonlySet<string> = new Set();
  return defineCollector<NodeSettings>()({
    help: "Metrics that other programs left in files.",
    metrics: {
      mtime: gauge(
        "node_textfile_mtime_seconds",
        "When a file of --collector.textfile.directory that could be read was last modified, in Unix time.",
        ["file"],
      ),
      scrapeError: gauge(
        "node_textfile_scrape_error",
        "Whether something in the folders of --collector.textfile.directory could not be used (1) or not (0).",
      ),
    },
    async collect({ settings, metrics, family, log }) {
      const { files, problems } = await readTextfiles(host, settings.collector.textfile.directory);
      for (const { path, modifiedMs } of files) metrics.mtime.set({ file: path }, Math.floor(modifiedMs / 1000));

      const merged = mergeFamilies(files);
      problems.push(...merged.problems);
      for (const found of merged.families) {
        try {
          relay(found, family);
        } catch (error) {
          problems.push(`Cannot use metric "${found.name}" of ${found.files.join(", ")}: ${(error as Error).message}`);
        }
      }
      problems.filter((problem) => !known.has(problem)).forEach((problem) => log.error(problem));
      known = new Set(problems);
      metrics.scrapeError.set(problems.length > 0 ? 1 : 0);
    },
  });
}

/** A file that could be read. */
export interface Textfile {
  readonly path: string;
  readonly modifiedMs: number;
  readonly families: readonly ParsedFamily[];
}

/** Reads all files of the folders that the patterns stand for; what cannot be read is said in words. */
async function readTextfiles(
  host: Host,
  patterns: readonly string[],
): Promise<{ files: Textfile[]; problems: string[] }> {
  const problems: string[] = [];
  const folders = await Promise.all(patterns.map(async (pattern) => {
    const found = await expandGlob(host, pattern);
    return found.length === 0 ? [pattern] : found;
  }));
  const files = await Promise.all([...new Set(folders.flat())].map(async (folder) => {
    const names = await attempt(host.list(folder), folder, problems) ?? [];
    const paths = names.filter((name) => name.endsWith(".prom")).map((name) => `${folder.replace(/\/+$/, "")}/${name}`);
    return await Promise.all(paths.map((path) => attempt(readTextfile(host, path), path, problems)));
  }));
  return { files: files.flat().filter((file) => file !== undefined), problems };
}

/** Reads one file; `undefined` where it went away meanwhile, as files that are replaced do. */
async function readTextfile(host: Host, path: string): Promise<Textfile | undefined> {
  const text = await ifPresent(host.readText(path));
  const modifiedMs = await ifPresent(host.modifiedMs(path));
  return text === undefined || modifiedMs === undefined
    ? undefined
    : { path, modifiedMs, families: parseTextfile(text) };
}

/**
 * Parses a file.
 *
 * @throws {SyntaxError} If it is no text 0.0.4.
 * @throws {RangeError} If a sample has a timestamp: only Prometheus may say when it was scraped.
 */
export function parseTextfile(text: string): ParsedFamily[] {
  const families = parseText(text);
  for (const { samples } of families) {
    const stamped = samples.find(({ timestampMs }) => timestampMs !== undefined);
    if (stamped === undefined) continue;
    throw new RangeError(
      `sample "${stamped.name}" has timestamp ${stamped.timestampMs}, expected none in the whole file`,
    );
  }
  return families;
}

async function attempt<T>(reading: Promise<T>, path: string, problems: string[]): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    problems.push(`Cannot read ${path}: ${(error as Error).message}`);
    return undefined;
  }
}
