import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { build, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { gzipSync } from "node:zlib";
import { ask } from "../_http.ts";
import { carriedWorkerd, needsCarriedRuntimes } from "../_programs.ts";
import { emptyProject, npm } from "./_projects.ts";

/** A fixed day, so that the same platform answers whenever the test runs; no flags, so no `nodejs_compat`. */
const COMPATIBILITY_DATE = "2026-01-01";

describe("@exporterkit/core/prom-client bundled for Workers", { ...needsCarriedRuntimes(), ...npm }, () => {
  it("answers with a metric of the program", async (t) => {
    const contents = await bundle();
    t.diagnostic(`the Worker has ${gzipSync(contents, { level: 9 }).length} bytes after gzip`);
    // Read by miniflare when it starts the program.
    Deno.env.set("MINIFLARE_WORKERD_PATH", carriedWorkerd().path);
    const miniflare = new Miniflare({
      modules: [{ type: "ESModule", path: "worker.js", contents }],
      compatibilityDate: COMPATIBILITY_DATE,
      // No look-up of where this machine is.
      cf: false,
      host: "127.0.0.1",
      port: 0,
    });
    try {
      const { status, headers, text } = await ask(new URL("/metrics", await miniflare.ready).href);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
      assert.match(text, /^requests_total\{path="\/metrics"\} 1$/m);
    } finally {
      await miniflare.dispose();
    }
  });
});

/** What `wrangler deploy --minify` would upload. A `node:` import is an error here, not left for the platform. */
async function bundle(): Promise<string> {
  const { folder } = await emptyProject();
  await Deno.copyFile(new URL("testdata/worker.mjs", import.meta.url), `${folder}/worker.mjs`);
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: ["worker.mjs"],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "neutral",
      conditions: ["workerd", "worker"],
      write: false,
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  } finally {
    await stop();
  }
}
