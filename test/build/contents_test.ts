/** What gets into an artifact, read from the comments that name the files it is made of. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path/posix";
import { describe, it } from "node:test";
import type { PresetName } from "../../src/build/mod.ts";
import { artifactOf, buildProject, ENTRIES, needsBuild } from "./_project.ts";

const WORKBENCH = ["build", "cli", "create", "lint", "testing"];

async function filesIn(name: keyof typeof ENTRIES, preset: PresetName): Promise<string[]> {
  const { folder, files } = await artifactOf(name, preset);
  const script = files.find(({ path }) => /\.m?js$/.test(path))?.path;
  const code = await Deno.readTextFile(`${folder}/${script}`);
  const paths = [...code.matchAll(/^\/\/ (\S+\.(?:ts|m?js))$/gm)].map(([, path = ""]) => path);
  // They are told from the folder of the entry.
  return [...new Set(paths.map((path) => join(dirname(ENTRIES[name]), path)))];
}

/** The packages that these files are of, and the rooms of the framework. */
function summaryOf(files: readonly string[]): { packages: string[]; rooms: string[] } {
  const all = files.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)/.exec(path) ?? [path, "", path]);
  const rooms = all.filter(([, name]) => name === "@exporterkit/core").map(([, , path = ""]) =>
    path.split("/")[1] ?? ""
  );
  return { packages: [...new Set(all.map(([, name = ""]) => name))].sort(), rooms: [...new Set(rooms)].sort() };
}

describe("an artifact", needsBuild, () => {
  for (const preset of ["node", "deno", "container", "systemd"] as const) {
    it(`of hello for ${preset} holds hello, the framework's shipped half and what that imports`, async () => {
      const { packages, rooms } = summaryOf(await filesIn("hello", preset));
      const { dependencies } = JSON.parse(
        await Deno.readTextFile(`${await buildProject()}/node_modules/@exporterkit/core/package.json`),
      );
      const allowed = ["", "@exporterkit/core", ...Object.keys(dependencies)];
      assert.deepEqual(packages.filter((name) => !allowed.includes(name)), []);
      assert.ok(
        ["exporter", "exposition", "http", "metrics", "runtime"].every((room) => rooms.includes(room)),
        `${rooms}`,
      );
      assert.deepEqual(rooms.filter((room) => WORKBENCH.includes(room) || ["prom_client", "push"].includes(room)), []);
    });
  }

  it("of hello holds the part of the framework that its runtime listens with, and no other", async () => {
    const platforms = (files: string[]) => files.map((path) => /runtime\/(bun|deno|node|workers)\.js$/.exec(path)?.[1]);
    assert.deepEqual(platforms(await filesIn("hello", "node")).filter(Boolean), ["node"]);
    assert.deepEqual(platforms(await filesIn("hello", "deno")).filter(Boolean), ["deno"]);
  });

  it("of the host exporter holds the host exporter", async () => {
    const { packages } = summaryOf(await filesIn("node", "node"));
    assert.ok(packages.includes("@exporterkit/node-exporter"), `${packages}`);
    assert.equal(packages.includes(""), false);
  });
});
