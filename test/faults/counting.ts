/** An exporter that passes on a total, `UPSTREAM` says of whom. */
import { counter, defineExporter, gauge, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "counting",
  version: "1.0.0",
  port: 9876,
  collectors: {
    total: {
      help: "What the upstream has counted.",
      metrics: { total: counter("counting_jobs_total", "Jobs done.") },
      async collect({ metrics, fetch, signal }) {
        const { queues } = await (await fetch(Deno.env.get("UPSTREAM")!, { signal })).json();
        metrics.total.set(queues.mail);
      },
    },
    own: {
      help: "Something that does not depend on it.",
      metrics: { own: gauge("counting_own", "Always 1.") },
      collect: ({ metrics }) => metrics.own.set(1),
    },
  },
});

export default serve(exporter, import.meta);
