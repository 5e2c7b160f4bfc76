import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { handler } from "@exporterkit/core";
import { runToEnd } from "../_process.ts";
import { carriedRuntime, packageFolder } from "../_programs.ts";
import { COMPATIBILITY_DATE, startWorker } from "../_workers.ts";
import { samplesOf, scrape } from "./_exposition.ts";
import { artifactOf, buildProject, deployed, KV_ID, needsBuild, runExporterkit } from "./_project.ts";

/** What the Worker of hello may weigh, after gzip. */
const LIMIT_BYTES = 57_000;

describe("the workers artifact of hello", needsBuild, () => {
  it("starts in workerd as its wrangler.jsonc says, and gives the values of the source", async () => {
    const { folder } = await artifactOf("hello", "workers");
    const config = JSON.parse(await Deno.readTextFile(`${folder}/wrangler.jsonc`));
    assert.deepEqual([config.compatibility_flags, config.compatibility_date], [undefined, COMPATIBILITY_DATE]);
    const code = await Deno.readTextFile(`${folder}/${config.main}`);
    await using worker = await startWorker(code);
    const { default: { exporter } } = await import("../../examples/hello/exporter.ts");
    const source = await handler(exporter).fetch(new Request("http://localhost/metrics"));
    const lines = (await source.text()).split("\n").filter((line) => line.startsWith("hello_greeting_length_bytes{"));
    assert.equal(lines.length, 2);
    const families = await scrape(worker.url);
    assert.deepEqual(samplesOf(families, ["hello_greeting_length_bytes"]).hello_greeting_length_bytes, lines.sort());
  });

  it("is what wrangler would upload", async () => {
    await using copy = await deployed(await artifactOf("hello", "workers"));
    const out = `${copy.folder}/.upload`;
    const { code, stdout, stderr } = await runToEnd({
      path: carriedRuntime("node").path,
      args: [`${packageFolder("wrangler")}/bin/wrangler.js`, "deploy", "--dry-run", `--outdir=${out}`],
      cwd: copy.folder,
      env: { HOME: copy.folder, WRANGLER_SEND_METRICS: "false", CI: "true" },
    });
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stdout + stderr, /warning/i);
    assert.equal(await Deno.readTextFile(`${out}/worker.js`), await Deno.readTextFile(`${copy.folder}/worker.js`));
  });

  it("is small", async () => {
    const { folder } = await artifactOf("hello", "workers");
    const gzipBytes = gzipSync(await Deno.readFile(`${folder}/worker.js`)).length;
    console.log(`The Worker of hello: ${gzipBytes} bytes after gzip, ${LIMIT_BYTES} allowed`);
    assert.ok(gzipBytes <= LIMIT_BYTES, `it has ${gzipBytes} bytes after gzip, ${LIMIT_BYTES} are allowed`);
  });
});

describe("the workers artifact of an exporter that collects in the background", needsBuild, () => {
  it("is not built without a KV namespace", async () => {
    const { code, stderr } = await runExporterkit(await buildProject(), ["build", "background.ts", "--preset=workers"]);
    assert.equal(code, 1);
    assert.match(stderr, /^exporterkit build: Cannot build a Worker of exporter "background": .* as --kv-id$/m);
  });

  it("collects when its cron trigger says so, and keeps that in its namespace", async () => {
    await using copy = await deployed(await artifactOf("background", "workers"));
    const config = JSON.parse(await Deno.readTextFile(`${copy.folder}/wrangler.jsonc`));
    assert.deepEqual(config.triggers, { crons: ["*/5 * * * *"] });
    const [{ binding, id }] = config.kv_namespaces;
    assert.equal(id, KV_ID);
    const code = await Deno.readTextFile(`${copy.folder}/${config.main}`);
    const kv = { namespaces: { [binding]: id }, folder: `${copy.folder}/kv` };
    await using worker = await startWorker(code, { kv });
    assert.equal((await scrape(worker.url)).get("background_answer"), undefined);
    assert.equal(await worker.trigger(new Date("2026-01-01T00:05:00Z")), true);
    assert.deepEqual((await scrape(worker.url)).get("background_answer")?.samples, ["background_answer 42"]);
  });
});
