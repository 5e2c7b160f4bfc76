import { defineExporter, gauge, serve } from "@exporterkit/core";
import * as v from "valibot";

const exporter = defineExporter({
  name: "hello",
  version: "1.0.0",
  help: "Says how long greetings are.",
  port: 9876,
  permissions: {},
  settings: v.object({
    names: v.optional(v.pipe(v.array(v.string()), v.description("Whom to greet. Repeatable.")), [
      "world",
      "Prometheus",
    ]),
  }),
  collectors: {
    greeting: {
      help: "A greeting for everybody.",
      metrics: {
        length: gauge("hello_greeting_length_bytes", "Length of a greeting in UTF-8.", ["name"], { unit: "bytes" }),
      },
      collect({ settings, metrics }) {
        for (const name of settings.names) {
          metrics.length.set({ name }, new TextEncoder().encode(`Hello, ${name}!`).length);
        }
      },
    },
  },
});

export default serve(exporter, import.meta);
