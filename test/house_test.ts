import { describe, it } from "node:test";
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/** The rooms from low to high, each with those it may import; `model` is open to all. */
const ROOMS: Record<string, readonly string[] | "any row above" | "anything"> = {
  model: [],
  log: [],
  settings: ["log"],
  network: [],
  exposition: [],
  metrics: [],
  collectors: ["metrics"],
  exporter: ["metrics", "settings", "log", "network"],
  discovery: [],
  http: ["metrics", "exporter", "exposition", "discovery", "settings", "log"],
  push: ["metrics", "exposition"],
  runtime: "any row above",
  prom_client: ["metrics", "exposition", "collectors", "push"],
  lint: [],
  testing: "any row above",
  build: ["exporter", "settings", "runtime"],
  cli: "anything",
  create: [],
};

/** What an artifact never carries. */
const WORKBENCH = ["lint", "testing", "build", "cli", "create"];

/** The rooms that may touch the platform; the others get what they need as arguments. */
const PLATFORM_ROOMS = ["runtime", "build", "cli", "create"];

/** The one file outside of them that may look whether a platform's global is there; it imports nothing of it either. */
const PLATFORM_LOOKUP = "prom_client/_builtins.ts";

/** Calls of what came with Node 21 to 24. */
const NEWER = new RegExp(
  [
    "Promise\\.(?:withResolvers|try)",
    "(?:Object|Map)\\.groupBy",
    "Array\\.fromAsync",
    "Iterator\\.(?:from|concat)",
    "\\b(?!Object\\.)[\\w)\\]]+\\.(?:keys|values|entries)\\(\\)\\.(?:map|filter|find|some|every|take|drop|flatMap|reduce|forEach|toArray)",
    "matchAll\\([^()]*\\)\\.(?:map|filter|find|some|every|take|drop|flatMap|reduce|forEach|toArray)",
    "\\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)",
    "RegExp\\.escape",
    "Error\\.isError",
    "Math\\.(?:sumPrecise|f16round)",
    "\\.(?:fromBase64|toBase64|fromHex|toHex)",
  ].map((call) => `${call}(?:<[^()]*>)?\\(`).join("|"),
  "g",
);

/** Tests, benchmarks and their helpers may import what they like; nothing else may import them. */
const FOR_TESTS = /(?:_test|_bench|\/_testing)\.ts$/;

interface SourceFile {
  /** Path below `src/`. */
  readonly path: string;
  readonly room: string;
  readonly code: string;
  /** Paths below `src/` of the files it imports, types included. */
  readonly imports: readonly string[];
}

const files = await readSources();

describe("the house", () => {
  it("has only known rooms, and mod.ts alone beside them", () => {
    const loose = files.filter(({ path }) => !path.includes("/")).map(({ path }) => path);
    assert.deepEqual(loose, ["mod.ts"]);
    const unknown = new Set(files.map(({ room }) => room).filter((room) => room !== "" && !(room in ROOMS)));
    assert.deepEqual([...unknown], []);
  });

  it("has rooms that import only what their row allows", () => {
    const wrong = arrows().filter(({ from, to }) => !mayImport(from.room, roomOf(to)));
    assert.deepEqual(wrong.map(({ from, to }) => `${from.path} imports ${to}`), []);
  });

  it("has no file that imports mod.ts of the package", () => {
    const wrong = arrows().filter(({ to }) => to === "mod.ts");
    assert.deepEqual(wrong.map(({ from }) => from.path), []);
  });

  it("has a shipped half that never imports the workbench", () => {
    const wrong = arrows().filter(({ from, to }) => !WORKBENCH.includes(from.room) && WORKBENCH.includes(roomOf(to)));
    assert.deepEqual(wrong.map(({ from, to }) => `${from.path} imports ${to}`), []);
  });

  it("has no import cycle between files", () => {
    assert.deepEqual(findCycle(new Map(files.map(({ path, imports }) => [path, imports]))), []);
  });

  it("imports only files that are there and not made for tests", () => {
    const paths = new Set(files.map(({ path }) => path));
    const wrong = arrows().filter(({ to }) => !paths.has(to));
    assert.deepEqual(wrong.map(({ from, to }) => `${from.path} imports ${to}`), []);
  });

  it("touches the platform in the rooms made for that only", () => {
    const wrong = files
      .filter(({ room }) => !PLATFORM_ROOMS.includes(room))
      .flatMap(({ path, code }) => {
        const uses = platformUses(code);
        const forbidden = path === PLATFORM_LOOKUP ? uses.filter((use) => use.startsWith("node:")) : uses;
        return forbidden.map((use) => `${path}: ${use}`);
      });
    assert.deepEqual(wrong, []);
  });

  it("calls nothing that Node 20 lacks in what it ships", async () => {
    const shipped = files.filter(({ room }) => !WORKBENCH.includes(room));
    const all = [...shipped, ...await pluginFiles()];
    assert.ok(all.length > 300);
    const wrong = all.flatMap(({ path, code }) =>
      (withoutComments(code).match(NEWER) ?? []).map((use) => `${path}: ${use}`)
    );
    assert.deepEqual(wrong, []);
  });

  it("has a lock file that names no host", async () => {
    const lock = await Deno.readTextFile(new URL("deno.lock", ROOT));
    assert.deepEqual(lock.match(/\w+:\/\/[^"]+/g) ?? [], []);
  });
});

describe("findCycle()", () => {
  it("names the files on the way round", () => {
    const graph = new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]]);
    assert.deepEqual(findCycle(graph), ["b", "d", "b"]);
  });
});

describe("platformUses()", () => {
  it("sees globals and imports, not words in comments, strings and names", () => {
    const code = [
      'import fs from "node:fs";',
      "const a = Deno.args, b = globalThis.process?.pid, c = Bun;",
      "// Deno.args and process.env",
      'const process_ = { process: "Deno.args" }; a.process.b; "process."',
      "/* Bun.serve */ const d = `node:fs ${process.pid}`;",
    ].join("\n");
    assert.deepEqual(platformUses(code), [
      "node:fs",
      "Deno.",
      "process?.",
      "Bun",
      "process.",
    ]);
  });
});

async function readSources(): Promise<SourceFile[]> {
  const src = new URL("src/", ROOT);
  const sources: SourceFile[] = [];
  for (const path of await listFiles(src, "")) {
    if (!path.endsWith(".ts") || FOR_TESTS.test(path)) continue;
    const code = await Deno.readTextFile(new URL(path, src));
    const imports = importedPaths(code)
      .map((specifier) => new URL(specifier, new URL(path, src)).href)
      .map((url) => url.startsWith(src.href) ? url.slice(src.href.length) : `outside: ${url.slice(ROOT.href.length)}`);
    sources.push({ path, room: roomOf(path), code, imports });
  }
  return sources;
}

async function pluginFiles(): Promise<Pick<SourceFile, "path" | "code">[]> {
  const plugins = new URL("plugins/", ROOT);
  const paths = (await listFiles(plugins, "")).filter((path) => path.endsWith(".ts") && !FOR_TESTS.test(path));
  return await Promise.all(
    paths.map(async (path) => ({ path, code: await Deno.readTextFile(new URL(path, plugins)) })),
  );
}

async function listFiles(folder: URL, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name === "testdata" || entry.name === "templates") continue;
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) paths.push(...await listFiles(new URL(`${entry.name}/`, folder), `${path}/`));
    else paths.push(path);
  }
  return paths.sort();
}

function importedPaths(code: string): string[] {
  const imports = withoutComments(code).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...imports].map(([, specifier = ""]) => specifier);
}

function roomOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

function arrows(): { from: SourceFile; to: string }[] {
  return files.flatMap((from) => from.imports.map((to) => ({ from, to })));
}

function mayImport(from: string, to: string): boolean {
  // `mod.ts` is the door of the package and opens every room.
  if (from === to || from === "" || to === "model") return true;
  const allowed = ROOMS[from];
  if (allowed === "anything") return true;
  if (allowed === "any row above") return order(to) >= 0 && order(to) < order(from);
  return allowed?.includes(to) ?? false;
}

function order(room: string): number {
  return Object.keys(ROOMS).indexOf(room);
}

/** The files along the first cycle found, its first file again at the end; empty without one. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  function visit(file: string, way: readonly string[]): string[] {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...way, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function platformUses(code: string): string[] {
  const bare = withoutComments(code);
  const inImports = [...bare.matchAll(/\b(?:from|import)\s*\(?\s*["'](node:[^"']+)["']/g)].map(([, name = ""]) => name);
  const inCode = [
    ...withoutStrings(bare).matchAll(/(?<![\w.$])(?:globalThis\.)?((?:Deno|Bun|process)\b(?!\s*:)(?:\??\.)?(\w*))/g),
  ]
    .map(([, use = "", member = ""]) => use.slice(0, use.length - member.length));
  return [...inImports, ...inCode];
}

function withoutComments(code: string): string {
  // Strings are matched too, so that a `//` or `/*` inside one is not taken for a comment.
  return code.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm,
    (_, string) => string ?? "",
  );
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}
