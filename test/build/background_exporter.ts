/** An exporter that collects in the background, which takes a store on Workers. */
import { defineExporter, gauge, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "background",
  version: "1.0.0",
  port: 9879,
  permissions: {},
  collectors: {
    answer: {
      help: "Takes its time.",
      freshness: { every: "5m" },
      metrics: { answer: gauge("background_answer", "The answer.") },
      collect: ({ metrics }) => metrics.answer.set(42),
    },
  },
});

export default serve(exporter, import.meta);
