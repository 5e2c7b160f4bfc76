import { after, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Code that is there for one kind of metric only. */
const OF_ONE_KIND = ["src/model/digest.ts", "src/model/digest_window.ts", "src/model/native_series.ts"];

/** How many bytes of these files a bundle holds that defines one metric. */
async function bytesIn(kind: string): Promise<Record<string, number>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    stdin: {
      contents: `import { ${kind}, Registry } from "./src/metrics/mod.ts";
        new Registry().add(${kind}("x_total", "X."));`,
      resolveDir: ROOT,
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  return Object.fromEntries(OF_ONE_KIND.map((file) => [file, output!.inputs[file]?.bytesInOutput ?? 0]));
}

describe("a bundle", () => {
  after(() => stop());

  it("has no code of kinds that it does not define", async () => {
    // What stays are empty arrays.
    for (const [file, bytes] of Object.entries(await bytesIn("counter"))) assert.ok(bytes < 60, `${file}: ${bytes}`);
    assert.ok((await bytesIn("histogram"))["src/model/digest.ts"]! < 60);
    assert.ok((await bytesIn("summary"))["src/model/native_series.ts"]! < 60);
  });

  it("has the code of the kind that it defines", async () => {
    assert.ok((await bytesIn("summary"))["src/model/digest.ts"]! > 1000);
    assert.ok((await bytesIn("histogram"))["src/model/native_series.ts"]! > 1000);
  });
});
