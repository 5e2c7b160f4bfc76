import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type BundleFacts, bundleFile } from "./bundle.ts";
import { isDenoProject } from "./deno_resolution.ts";

const FACTS: BundleFacts = { runtime: "node", conditions: ["node", "import"], target: "node20" };

/** A workspace with a mapped import, a platform import and an npm package that has a CommonJS dependency. */
const FILES = {
  "deno.json": JSON.stringify({
    workspace: ["./member"],
    nodeModulesDir: "manual",
    imports: { "mapped": "./lib/mapped.ts", "#runtime": "./lib/deno.ts", "pack": "npm:pack@^1.0.0" },
  }),
  "package.json": JSON.stringify({ dependencies: { pack: "1.0.0" } }),
  "member/deno.json": JSON.stringify({ name: "@t/member", version: "1.0.0", exports: "./mod.ts" }),
  "member/mod.ts": 'export const member: string = "the member";\n',
  "lib/mapped.ts": 'export { platform } from "#runtime";\nexport const mapped = "the mapped file";\n',
  "lib/deno.ts": 'export const platform = "for Deno";\n',
  "lib/node.ts": 'export const platform = "for Node";\n',
  "lib/unused.ts": 'export const unused = "nobody imports this";\n',
  "node_modules/pack/package.json": JSON.stringify({
    name: "pack",
    version: "1.0.0",
    exports: { "./sub": { node: "./sub.mjs", default: "./never.js" } },
  }),
  "node_modules/pack/sub.mjs": 'export { default } from "old";\n',
  "node_modules/old/package.json": JSON.stringify({ name: "old", version: "1.0.0", main: "./main.js" }),
  "node_modules/old/main.js": 'module.exports = require("path").posix.join("the", "package");\n',
  "entry.ts": `import { member } from "@t/member";
import { mapped, platform } from "mapped";
import old from "pack/sub";
console.log(JSON.stringify([member, mapped, platform, old]));
`,
};

describe("denoResolution()", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-test-"));
    for (const [path, text] of Object.entries(FILES)) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("finds what an import map, a workspace and npm lead to, for the runtime that is bundled for", async () => {
    const { code, inputs, imports } = await bundleFile(join(folder, "entry.ts"), FACTS);
    await writeFile(join(folder, "bundle.mjs"), code);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "bundle.mjs"],
      cwd: folder,
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.ok(said.startsWith("["), new TextDecoder().decode(stderr));
    assert.deepEqual(JSON.parse(said), ["the member", "the mapped file", "for Node", "the/package"]);
    assert.deepEqual(inputs, [
      "entry.ts",
      "lib/mapped.ts",
      "lib/node.ts",
      "member/mod.ts",
      "node_modules/old/main.js",
      "node_modules/pack/sub.mjs",
    ]);
    assert.deepEqual(imports, ["path"]);
  });

  it("says which import leads nowhere", async () => {
    await writeFile(join(folder, "wrong.ts"), 'import "./absent.ts";\n');
    await assert.rejects(bundleFile(join(folder, "wrong.ts"), FACTS), /^Error: Cannot .*wrong\.ts: .*absent\.ts/s);
  });
});

describe("isDenoProject()", () => {
  it("goes by the nearest manifest", () => {
    const root = new URL("../../", import.meta.url).pathname;
    assert.equal(isDenoProject(`${root}examples/hello/exporter.ts`), true);
    assert.equal(isDenoProject(`${root}node_modules/valibot/dist/index.mjs`), false);
  });
});
