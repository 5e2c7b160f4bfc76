import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { defineExporter } from "../exporter/definition.ts";
import { RunningExporter } from "../exporter/running_exporter.ts";
import { gauge } from "../metrics/gauge.ts";
import { createHandler } from "./handler.ts";

const PATHS = ["/metrics", "/", "/-/ready", "/-/healthy", "/metrics/", "/sd", "/probe"];
const KEYS = ["collect[]", "exclude[]", "collect", "target", "", "%"];
const VALUES = ["values", "idle", "none", "", "\0", "é", "__proto__", "constructor", "values,idle"];
const ACCEPTS = [
  "*/*",
  "text/plain;version=1.0.0;escaping=dots;q=0.5",
  "application/openmetrics-text;version=9;q=-1",
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=1e9",
  ";;;,,,=",
  'text/plain;version="1.0',
];

/** Texts that a header may have: fetch refuses all others before anybody sees them. */
const headerText = fc.string({ unit: "grapheme-ascii", maxLength: 40 }).map((text) => text.trim());
const query = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 })),
    fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: "binary", maxLength: 8 })),
  ),
  { maxLength: 4 },
);
const headers = fc.record({
  "Accept": fc.oneof(fc.constantFrom(...ACCEPTS), headerText),
  "Accept-Encoding": fc.oneof(fc.constantFrom("gzip", "gzip;q=0, *", "br", "identity;q=0", "gzip;q=x"), headerText),
  "X-Prometheus-Scrape-Timeout-Seconds": fc.oneof(fc.constantFrom("10", "-1", "1e400", "NaN", "0x10", "0"), headerText),
}, { requiredKeys: [] });

describe("createHandler()", () => {
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    collectors: {
      values: {
        help: "Values.",
        metrics: { value: gauge("t_value", "A value.", ["i"]) },
        collect: ({ metrics }) => metrics.value.set({ i: 1 }, 1),
      },
      idle: { help: "Nothing.", collect() {} },
    },
  });

  it("answers every request with 2xx or 4xx, and a body that ends", async () => {
    const handler = createHandler(new RunningExporter(exporter));
    const methods = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PURGE");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), query, headers, methods, async (path, query, headers, method) => {
        const search = query.map(([key, value]) => `${encode(key)}=${encode(value)}`).join("&");
        const given = Object.entries(headers) as [string, string][];
        const request = new Request(`http://localhost${path}?${search}`, { method, headers: given });
        const answer = await handler(request);
        await answer.arrayBuffer();
        assert.ok(answer.status >= 200 && answer.status < 300 || answer.status >= 400 && answer.status < 500);
        if (answer.status === 200 && path === "/metrics") assert.ok(answer.headers.has("content-type"));
      }),
      { numRuns: 500 },
    );
  });
});

/** Some of it as browsers write it, the rest as it is, as others do. */
function encode(text: string): string {
  return text.length % 2 === 0 ? encodeURIComponent(text.toWellFormed()) : text.replace(/[#\s]/g, "");
}
