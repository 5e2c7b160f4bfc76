import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { build, PRESET_NAMES, type PresetName } from "./build.ts";

const HELLO = new URL("../../examples/hello/exporter.ts", import.meta.url);

describe("build()", () => {
  let out: string;
  before(async () => {
    out = await mkdtemp(join(tmpdir(), "exporterkit-test-"));
  });
  after(() => rm(out, { recursive: true }));

  it("writes each preset to its folder, in the order asked for, and says so before", async () => {
    const begun: string[] = [];
    const presets = ["kubernetes", "node", "kubernetes"] as const;
    const artifacts = await build(HELLO, { presets, out, onBegin: (preset) => void begun.push(preset) });
    assert.deepEqual(artifacts.map(({ preset }) => preset), ["kubernetes", "node"]);
    assert.deepEqual(begun, ["kubernetes", "node"]);
    for (const { folder, notes: _, gzipBytes, ...artifact } of artifacts) {
      assert.equal(folder, join(out, artifact.preset));
      assert.ok(gzipBytes > 0 && gzipBytes < artifact.bytes);
      assert.deepEqual(JSON.parse(await readFile(join(folder, "artifact.json"), "utf8")), artifact);
      for (const { path, bytes } of artifact.files) assert.equal((await readFile(join(folder, path))).length, bytes);
    }
  });

  it("rejects a preset that there is not, and names those there are", async () => {
    const options = { presets: ["windows" as PresetName], out };
    await assert.rejects(build(HELLO, options), {
      name: "TypeError",
      message: `Cannot build preset "windows": there are ${PRESET_NAMES.join(", ")}`,
    });
  });

  it("rejects a file that exports no exporter, one that cannot be loaded and one that is not there", async () => {
    const cases = [
      ["export default 1;", /its default export has none, .* export default serve\(exporter, import\.meta\)$/],
      ['throw new Error("no luck");', /loading it failed: no luck$/],
      [undefined, /Cannot bundle .*none\.mjs/],
    ] as const;
    for (const [code, message] of cases) {
      const path = join(out, code === undefined ? "none.mjs" : "some.mjs");
      if (code !== undefined) await writeFile(path, code);
      await assert.rejects(build(path, { presets: ["node"], out }), { message });
    }
  });

  it("says that an exporter which declares nothing gets nothing", async () => {
    const path = join(out, "bare.mjs");
    await writeFile(path, 'export default { exporter: { name: "x", version: "1.0.0", port: 1, collectors: {} } };');
    const [artifact] = await build(path, { presets: ["node"], out });
    assert.deepEqual(artifact?.notes, ["the exporter declares no permissions, so that it gets none"]);
    const [declared] = await build(HELLO, { presets: ["node"], out });
    assert.deepEqual(declared?.notes, []);
  });
});
