import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { runToEnd } from "../_process.ts";
import { findProgram } from "../_programs.ts";
import type { Project } from "../_shared.ts";
import { type Compiler, emptyProject, npm, overriddenProject } from "./_projects.ts";

interface Compilation {
  readonly compiler: Compiler;
  /** Of the `package.json` beside the files. */
  readonly type: "module" | "commonjs";
  readonly options: Readonly<Record<string, unknown>>;
  /** Texts by file name. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The kinds of project in which `typedSource` has to compile. */
const PROJECTS: ({ readonly title: string } & Omit<Compilation, "sources">)[] = [
  { title: "an ES module under node16", compiler: "typescript-5", type: "module", options: { module: "node16" } },
  { title: "CommonJS under node16", compiler: "typescript-5", type: "commonjs", options: { module: "node16" } },
  { title: "an ES module under nodenext", compiler: "typescript-7", type: "module", options: { module: "nodenext" } },
  { title: "CommonJS under nodenext", compiler: "typescript-7", type: "commonjs", options: { module: "nodenext" } },
  {
    title: "a bundled program",
    compiler: "typescript-7",
    type: "module",
    options: { module: "esnext", moduleResolution: "bundler" },
  },
  {
    title: "CommonJS where package exports are unknown",
    compiler: "typescript-5",
    type: "commonjs",
    options: { module: "commonjs", moduleResolution: "node10", esModuleInterop: true },
  },
];

describe("the types of the drop-in", npm, () => {
  for (const { title, ...compilation } of PROJECTS) {
    it(`fit ${title}`, async () => {
      const sources = {
        "direct.ts": typedSource("@exporterkit/core/prom-client"),
        "alias.ts": typedSource("@exporterkit/prom-client"),
      };
      assert.equal(await compile(await emptyProject(), { ...compilation, sources }), "");
    });
  }

  it("know the label names of a metric", async () => {
    const source = `${typedSource("@exporterkit/core/prom-client")}jobs.inc({ quue: "web" });\n`;
    const errors = await compile(await emptyProject(), {
      compiler: "typescript-5",
      type: "commonjs",
      options: { module: "node16" },
      sources: { "wrong.ts": source },
    });
    assert.match(errors, /^wrong\.ts\(\d+,\d+\): error TS\d+: [^]*quue/);
    assert.equal(errors.match(/error TS/g)?.length, 1, errors);
  });

  it("are those that dependents ask for, however either is loaded", async () => {
    const source = `import promBundle from "express-prom-bundle";
import { prometheus } from "@hono/prometheus";
import { Registry } from "prom-client";
const registry = new Registry();
export const middlewares = [promBundle({ promRegistry: registry }), prometheus({ registry }).registerMetrics];
`;
    const errors = await compile(await overriddenProject(), {
      compiler: "typescript-5",
      type: "module",
      // The declarations of the dependents are not ours to check.
      options: { module: "node16", skipLibCheck: true },
      sources: { "imported.mts": source, "required.cts": source },
    });
    assert.equal(errors, "");
  });
});

/** Loads the drop-in by its names, as a whole and by its default, and uses what it has. */
function typedSource(specifier: string): string {
  return `import client, { Counter, register, type Registry } from "${specifier}";
import * as everything from "${specifier}";
const registry: Registry = register;
const jobs: Counter<"queue"> = new Counter({
  name: "jobs_total",
  help: "Jobs done.",
  labelNames: ["queue"],
  registers: [registry, client.register, everything.register],
});
jobs.inc({ queue: "mail" });
export const contentType: string = client.contentType + everything.contentType;
`;
}

/** What the compiler has to say about files in a folder of their own. */
async function compile({ folder }: Project, { compiler, type, options, sources }: Compilation): Promise<string> {
  const own = await Deno.makeTempDir({ dir: folder, prefix: "typed-" });
  const compilerOptions = {
    strict: true,
    target: "es2022",
    noEmit: true,
    types: [],
    // All declarations of packages are checked; only those of the compiler itself are not.
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    ...options,
  };
  const files = {
    "package.json": JSON.stringify({ type }),
    "tsconfig.json": JSON.stringify({ compilerOptions, files: Object.keys(sources) }),
    ...sources,
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${own}/${name}`, text);
  const tsc = `${folder}/node_modules/${compiler}/bin/tsc`;
  const { stdout, stderr } = await runToEnd({ path: findProgram("node") ?? "node", args: [tsc], cwd: own });
  return stdout + stderr;
}
