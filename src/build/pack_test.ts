import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { completePackage, type Member } from "./pack.ts";

const CORE: Member = {
  name: "@exporterkit/core",
  version: "1.2.3",
  folder: new URL("file:///repository/"),
  exports: { ".": "./src/mod.ts", "./node": "./src/runtime/node.ts" },
  imports: { "#runtime": "./src/runtime/deno.ts", hono: "npm:hono@^4" },
  isRoot: true,
};
const PLUGIN: Member = {
  name: "@exporterkit/weather-exporter",
  version: "0.4.0",
  folder: new URL("file:///repository/plugins/weather_exporter/"),
  exports: { ".": "./exporter.ts" },
  imports: {},
  isRoot: false,
};
const MEMBERS = [CORE, PLUGIN];

describe("completePackage()", () => {
  it("adds the platform conditions of # imports to the root", () => {
    const { manifest } = complete(corePackage(), CORE);
    assert.deepEqual(Object.entries(manifest.imports["#runtime"]), [
      ["workerd", "./src/runtime/workers.js"],
      ["deno", "./src/runtime/deno.js"],
      ["bun", "./src/runtime/bun.js"],
      ["node", "./src/runtime/node.js"],
      ["default", "./src/runtime/node.js"],
    ]);
  });

  it("leaves out the exports that are there only while packing", () => {
    const packed = corePackage();
    const exports = { ".": { import: "./src/mod.js" }, "./-/src/runtime/bun.ts": { import: "./src/runtime/bun.js" } };
    packed.set("package.json", JSON.stringify({ name: CORE.name, version: CORE.version, exports }));
    assert.deepEqual(Object.keys(complete(packed, CORE).manifest.exports), ["."]);
  });

  it("rejects a package whose platform file was not emitted", () => {
    const packed = corePackage();
    packed.delete("src/runtime/bun.js");
    assert.throws(() => completePackage(packed, CORE, MEMBERS), {
      message: 'Cannot pack "@exporterkit/core": package.json names ./src/runtime/bun.js, which deno pack did not emit',
    });
  });

  it("lists the members that a member imports beside what deno pack listed", () => {
    const { manifest } = complete(pluginPackage(), PLUGIN);
    assert.deepEqual(manifest.dependencies, { "@exporterkit/core": "^1.2.3", valibot: "^1.5.0" });
  });

  it("makes a plugin a program named after the package", () => {
    const { files, manifest } = complete(pluginPackage(), PLUGIN);
    assert.deepEqual(manifest.bin, { "weather-exporter": "exporter.js" });
    assert.equal(files.get("exporter.js")?.split("\n")[0], "#!/usr/bin/env node");
  });

  it("keeps the first line of a program that has one", () => {
    const packed = pluginPackage();
    packed.set("exporter.js", "#!/usr/bin/env -S node --enable-source-maps\nexport default 1;\n");
    const { files } = complete(packed, PLUGIN);
    assert.equal(files.get("exporter.js")?.match(/#!/g)?.length, 1);
  });

  it("declares the type of a program that deno pack gave none", () => {
    const { files, manifest } = complete(pluginPackage(), PLUGIN);
    assert.deepEqual(Object.entries(manifest.exports["."]), [
      ["types", "./exporter.d.ts"],
      ["import", "./exporter.js"],
    ]);
    assert.match(files.get("exporter.d.ts") ?? "", /^import type \{ serve \} from "@exporterkit\/core";\n/);
  });

  it("leaves out tests, benchmarks, test data and sources", () => {
    const packed = pluginPackage();
    for (
      const path of [
        "load_test.ts",
        "load_test.js",
        "load_test.d.ts",
        "load_bench.js",
        "testdata/a.js",
        "load.ts",
        "x.md",
      ]
    ) packed.set(path, "");
    const { files } = complete(packed, PLUGIN);
    assert.deepEqual([...files.keys()].sort(), ["README.md", "exporter.d.ts", "exporter.js", "package.json"]);
  });
});

function complete(packed: Map<string, string>, member: Member) {
  const files = completePackage(packed, member, MEMBERS);
  return { files, manifest: JSON.parse(files.get("package.json") ?? "") };
}

function corePackage(): Map<string, string> {
  const runtimes = ["deno", "node", "bun", "workers"].map((name) => `src/runtime/${name}.js`);
  return new Map([
    ["package.json", JSON.stringify({ name: CORE.name, version: CORE.version })],
    ...["src/mod.js", ...runtimes].map((path): [string, string] => [path, "export {};\n"]),
  ]);
}

function pluginPackage(): Map<string, string> {
  const manifest = {
    name: PLUGIN.name,
    version: PLUGIN.version,
    exports: { ".": { import: "./exporter.js" } },
    dependencies: { valibot: "^1.5.0" },
  };
  return new Map([
    ["package.json", JSON.stringify(manifest)],
    ["README.md", "# Weather\n"],
    [
      "exporter.js",
      'import { serve } from "@exporterkit/core";\nimport * as v from "valibot";\nexport default serve(v);\n',
    ],
  ]);
}
