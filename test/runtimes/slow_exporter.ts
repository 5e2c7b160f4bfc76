/**
 * An exporter whose one collector waits for an answer of the upstream: a test that holds the answer back has a
 * scrape in flight for as long as it wants.
 */
import { defineExporter, gauge, serve } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "slow",
  version: "1.0.0",
  port: 9877,
  settings: v.object({ upstream: v.optional(v.string(), "http://127.0.0.1:1/") }),
  collectors: {
    answer: {
      help: "What the upstream says.",
      metrics: {
        length: gauge("slow_answer_length_bytes", "Length of the upstream's answer."),
      },
      async collect({ settings, metrics, fetch, signal }) {
        const answer = await fetch(settings.upstream, { signal });
        metrics.length.set((await answer.text()).length);
      },
    },
  },
});

export default serve(exporter, import.meta);
