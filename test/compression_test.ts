/** One gzip member or zstd frame of many pieces, read by everybody who may scrape. */
import { counter, defineExporter, gauge, handler, histogram } from "@exporterkit/core";
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { ask } from "./_http.ts";
import { runToEnd } from "./_process.ts";
import { carriedRuntime, findProgram, type Needs, needsCarriedRuntimes, needsProgram } from "./_programs.ts";
import { startPrometheus } from "./_prometheus.ts";
import { needsZstd, unzstd } from "./_zstd.ts";
import { judgeDecompress, needsJudge } from "./conformance/_judge.ts";

const SERIES = 20_000;
const REQUESTS = 3000;

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
        requests: {
          help: "Families of many labels and lines, whose series are deflated without their text.",
          metrics: {
            requests: counter("large_requests_total", "Requests.", ["method", "route", "instance"]),
            latency: histogram("large_latency_seconds", "Latency.", ["method", "route"], { buckets: [0.1, 1, 10] }),
          },
          collect({ metrics }) {
            for (let i = 0; i < REQUESTS; i++) {
              const labels = { method: ["GET", "PÖST"][i % 2]!, route: `/r/${(i >> 1) % 50}` };
              metrics.requests.set({ ...labels, instance: `host-${i >> 5}` }, (i * i) % 9973 + value / 3);
            }
            for (let i = 0; i < REQUESTS; i++) {
              const buckets = [i % 3, i % 3 + 1, 7];
              metrics.latency.set({ method: "GET", route: i }, { buckets, count: 7 + value, sum: i / 7 });
            }
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
    assert.equal(text.match(/^large_requests_total\{/gm)!.length, REQUESTS);
    assert.equal(text.match(/^large_latency_seconds_bucket\{/gm)!.length, 4 * REQUESTS);
    assert.ok(text.includes(`large_latency_seconds_count{method="GET",route="2999"} ${7 + value}\n`));
  }

  /** The same body without compression, but for what tells of the scrape itself. */
  async function assertSame(text: string): Promise<void> {
    const own = /^.*(?:scrape_collector_duration_seconds|process_\w+).*\n/gm;
    const plain = new TextDecoder().decode((await ask(url, { headers: { "Accept-Encoding": "identity" } })).bytes);
    assert.equal(text.replace(own, ""), plain.replace(own, ""));
  }

  it("is read whole by gunzip, again and again, as values change", async () => {
    for (const next of [0, 0, 1, 1, 22]) {
      value = next;
      const { bytes, headers } = await ask(url, { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(headers["content-encoding"], "gzip");
      assertWhole(gunzipSync(bytes).toString());
      await assertSame(gunzipSync(bytes).toString());
    }
  });

  for (const reader of ["gzip", "go-gzip"] as const) {
    it(`is one member to Go's reader ${reader}`, needsJudge(), async () => {
      for (const next of [0, 0, 1]) {
        value = next;
        const { bytes } = await ask(url, { headers: { "Accept-Encoding": "gzip" } });
        const text = new TextDecoder().decode(await judgeDecompress(bytes, reader, { single: true }));
        assertWhole(text);
        await assertSame(text);
      }
    });
  }

  for (const runtime of ["node", "bun"] as const) {
    it(`is read whole by the fetch of ${runtime}`, needsCarriedRuntimes(), async () => {
      const program =
        "fetch(process.argv.at(-1)).then((answer) => answer.text()).then((text) => process.stdout.write(text))";
      for (const next of [1, 2]) {
        value = next;
        const { path } = carriedRuntime(runtime);
        const { code, stdout, stderr } = await runToEnd({ path, args: ["-e", program, url] });
        assert.deepEqual([code, stderr], [0, ""]);
        assertWhole(stdout);
        await assertSame(stdout);
      }
    });
  }

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
      const latency = "count(large_latency_seconds_bucket)";
      assert.deepEqual((await prometheus.query(latency)).map(({ value }) => value), [4 * REQUESTS]);
    } finally {
      await prometheus.stop();
    }
  });
});
