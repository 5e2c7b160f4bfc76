import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { defineExporter } from "../exporter/definition.ts";
import { RunningExporter } from "../exporter/running_exporter.ts";
import { gauge } from "../metrics/gauge.ts";
import { Registry } from "../metrics/registry.ts";
import { zstd } from "../runtime/_zlib.ts";
import { createHandler, type HandlerOptions } from "./handler.ts";

interface Subject extends HandlerOptions {
  series?: number;
  /** What the collector throws. */
  fails?: string;
}

function handlerOf({ series = 1, fails, ...options }: Subject = {}) {
  const exporter = defineExporter({
    name: "t",
    version: "1.2.3",
    help: "Tests <things>.",
    port: 1,
    collectors: {
      values: {
        help: "Values & more.",
        metrics: { value: gauge("t_value", "A value.", ["i"]) },
        collect({ metrics }) {
          for (let i = 0; i < series; i++) metrics.value.set({ i }, i);
          if (fails !== undefined) throw new Error(fails);
        },
      },
      idle: { help: "Nothing.", collect() {} },
    },
  });
  const handler = createHandler(new RunningExporter(exporter), options);
  return (path: string, init?: RequestInit) => handler(new Request(`http://localhost${path}`, init));
}

describe("createHandler()", () => {
  it("answers a scrape in the format that was asked for", async () => {
    const get = handlerOf();
    const cases: [accept: string | undefined, contentType: string, lastLine: RegExp][] = [
      [undefined, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", /\nt_value\{i="0"\} 0\n$/],
      ["nonsense;;;,/,", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", /\nt_value\{i="0"\} 0\n$/],
      [
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
        /\nt_value\{i="0"\} 0\.0\n# EOF\n$/,
      ],
      [
        "text/plain;version=1.0.0;escaping=dots",
        "text/plain; version=1.0.0; charset=utf-8; escaping=dots",
        /\nt_value\{i="0"\} 0\n$/,
      ],
    ];
    for (const [accept, contentType, lastLine] of cases) {
      const answer = await get("/metrics", { headers: accept === undefined ? {} : { Accept: accept } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("Content-Type"), contentType);
      assert.equal(answer.headers.get("Vary"), "Accept, Accept-Encoding");
      const body = await answer.text();
      assert.match(body, lastLine);
      assert.equal(answer.headers.get("Content-Length"), String(body.length));
    }
  });

  it("answers an http_sd request with the status and type that Prometheus insists on", async () => {
    const group = { targets: ["10.0.0.5:9876"], labels: { job: "orders" } };
    for (const sd of [() => [group], () => Promise.resolve([group])]) {
      const answer = await handlerOf({ sd })("/sd", { headers: { Accept: "application/json" } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("Content-Type"), "application/json");
      assert.deepEqual(await answer.json(), [group]);
    }
    assert.equal(await (await handlerOf({ sd: () => [] })("/sd")).text(), "[]");
    assert.equal((await handlerOf({ sd: () => [] })("/sd", { method: "POST" })).status, 405);
    assert.equal((await handlerOf()("/sd")).status, 404);
  });

  it("compresses when gzip is asked for, and only then", async () => {
    const get = handlerOf();
    const answer = await get("/metrics", { headers: { "Accept-Encoding": "gzip" } });
    assert.equal(answer.headers.get("Content-Encoding"), "gzip");
    assert.match(gunzipSync(await answer.bytes()).toString(), /\nt_value\{i="0"\} 0\n$/);
    assert.equal((await get("/metrics")).headers.get("Content-Encoding"), null);
  });

  it("compresses as zstd when it has that and the client prefers it", async () => {
    const get = handlerOf({ zstd });
    for (const acceptEncoding of ["zstd", "zstd;q=1, gzip;q=0.5", "br, zstd;q=0.1"]) {
      const answer = await get("/metrics", { headers: { "Accept-Encoding": acceptEncoding } });
      assert.equal(answer.headers.get("Content-Encoding"), "zstd");
      assert.equal(answer.headers.get("Vary"), "Accept, Accept-Encoding");
      const body = await answer.bytes();
      assert.equal(answer.headers.get("Content-Length"), String(body.length));
      assert.match(zstdDecompressSync(body).toString(), /\nt_value\{i="0"\} 0\n$/);
    }
    const both = await get("/metrics", { headers: { "Accept-Encoding": "zstd, gzip" } });
    assert.equal(both.headers.get("Content-Encoding"), "gzip");
    const without = await handlerOf()("/metrics", { headers: { "Accept-Encoding": "zstd" } });
    assert.equal(without.headers.get("Content-Encoding"), null);
    assert.match(await without.text(), /\nt_value\{i="0"\} 0\n$/);
  });

  it("has a small body of many families in one piece, in every format", async () => {
    const headers = {
      Accept: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    };
    const answer = await handlerOf()("/metrics", { headers });
    assert.equal(answer.headers.get("Content-Length"), String((await answer.bytes()).length));
  });

  it("streams a large scrape whole, with and without compression", async () => {
    const get = handlerOf({ series: 20_000, zstd });
    const plain = await (await get("/metrics")).text();
    assert.equal(plain.match(/^t_value\{/gm)!.length, 20_000);
    const compressed = await (await get("/metrics", { headers: { "Accept-Encoding": "gzip" } })).bytes();
    assert.equal(gunzipSync(compressed).toString().match(/^t_value\{/gm)!.length, 20_000);
    const frame = await (await get("/metrics", { headers: { "Accept-Encoding": "zstd" } })).bytes();
    assert.equal(zstdDecompressSync(frame).toString().match(/^t_value\{/gm)!.length, 20_000);
  });

  it("answers HEAD like GET without a body", async () => {
    for (const series of [1, 20_000]) {
      for (const coding of [null, "gzip", "zstd"]) {
        const get = handlerOf({ series, zstd });
        const headers: HeadersInit = coding === null ? {} : { "Accept-Encoding": coding };
        const answer = await get("/metrics", { method: "HEAD", headers });
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get("Content-Type")!, /^text\/plain; version=0\.0\.4/);
        assert.equal(answer.headers.get("Content-Encoding"), coding);
        assert.equal(await answer.text(), "");
      }
    }
  });

  it("selects collectors", async () => {
    const get = handlerOf();
    assert.doesNotMatch(await (await get("/metrics?collect[]=idle")).text(), /t_value/);
    assert.doesNotMatch(await (await get("/metrics?exclude[]=values")).text(), /t_value/);
    const unknown = await get("/metrics?collect[]=gpu");
    assert.equal(unknown.status, 400);
    assert.equal(await unknown.text(), "Unknown or disabled collector: gpu. Enabled collectors: values, idle.\n");
    assert.equal((await get("/metrics?collect[]=idle&exclude[]=values")).status, 400);
  });

  it("answers 404 for a path that does not exist", async () => {
    const answer = await handlerOf()("/nope");
    assert.equal(answer.status, 404);
    assert.equal(await answer.text(), "Not found: /nope. The metrics are at /metrics\n");
  });

  it("answers 405 with Allow for a method that is not allowed", async () => {
    for (const path of ["/metrics", "/", "/-/healthy", "/-/ready"]) {
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
        const answer = await handlerOf()(path, { method });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.equal(answer.headers.get("Allow"), "GET, HEAD");
      }
    }
  });

  it("reads the settings again on POST and PUT to /-/reload", async () => {
    const problems: string[] = [];
    const get = handlerOf({ reload: () => problems });
    for (const method of ["POST", "PUT"]) assert.equal((await get("/-/reload", { method })).status, 200);
    problems.push("t.yml:1: city: unknown key", "t.yml:2: town: unknown key");
    const refused = await get("/-/reload", { method: "POST" });
    assert.equal(refused.status, 500);
    assert.equal(
      await refused.text(),
      "Settings not reloaded, those of before stay in force:\nt.yml:1: city: unknown key\nt.yml:2: town: unknown key\n",
    );
    for (const method of ["GET", "HEAD", "DELETE"]) {
      const answer = await get("/-/reload", { method });
      assert.deepEqual([answer.status, answer.headers.get("Allow")], [405, "POST, PUT"]);
    }
  });

  it("answers 403 to a reload that is not enabled", async () => {
    const answer = await handlerOf()("/-/reload", { method: "POST" });
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /--web\.enable-lifecycle/);
  });

  it("serves what is true when a collector fails, and 500 when strict", async () => {
    const fails = "no luck with http://me:s3cret@db";
    const lenient = await handlerOf({ fails })("/metrics");
    assert.equal(lenient.status, 200);
    assert.match(await lenient.text(), /t_scrape_collector_success\{collector="values"\} 0/);
    const strict = await handlerOf({ fails, strict: true })("/metrics");
    assert.equal(strict.status, 500);
    assert.equal(await strict.text(), "Collectors failed:\nvalues: error: no luck with http://<secret>@db\n");
  });

  it("answers 500 when strict and a callback of a held metric fails", async () => {
    const registry = new Registry();
    registry.add(gauge("t_held", "Held."), { collect: () => Promise.reject(new Error("no luck")) });
    const exporter = defineExporter({ name: "t", version: "1.2.3", port: 1, collectors: {} });
    const get = (strict: boolean) =>
      createHandler(new RunningExporter(exporter, { about: { registry } }), { strict })(
        new Request("http://localhost/metrics"),
      );
    const strict = await get(true);
    assert.deepEqual([strict.status, await strict.text()], [500, "Callbacks failed:\nt_held: error: no luck\n"]);
    const lenient = await get(false);
    assert.equal(lenient.status, 200);
    assert.doesNotMatch(await lenient.text(), /t_held/);
  });

  it("answers 503 when it answers as many scrapes as it may, and takes others again after that", async () => {
    const waiting = Promise.withResolvers<void>();
    const exporter = defineExporter({
      name: "t",
      version: "1.2.3",
      port: 1,
      collectors: { slow: { help: "Waits.", collect: () => waiting.promise } },
    });
    const handler = createHandler(new RunningExporter(exporter), { maxRequests: 2 });
    const get = (path: string) => handler(new Request(`http://localhost${path}`));
    const answered = [get("/metrics"), get("/metrics")];
    const refused = await get("/metrics");
    assert.equal(refused.status, 503);
    assert.equal(await refused.text(), "Too many scrapes: 2 are being answered, and no more may be at the same time\n");
    assert.equal((await get("/-/healthy")).status, 200);
    waiting.resolve();
    assert.deepEqual((await Promise.all(answered)).map(({ status }) => status), [200, 200]);
    assert.equal((await get("/metrics")).status, 200);
  });

  it("tells health and, with its state, readiness", async () => {
    const opened = Promise.withResolvers<object>();
    const running = new RunningExporter(
      defineExporter({ name: "t", version: "1.0.0", port: 1, open: () => opened.promise, collectors: {} }),
    );
    const handler = createHandler(running);
    async function ask(path: string): Promise<[status: number, text: string]> {
      const answer = await handler(new Request(`http://localhost${path}`));
      return [answer.status, await answer.text()];
    }
    assert.deepEqual(await ask("/-/ready"), [503, "Not ready: starting"]);
    opened.resolve({});
    await running.gather();
    assert.deepEqual(await ask("/-/ready"), [200, "Ready"]);
    await running.drain();
    assert.deepEqual(await ask("/-/ready"), [503, "Not ready: draining"]);
    assert.deepEqual(await ask("/metrics"), [503, 'Cannot scrape exporter "t": it is draining\n']);
    assert.deepEqual(await ask("/-/healthy"), [200, "Healthy"]);
    await running.close();
    assert.deepEqual(await ask("/-/ready"), [503, "Not ready: closed"]);
    assert.deepEqual(await ask("/metrics"), [503, 'Cannot scrape exporter "t": it is closed\n']);
  });

  it("shows a landing page with links, its texts escaped", async () => {
    const answer = await handlerOf({ telemetryPath: "/m" })("/");
    assert.equal(answer.headers.get("Content-Type"), "text/html; charset=UTF-8");
    const page = await answer.text();
    assert.match(page, /<title>t exporter<\/title>/);
    assert.match(page, /Version 1\.2\.3/);
    assert.match(page, /Tests &lt;things&gt;\./);
    assert.match(page, /Values &amp; more\./);
    assert.match(page, /href="\/m\?collect\[\]=values"/);
  });

  it("serves the metrics at the path that was chosen", async () => {
    const get = handlerOf({ telemetryPath: "/m" });
    assert.equal((await get("/m")).status, 200);
    assert.equal((await get("/metrics")).status, 404);
    const root = await handlerOf({ telemetryPath: "/" })("/");
    assert.match(root.headers.get("Content-Type")!, /^text\/plain/);
  });
});
