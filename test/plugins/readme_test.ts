import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { exporterOf, readmeOf, withTables } from "./_readme.ts";

const FOLDER = new URL("../../plugins/", import.meta.url);
const PLUGINS = readdirSync(FOLDER).filter((plugin) =>
  /<!-- begin settings -->/.test(readFileSync(readmeOf(plugin), "utf8"))
);

describe("the README of a plugin", () => {
  for (const plugin of PLUGINS) {
    it(`${plugin}/README.md has the tables that its exporter gives`, async () => {
      const readme = await Deno.readTextFile(readmeOf(plugin));
      const written = withTables(readme, await exporterOf(plugin));
      assert.equal(readme, written, `run: deno run -A test/plugins/_readme.ts ${plugin}`);
    });
  }

  it("is not written without marks for its tables", async () => {
    const exporter = await exporterOf(PLUGINS[0]!);
    assert.throws(() => withTables("# No marks\n", exporter), /README.md has no <!-- begin settings -->/);
  });
});
