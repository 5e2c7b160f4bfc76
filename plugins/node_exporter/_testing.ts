import { type Collector, defineExporter, handler } from "@exporterkit/core";
import type * as v from "valibot";
import type { FileSystemStats, Host } from "./host.ts";
import { type NodeSettings, settings as schema } from "./settings.ts";

/** What a fake machine has at a path. Folders are there by themselves; one that is empty is `{ entries: [] }`. */
export type FakeFile =
  | string
  | { readonly text: string; readonly modifiedMs: number }
  | { readonly link: string }
  | { readonly entries: readonly string[] }
  | { readonly statfs: FileSystemStats }
  | { readonly error: string };

/** Makes a machine of what tests say about it. Everything else is not there. */
export function fakeHost(files: Readonly<Record<string, FakeFile>>, rest: Partial<Host> = {}): Host {
  function find(path: string): FakeFile {
    const file = files[follow(files, path)];
    if (file === undefined) throw failure("ENOENT", path);
    if (typeof file === "object" && "error" in file) throw failure(file.error, path);
    return file;
  }
  return {
    readText: (path) =>
      attempt(() => {
        const file = find(path);
        if (typeof file === "string") return file;
        if ("text" in file) return file.text;
        throw failure("EISDIR", path);
      }),
    list: (path) => attempt(() => entries(files, follow(files, path))),
    readLink: (path) =>
      attempt(() => {
        const file = files[path] ?? files[follow(files, path)];
        if (typeof file === "object" && "link" in file) return file.link;
        throw failure(file === undefined ? "ENOENT" : "EINVAL", path);
      }),
    modifiedMs: (path) =>
      attempt(() => {
        const file = find(path);
        return typeof file === "object" && "modifiedMs" in file ? file.modifiedMs : 0;
      }),
    statfs: (path) =>
      attempt(() => {
        const file = find(path);
        if (typeof file === "object" && "statfs" in file) return file.statfs;
        throw failure("ENOSYS", path);
      }),
    machine: () => "x86_64",
    timeZone: () => Promise.resolve({ name: "UTC", offsetSeconds: 0 }),
    ...rest,
  };
}

/**
 * What one scrape of a collector exposes, as text 0.0.4 without the exporter's metrics about itself.
 *
 * @throws Whatever the collector throws.
 */
export function expose<Metrics extends Collector["metrics"] & object>(
  collector: Collector<NodeSettings, undefined, Metrics>,
  settings: v.InferInput<typeof schema> = {},
): Promise<string> {
  return scraper(collector, settings)();
}

/** Makes a function that does what `expose` does, of one and the same exporter again and again. */
export function scraper<Metrics extends Collector["metrics"] & object>(
  collector: Collector<NodeSettings, undefined, Metrics>,
  settings: v.InferInput<typeof schema> = {},
): () => Promise<string> {
  const failures: unknown[] = [];
  const exporter = defineExporter({
    name: "node",
    version: "0.0.0",
    port: 9100,
    settings: schema,
    collectors: {
      tested: {
        ...collector,
        async collect(context) {
          try {
            await collector.collect(context);
          } catch (error) {
            failures.push(error);
            throw error;
          }
        },
      },
    },
  });
  const served = handler(exporter, { settings });
  return async () => {
    const answer = await served.fetch(new Request("http://localhost/metrics"));
    const text = await answer.text();
    if (failures.length > 0) throw failures.pop();
    if (!text.includes('node_scrape_collector_success{collector="tested"} 1\n')) {
      throw new Error(`Cannot collect: the exporter answered ${answer.status} and\n${text}`);
    }
    return text.split("\n").filter((line) => !/^(# \w+ )?(node_(scrape|exporter)_|process_)/.test(line)).join("\n");
  };
}

/** The lines of an exposition that are samples. */
export function samples(exposition: string): string[] {
  return exposition.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Replaces the symbolic links in a path, except the last part of links to nowhere. */
function follow(files: Readonly<Record<string, FakeFile>>, path: string): string {
  let real = "";
  for (const part of path.split("/").filter((part) => part !== "" && part !== ".")) {
    real = part === ".." ? real.slice(0, real.lastIndexOf("/")) : `${real}/${part}`;
    const file = files[real];
    if (typeof file === "object" && "link" in file) {
      const folder = real.slice(0, real.lastIndexOf("/"));
      real = follow(files, file.link.startsWith("/") ? file.link : `${folder}/${file.link}`);
    }
  }
  return real;
}

function entries(files: Readonly<Record<string, FakeFile>>, path: string): string[] {
  const folder = files[path];
  if (typeof folder === "object" && "error" in folder) throw failure(folder.error, path);
  if (typeof folder === "object" && "entries" in folder) return [...folder.entries];
  const names = Object.keys(files)
    .filter((file) => file.startsWith(`${path}/`))
    .map((file) => file.slice(path.length + 1).split("/")[0]!);
  if (names.length === 0) throw failure(folder === undefined ? "ENOENT" : "ENOTDIR", path);
  return [...new Set(names)].sort();
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code });
}

function attempt<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => resolve(act()));
}
