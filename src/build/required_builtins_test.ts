import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { bundleFile } from "./bundle.ts";
import { facts as node } from "./presets/node/facts.ts";
import { facts as workers } from "./presets/workers/facts.ts";

/** What a script that is CommonJS imports for a runtime, and its code. */
async function bundled(source: string, facts: typeof node) {
  const folder = await mkdtemp(join(tmpdir(), "exporterkit-required-"));
  try {
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "entry.cjs"), source);
    return await bundleFile(join(folder, "entry.cjs"), facts);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("what a CommonJS package requires", () => {
  const source = 'const { join } = require("path");\n' +
    'let more;\ntry { more = require("not-installed-here"); } catch {}\nmodule.exports = join("a", "b");\n';

  it("is imported in a Worker, and what is not installed is left out", async () => {
    const { code, imports } = await bundled(source, workers);
    assert.deepEqual(imports, ["node:path"]);
    assert.match(code, /import \w+ from ?"node:path"/);
    assert.doesNotMatch(code, /createRequire/);
  });

  it("is asked of Node by Node's own means", async () => {
    const { code } = await bundled(source, node);
    assert.match(code, /^import \{ createRequire as __createRequire \} from "node:module";$/m);
  });
});
