/** An exporter whose scrapes are sent in many pieces: 1.5 MB of text. */
import { defineExporter, gauge, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "large",
  version: "1.0.0",
  port: 9878,
  collectors: {
    values: {
      help: "Many values.",
      metrics: {
        value: gauge("large_value", "A value.", ["i", "path"]),
      },
      collect({ metrics }) {
        for (let i = 0; i < 20_000; i++) metrics.value.set({ i, path: `/api/v1/things/${i}/parts/${i * 7919}` }, i);
      },
    },
  },
});

export default serve(exporter, import.meta);
