import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { withTables } from "./_readme.ts";

describe("README.md", () => {
  it("README.md has the tables that schema and collector give", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    assert.equal(readme, withTables(readme), "run: deno run -A plugins/json_exporter/_readme.ts");
  });

  it("README.md has no table of what it does not mark", () => {
    assert.throws(() => withTables("# No marks\n"), /README.md has no <!-- begin keys -->/);
  });
});
