import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes } from "../_programs.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";
import { emptyProject, npm } from "./_projects.ts";

describe("@exporterkit/core/prom-client bundled for Workers", { ...needsCarriedRuntimes(), ...npm }, () => {
  it("answers with a metric of the program", async (t) => {
    const { folder } = await emptyProject();
    await Deno.copyFile(new URL("testdata/worker.mjs", import.meta.url), `${folder}/worker.mjs`);
    const code = await bundleForWorkers(folder, { entryPoints: ["worker.mjs"], minify: true });
    t.diagnostic(`the Worker has ${gzipSync(code, { level: 9 }).length} bytes after gzip`);
    await using worker = await startWorker(code);
    const { status, headers, text } = await ask(`${worker.url}/metrics`);
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert.match(text, /^requests_total\{path="\/metrics"\} 1$/m);
  });
});
