import { defineExporter, gauge, serve } from "@exporterkit/core";
import * as v from "valibot";

/** What the API answers. */
const Backups = v.array(
  v.object({ name: v.string(), bytes: v.number(), completed: v.pipe(v.string(), v.isoTimestamp()) }),
);

const exporter = defineExporter({
  name: "{{name}}",
  version: "0.1.0",
  help: "Backups, as an API lists them.",
  port: {{port}},
  // Any host: the settings say which.
  permissions: { net: ["*"] },
  settings: v.object({
    url: v.optional(
      v.pipe(v.string(), v.url(), v.description("Where the API lists the backups.")),
      "http://localhost:8080/backups",
    ),
  }),
  collectors: {
    backups: {
      help: "The last backup of each kind.",
      // In the background; what was read last is shown for a quarter of an hour if the API fails.
      freshness: { every: "5m", keep: "15m" },
      timeout: "1m",
      metrics: {
        size: gauge("{{name}}_backup_size_bytes", "Size of the last backup.", ["backup"], { unit: "bytes" }),
        completed: gauge("{{name}}_backup_completed_timestamp_seconds", "When it was completed.", ["backup"], {
          unit: "seconds",
        }),
      },
      async collect({ settings, metrics, fetch, signal }) {
        const answer = await fetch(settings.url, { signal });
        if (!answer.ok) throw new Error(`the API answered with status ${answer.status}`);
        for (const { name, bytes, completed } of v.parse(Backups, await answer.json())) {
          metrics.size.set({ backup: name }, bytes);
          metrics.completed.set({ backup: name }, Date.parse(completed) / 1000);
        }
      },
    },
  },
});

export default serve(exporter, import.meta);
