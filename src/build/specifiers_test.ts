import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { bareSpecifiers, importedPaths, packageOf } from "./specifiers.ts";

describe("bareSpecifiers()", () => {
  const cases: [source: string, specifiers: string[]][] = [
    ['import { Hono } from "hono/tiny";', ["hono/tiny"]],
    ['import {\n  a,\n  b,\n} from "@exporterkit/core";', ["@exporterkit/core"]],
    ['/** What it is. */ export { a } from "a";', ["a"]],
    ["import \"polyfill\";\nimport * as b from 'b';", ["polyfill", "b"]],
    ['export type C = import("c").C;\nawait import("d");', ["c", "d"]],
    ['import { a } from "./a.js";\nimport b from "../b.js";', []],
    ['/**\n * import { x } from "example";\n */ export const y = 1;', []],
    ['import "#runtime";\nimport fs from "node:fs";', ["#runtime", "node:fs"]],
  ];
  for (const [source, specifiers] of cases) {
    it(`finds ${specifiers.join(" and ") || "nothing"} in ${JSON.stringify(source)}`, () => {
      assert.deepEqual(bareSpecifiers(source), specifiers);
    });
  }
});

describe("importedPaths()", () => {
  it("lists what is imported and re-exported by path, each once", () => {
    const source = 'import type { A } from "./a.js";\nexport * from "../b.js";\nexport type C = import("./a.js").C;\n';
    assert.deepEqual(importedPaths(`import { Hono } from "hono";\n${source}`), ["./a.js", "../b.js"]);
  });
});

describe("packageOf()", () => {
  it("cuts off the subpath", () => {
    assert.equal(packageOf("hono/tiny"), "hono");
    assert.equal(packageOf("@exporterkit/core/http"), "@exporterkit/core");
    assert.equal(packageOf("valibot"), "valibot");
  });
});
