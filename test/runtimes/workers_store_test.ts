/** Collectors with `every` on Workers: isolates that have nothing in common but a KV namespace. */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { decodeProtobuf } from "../conformance/_protobuf.ts";
import { bundleForWorkers, type RunningWorker, startWorker } from "../_workers.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };

/** What scrapes say that differs from isolate to isolate, or with time. */
const VARYING = /^stored_(isolate|scrape_collector_duration_seconds|exporter_build_info)\b.*\n/gm;
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
const MINUTE_MS = 60_000;

describe("a collector with a KV namespace on Workers", needs, () => {
  let folder: string;
  let code: string;
  let isHealthy = true;
  let asked = 0;
  let total = 100;
  let upstream: Deno.HttpServer<Deno.NetAddr>;
  const dueMs = Date.now() - Date.now() % MINUTE_MS;

  before(async () => {
    upstream = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      asked++;
      if (!isHealthy) return new Response("no", { status: 500 });
      return Response.json({ queues: { mail: total, "ü\n": 1e300 }, found: "stored_found" });
    });
    folder = await Deno.makeTempDir({ prefix: "exporterkit-kv-" });
    const project = await installedProject();
    code = await bundleForWorkers(project.folder, {
      entryPoints: ["stored.ts"],
      define: { UPSTREAM: JSON.stringify(`http://127.0.0.1:${upstream.addr.port}/`) },
    });
  });
  after(async () => {
    await upstream?.shutdown();
    if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  });

  /** An isolate of its own, in a process of its own. */
  function isolate(): Promise<RunningWorker> {
    return startWorker(code, { kv: { namespaces: { EXPORTERKIT_STORE: "samples" }, folder } });
  }

  it("shows nothing before the first trigger", async () => {
    await using worker = await isolate();
    const { status, text } = await ask(`${worker.url}/metrics`);
    assert.equal(status, 200);
    assert.match(text, /^stored_scrape_collector_success\{collector="jobs"\} 0$/m);
    assert.match(text, /^stored_scrape_collector_last_success_timestamp_seconds\{collector="jobs"\} 0$/m);
    assert.match(text, /^stored_isolate \d/m);
    assert.doesNotMatch(text, /^stored_jobs_total\{/m);
    assert.equal(asked, 0);
  });

  const formats = {
    text: "text/plain;version=0.0.4",
    OpenMetrics: "application/openmetrics-text;version=1.0.0",
  };

  it("shows in a fresh isolate what a trigger has collected in another one", async () => {
    const there: Record<string, string> = {};
    {
      await using worker = await isolate();
      assert.ok(await worker.trigger(new Date(dueMs)), worker.log());
      for (const [name, accept] of Object.entries(formats)) {
        there[name] = (await ask(`${worker.url}/metrics`, { headers: { accept } })).text;
      }
    }
    await using worker = await isolate();
    const isolates = new Set<string | undefined>();
    for (const [name, accept] of Object.entries(formats)) {
      const { text } = await ask(`${worker.url}/metrics`, { headers: { accept } });
      assert.equal(text.replace(VARYING, ""), there[name]!.replace(VARYING, ""));
      for (const answer of [text, there[name]!]) isolates.add(/^stored_isolate (.+)$/m.exec(answer)?.[1]);
    }
    assert.equal(isolates.size, 2);
    assert.equal(asked, 1);
    assert.match(there.text!, /^stored_jobs_total\{queue="mail"\} 100$/m);
    assert.match(there.text!, /^stored_jobs_total\{queue="ü\\n"\} 1e\+300$/m);
    assert.match(there.text!, /^stored_found\{b="1"\} NaN$/m);
    assert.match(there.text!, /^stored_wait_seconds\{quantile="0.5"\} 2$/m);
    assert.match(there.text!, /^stored_scrape_collector_success\{collector="jobs"\} 1$/m);
    assert.match(
      there.text!,
      /^stored_scrape_collector_last_success_timestamp_seconds\{collector="jobs"\} 1\.?\d+e\+09$/m,
    );
    assert.match(there.OpenMetrics!, /^stored_jobs_total\{queue="mail"\} 100.0 # \{trace_id="abc"\} 1.0$/m);
  });

  it("shows native buckets and created timestamps to those who ask for protobuf", async () => {
    await using worker = await isolate();
    const { bytes } = await ask(`${worker.url}/metrics`, { headers: { accept: PROTOBUF } });
    const families = new Map(decodeProtobuf(bytes).map(({ name, metric }) => [name, metric]));
    const [duration] = families.get("stored_duration_seconds")!;
    assert.equal(duration!.histogram!.schema, 3);
    assert.deepEqual(duration!.histogram!.positiveDelta, [1]);
    const [mail] = families.get("stored_jobs_total")!;
    assert.deepEqual(mail!.counter!.createdTimestamp, { seconds: 1_700_000_000, nanos: 0 });
  });

  it("keeps the last success while triggers find the upstream failing, and says so", async () => {
    isHealthy = false;
    {
      await using worker = await isolate();
      assert.ok(await worker.trigger(new Date(dueMs + MINUTE_MS)), worker.log());
      assert.match(worker.log(), /level=error msg="Collector failed" collector=jobs reason=error .*answers 500/);
    }
    await using worker = await isolate();
    const { text } = await ask(`${worker.url}/metrics`);
    assert.match(text, /^stored_jobs_total\{queue="mail"\} 100$/m);
    assert.match(text, /^stored_scrape_collector_success\{collector="jobs"\} 0$/m);
    assert.match(text, /^stored_scrape_collector_series\{collector="jobs"\} 5$/m);
    isHealthy = true;
  });

  it("runs in isolates that scrape at the same time, when it is due", async () => {
    await using worker = await isolate();
    await using other = await isolate();
    asked = 0;
    total = 130;
    const due = new Date(dueMs + 2 * MINUTE_MS);
    assert.ok(await worker.trigger(due), worker.log());
    assert.ok(await other.trigger(due), other.log());
    assert.equal(asked, 1);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => {
      return ask(`${(i % 2 === 0 ? worker : other).url}/metrics`);
    }));
    for (const { status, text } of answers) {
      assert.equal(status, 200);
      assert.match(text, /^stored_jobs_total\{queue="mail"\} 130$/m);
    }
  });

  it("ends as error without the namespace, with a line in the log that says which, and the others are served", async () => {
    await using worker = await startWorker(code);
    const { status, text } = await ask(`${worker.url}/metrics`);
    assert.equal(status, 200);
    assert.match(text, /^stored_scrape_collector_success\{collector="jobs"\} 0$/m);
    assert.match(text, /^stored_scrape_collector_success\{collector="isolate"\} 1$/m);
    assert.match(text, /^stored_isolate \d/m);
    assert.equal(await worker.trigger(new Date(dueMs)), false);
    assert.match(
      worker.log(),
      /level=error msg="Store failed" collector=jobs reason=error .*bind one as \\"EXPORTERKIT_STORE\\"/,
    );
    assert.equal(worker.log().match(/msg="Store failed"/g)?.length, 1, worker.log());
  });
});
