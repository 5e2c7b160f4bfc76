import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { findCore } from "./core.ts";

describe("findCore()", () => {
  let folder: string;
  let tarball: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "core-"));
    tarball = join(folder, "core-1.2.3.tgz");
    const files = [
      { name: "package/package.json", data: '{ "version": "1.2.3" }' },
      { name: "package/src/mod.js", data: "export {};" },
    ];
    await writeFile(tarball, gzipSync(createTar(files)));
  });
  after(() => rm(folder, { recursive: true }));

  it("takes versions as they are", async () => {
    assert.deepEqual(await findCore("^0.1.0", "deno"), { range: "^0.1.0", files: new Map() });
    assert.equal((await findCore("latest", "node")).range, "latest");
  });

  it("lets a project carry a tarball", async () => {
    const { range, files, links } = await findCore(tarball, "node");
    assert.deepEqual([range, [...files.keys()], links], [
      "file:vendor/exporterkit-core.tgz",
      ["vendor/exporterkit-core.tgz"],
      undefined,
    ]);
  });

  it("unpacks a tarball for Deno, which links the folder", async () => {
    const { range, files, links } = await findCore(tarball, "deno");
    assert.deepEqual([range, links], ["^1.2.3", ["./vendor/exporterkit-core"]]);
    assert.deepEqual([...files.keys()], ["vendor/exporterkit-core/package.json", "vendor/exporterkit-core/src/mod.js"]);
    assert.equal(new TextDecoder().decode(files.get("vendor/exporterkit-core/src/mod.js")), "export {};");
  });

  it("says which tarball it cannot read", async () => {
    await assert.rejects(
      findCore("/nowhere/core.tgz", "bun"),
      /^Error: Cannot read the tarball \/nowhere\/core\.tgz: /,
    );
  });

  it("refuses a tarball that is no package, or would be unpacked elsewhere", async () => {
    const other = join(folder, "other.tgz");
    const cases: [path: string, message: RegExp][] = [
      ["package/readme", /Cannot use .*other\.tgz: it is no package/],
      ["readme", /Cannot use .*other\.tgz: readme in it is not of the package/],
      ["package/../../exporter.ts", /Cannot use .*other\.tgz: .*exporter\.ts in it is not of the package/],
    ];
    for (const [name, message] of cases) {
      await writeFile(other, gzipSync(createTar([{ name, data: "no" }])));
      await assert.rejects(findCore(other, "deno"), message);
    }
  });

  it("says which file is no tarball", async () => {
    const other = join(folder, "text.tgz");
    await writeFile(other, "no");
    await assert.rejects(findCore(other, "deno"), /Cannot read the tarball .*text\.tgz: /);
  });
});
