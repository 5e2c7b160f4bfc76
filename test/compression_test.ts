/** One gzip member or zstd frame of many pieces, read by everybody who may scrape. */
import { defineExporter, gauge, handler } from "@exporterkit/core";
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { ask } from "./_http.ts";
import { runToEnd } from "./_process.ts";
import { findProgram, type Needs, needsProgram } from "./_programs.ts";
import { startPrometheus } from "./_prometheus.ts";
import { needsZstd, unzstd } from "./_zstd.ts";
import { judgeDecompress, needsJudge } from "./conformance/_judge.ts";

const SERIES = 20_000;

describe("a compressed scrape of 20,000 series", () => {
  let server: Deno.HttpServer<Deno.NetAddr>;
  let url: string;
  let value = 0;

  before(() => {
    const exporter = defineExporter({
      name: "large",
      version: "1.0.0",
      port: 9999,
      collectors: {
        values: {
          help: "Many values, one of which changes.",
          metrics: { value: gauge("large_value", "A value.", ["i"]) },
          collect({ metrics }) {
            for (let i = 0; i < SERIES; i++) metrics.value.set({ i }, i === 7 ? value : i);
          },
        },
      },
    });
    server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler(exporter).fetch);
    url = `http://127.0.0.1:${server.addr.port}/metrics`;
  });
  after(() => server.shutdown());

  function assertWhole(text: string): void {
    assert.equal(text.match(/^large_value\{/gm)!.length, SERIES);
    assert.ok(text.includes(`large_value{i="7"} ${value}\n`));
    assert.ok(text.includes(`large_value{i="${SERIES - 1}"} ${SERIES - 1}\n`));
  }

  it("is read whole by gunzip, again and again, as values change", async () => {
    for (const next of [0, 0, 1, 1, 22]) {
      value = next;
      const { bytes, headers } = await ask(url, { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(headers["content-encoding"], "gzip");
      assertWhole(gunzipSync(bytes).toString());
    }
  });

  const readers: Record<string, { needs: Needs; read(bytes: Uint8Array): string | Promise<string> }> = {
    "the zstd program": { needs: needsZstd(), read: unzstd },
    "the reader that Prometheus has for zstd": {
      needs: needsJudge(),
      read: async (bytes) => new TextDecoder().decode(await judgeDecompress(bytes, "zstd")),
    },
  };
  for (const [reader, { needs, read }] of Object.entries(readers)) {
    it(`is read whole by ${reader}, again and again, as values change`, needs, async () => {
      for (const next of [0, 0, 1]) {
        value = next;
        const { bytes, headers } = await ask(url, { headers: { "Accept-Encoding": "zstd" } });
        assert.equal(headers["content-encoding"], "zstd");
        assertWhole(await read(bytes));
      }
    });
  }

  it("is read whole by the runtime's fetch", async () => {
    for (let i = 0; i < 2; i++) {
      const answer = await fetch(url, { headers: { "Accept-Encoding": "gzip" } });
      assertWhole(await answer.text());
    }
  });

  it("is read whole by curl", needsProgram("curl", "apt-get install -y curl"), async () => {
    for (let i = 0; i < 2; i++) {
      const { code, stdout, stderr } = await runToEnd({
        path: findProgram("curl")!,
        args: ["--silent", "--show-error", "--compressed", url],
      });
      assert.deepEqual([code, stderr], [0, ""]);
      assertWhole(stdout);
    }
  });

  it("is read whole by Prometheus", needsProgram("prometheus", "apt-get install -y prometheus"), async () => {
    const prometheus = await startPrometheus(
      `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: large
    static_configs: [{ targets: ["${new URL(url).host}"] }]
`,
    );
    try {
      await prometheus.until("count_over_time(up[1m])", ([sample]) => (sample?.value ?? 0) >= 3);
      assert.deepEqual((await prometheus.query("min_over_time(up[1m])")).map(({ value }) => value), [1]);
      assert.deepEqual((await prometheus.query("count(large_value)")).map(({ value }) => value), [SERIES]);
    } finally {
      await prometheus.stop();
    }
  });
});
