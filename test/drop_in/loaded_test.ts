import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { runToEnd } from "../_process.ts";
import { carriedRuntime, findProgram, needsCarriedRuntimes } from "../_programs.ts";
import { emptyProject, nodeProgram, npm } from "./_projects.ts";

/** The Nodes to load it with, by what they are called in a title. */
const NODES: [string, () => string][] = [
  ["the Node on the PATH", () => findProgram("node") ?? "node"],
  ["the carried Node", () => carriedRuntime("node").path],
];

for (const [name, path] of NODES) {
  describe(`@exporterkit/core/prom-client loaded by ${name}`, { ...needsCarriedRuntimes(), ...npm }, () => {
    it("has the same names by require() and by import", async () => {
      const said = await bothWays(path());
      assert.ok(said.required.includes("contentType"));
      assert.deepEqual(said.default.toSorted(), said.required.toSorted());
      assert.deepEqual(said.imported.toSorted(), [...said.required, "default"].toSorted());
      assert.equal(said.isAlsoDefault, true);
    });

    it("has these names even when the CommonJS file is imported", async () => {
      const { required, importedCommonJs } = await bothWays(path());
      assert.deepEqual(required.filter((name) => !importedCommonJs.includes(name)), []);
    });

    it("counts in one registry however it is loaded", async () => {
      const { scrapes } = await bothWays(path());
      assert.match(scrapes.imported, /^required_total 2$/m);
      assert.match(scrapes.imported, /^imported_total 3$/m);
      assert.equal(scrapes.required, scrapes.imported);
      assert.equal(scrapes.default, scrapes.imported);
    });

    it("can be replaced by test doubles when it is required", async () => {
      assert.equal((await bothWays(path())).mocked, "mocked");
    });
  });
}

/** What `testdata/both_ways.cjs` says. */
interface BothWays {
  readonly required: string[];
  readonly imported: string[];
  readonly default: string[];
  readonly importedCommonJs: string[];
  readonly isAlsoDefault: boolean;
  readonly mocked: unknown;
  readonly scrapes: Readonly<Record<"required" | "imported" | "default", string>>;
}

async function bothWays(node: string): Promise<BothWays> {
  const program = await nodeProgram("both_ways.cjs", await emptyProject());
  const { stdout, stderr } = await runToEnd({ ...program, path: node });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}
