/**
 * Writes what a server answers to the queries of all collectors, for `captured_test.ts`:
 * `deno run -A plugins/postgres_exporter/_capture.ts postgresql://... > plugins/postgres_exporter/testdata/postgresql_15.json`
 */
import { defineExporter, handler } from "@exporterkit/core";
import { collectors } from "./collectors.ts";
import { parseDataSource } from "./data_source.ts";
import { Server } from "./server.ts";
import { settings } from "./settings.ts";

const answers: Record<string, unknown> = {};

class CapturedServer extends Server {
  override async query(text: string, signal: AbortSignal) {
    return answers[text] = await super.query(text, signal);
  }
}

const exporter = defineExporter({
  name: "postgres",
  version: "0.0.0",
  port: 9187,
  settings,
  open: () =>
    new CapturedServer({ source: () => Promise.resolve(parseDataSource(Deno.args[0]!)), maxSessions: 1 }) as Server,
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors,
});
await using served = handler(exporter);
await served.fetch(new Request("http://localhost/metrics"));
console.log(JSON.stringify(answers, null, 2));
