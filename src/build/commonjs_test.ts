import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { addCommonJs } from "./commonjs.ts";

describe("addCommonJs()", () => {
  it("makes the default export itself what a require() gives", async () => {
    const files = facePackage();
    await addCommonJs(files, "./face");
    const exported = run(files.get("face/index.js") ?? "");
    assert.deepEqual(Object.keys(exported), ["Counter", "mode"]);
    assert.equal(Object.getOwnPropertyDescriptor(exported, "Counter")?.writable, true);
    assert.equal(exported.mode, "text");
    exported.mode = "protobuf";
    assert.equal(exported.mode, "PROTOBUF");
  });

  it("keeps strict mode and the names of classes", async () => {
    const files = facePackage();
    await addCommonJs(files, "./face");
    const { Counter } = run(files.get("face/index.js") ?? "") as { Counter: { name: string; receiver(): unknown } };
    assert.equal(Counter.name, "Counter");
    const { receiver } = Counter;
    assert.equal(receiver(), undefined);
  });

  it("names the types first and the import last among the conditions", async () => {
    const files = facePackage();
    await addCommonJs(files, "./face");
    const { exports } = JSON.parse(files.get("package.json") ?? "");
    assert.deepEqual(Object.entries(exports["./face"]), [
      ["types", "./face/index.d.ts"],
      ["require", "./face/index.js"],
      ["import", "./src/face/mod.js"],
      ["default", "./src/face/mod.js"],
    ]);
    assert.deepEqual(exports["."], { types: "./src/mod.d.ts", default: "./src/mod.js" });
  });

  it("makes its folder a CommonJS package with the types that the export reaches", async () => {
    const files = facePackage();
    await addCommonJs(files, "./face");
    assert.deepEqual([...files.keys()].filter((path) => path.startsWith("face/")).sort(), [
      "face/index.d.ts",
      "face/index.js",
      "face/package.json",
      "face/src/face/mod.d.ts",
      "face/src/model/column.d.ts",
    ]);
    assert.deepEqual(JSON.parse(files.get("face/package.json") ?? ""), {
      type: "commonjs",
      main: "./index.js",
      types: "./index.d.ts",
    });
    assert.equal(files.get("face/index.d.ts"), 'export * from "./src/face/mod.js";\n');
  });

  it("rejects an export that is not there", async () => {
    await assert.rejects(addCommonJs(facePackage(), "./mask"), {
      message: 'Cannot build "./mask" as CommonJS: package.json does not export it with types',
    });
  });

  it("rejects an export that imports from outside the package", async () => {
    const files = facePackage();
    files.set("src/model/column.js", 'import "node:fs";\nexport class Counter {}\n');
    await assert.rejects(addCommonJs(files, "./face"), /^Error: Cannot build "\.\/face" as CommonJS:[^]*"node:fs"/);
  });

  it("rejects an export without a default export", async () => {
    const files = facePackage();
    files.set("src/face/mod.js", "export const mode = 1;\n");
    await assert.rejects(addCommonJs(files, "./face"), /^Error: Cannot build "\.\/face" as CommonJS:[^]*"default"/);
  });
});

/** What `require()` would give of a file. */
function run(code: string): Record<string, unknown> {
  const module = { exports: {} };
  new Function("module", "exports", code)(module, module.exports);
  return module.exports;
}

function facePackage(): Map<string, string> {
  const exports = {
    ".": { types: "./src/mod.d.ts", default: "./src/mod.js" },
    "./face": { types: "./src/face/mod.d.ts", import: "./src/face/mod.js", default: "./src/face/mod.js" },
  };
  return new Map([
    ["package.json", JSON.stringify({ name: "core", version: "1.2.3", type: "module", exports })],
    ["src/mod.js", "export const other = 1;\n"],
    ["src/mod.d.ts", "export declare const other: number;\n"],
    [
      "src/face/mod.js",
      `import { Counter } from "../model/column.js";
let mode = "text";
export default { Counter, get mode() { return mode; }, set mode(value) { mode = value.toUpperCase(); } };
`,
    ],
    ["src/face/mod.d.ts", 'export { Counter } from "../model/column.js";\nexport declare let mode: string;\n'],
    [
      "src/model/column.js",
      `export class Counter { static all = [new Counter()]; }
Counter.receiver = receiver;
function receiver() { return this; }
`,
    ],
    ["src/model/column.d.ts", "export declare class Counter {}\n"],
  ]);
}
