/** An exporter whose collectors are not run for each scrape: each passes on a total of whoever `UPSTREAM` says. */
import { counter, defineCollector, defineExporter, type Freshness, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "keeping",
  version: "1.0.0",
  port: 9876,
  collectors: {
    cached: total("cached", { cached: "1s", keep: "8s" }),
    every: total("every", { every: "1s", keep: "8s" }),
  },
});

function total(name: string, freshness: Freshness) {
  return defineCollector()({
    help: "What the upstream has counted.",
    freshness,
    metrics: { total: counter(`keeping_${name}_total`, "Jobs done.") },
    async collect({ metrics, fetch, signal }) {
      const { queues } = await (await fetch(Deno.env.get("UPSTREAM")!, { signal })).json();
      metrics.total.set(queues.mail);
    },
  });
}

export default serve(exporter, import.meta);
