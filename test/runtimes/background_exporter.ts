/**
 * An exporter that does something between scrapes: it collects in the background, and tries again to open an upstream that
 * is not there. Neither may keep a program alive that has ended otherwise.
 */
import { defineExporter, gauge, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "background",
  version: "1.0.0",
  port: 9879,
  open() {
    throw new Error("connection refused");
  },
  collectors: {
    runs: {
      help: "Counts itself.",
      freshness: { every: "1h" },
      metrics: { runs: gauge("background_runs", "Runs since the start.") },
      collect: ({ metrics }) => metrics.runs.set(++runs),
    },
  },
});

let runs = 0;

export default serve(exporter, import.meta);
