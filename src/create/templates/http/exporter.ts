import { counter, defineExporter, gauge, secret, serve } from "@exporterkit/core";
import * as v from "valibot";

/** What the API answers. */
const Queues = v.array(v.object({ name: v.string(), waiting: v.number(), done: v.number() }));

const exporter = defineExporter({
  name: "{{name}}",
  version: "0.1.0",
  help: "The queues of a JSON API.",
  port: {{port}},
  // Any host: the settings say which.
  permissions: { net: ["*"] },
  settings: v.object({
    url: v.optional(
      v.pipe(v.string(), v.url(), v.description("Where the API has the queues.")),
      "http://localhost:8080/queues",
    ),
    token: v.optional(v.pipe(secret(), v.description("Bearer token of the API."))),
  }),
  // {{name}}_up says whether a scrape reached the API through this.
  open({ settings, fetch }) {
    return {
      async queues(signal: AbortSignal) {
        const headers = new Headers({ Accept: "application/json" });
        if (settings.token) headers.set("Authorization", `Bearer ${await settings.token.read()}`);
        const answer = await fetch(settings.url, { headers, signal });
        if (!answer.ok) throw new Error(`the API answered with status ${answer.status}`);
        return v.parse(Queues, await answer.json());
      },
    };
  },
  collectors: {
    queues: {
      help: "Jobs by queue.",
      metrics: {
        waiting: gauge("{{name}}_jobs_waiting", "Jobs that nobody has taken yet.", ["queue"]),
        done: counter("{{name}}_jobs_done_total", "Jobs that are done.", ["queue"]),
      },
      async collect({ resource, metrics, signal }) {
        for (const { name, waiting, done } of await resource.queues(signal)) {
          metrics.waiting.set({ queue: name }, waiting);
          metrics.done.set({ queue: name }, done);
        }
      },
    },
  },
});

export default serve(exporter, import.meta);
