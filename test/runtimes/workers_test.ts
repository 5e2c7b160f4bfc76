import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { build, stop } from "esbuild";
import { Miniflare } from "miniflare";
import { carriedWorkerd, needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { describeRuntime, type Started } from "./suite.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

/** A fixed day, so that the same platform answers whenever the test runs; no flags, so no `nodejs_compat`. */
const COMPATIBILITY_DATE = "2026-01-01";

describeRuntime({
  name: "workers",
  needs,
  // An isolate is not told what runs it.
  version: () => "",
  startHello,
});

describe("hello bundled for Workers", needs, () => {
  it("is run by the workerd that the npm package carries", () => {
    assert.match(carriedWorkerd().version, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(carriedWorkerd().version >= COMPATIBILITY_DATE);
  });

  it("has nothing of Node inside", async () => {
    assert.doesNotMatch(await bundle(), /\bnode:|@hono\/node-server/);
  });
});

async function startHello(): Promise<Started> {
  // Read by miniflare when it starts the program.
  Deno.env.set("MINIFLARE_WORKERD_PATH", carriedWorkerd().path);
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "hello.js", contents: await bundle() }],
    compatibilityDate: COMPATIBILITY_DATE,
    // No look-up of where this machine is.
    cf: false,
    host: "127.0.0.1",
    port: 0,
  });
  const url = await miniflare.ready;
  return { url: url.origin, stop: () => miniflare.dispose() };
}

/** What `wrangler deploy` would upload. A `node:` import is an error here, not left for the platform to refuse. */
async function bundle(): Promise<string> {
  const { folder } = await installedProject();
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: ["hello.ts"],
      bundle: true,
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
