import { defineExporter, gauge, serve } from "@exporterkit/core";

/** What is asked for values: a driver, a device, a file. Put yours in its place. */
function openSubject() {
  return {
    read: (_signal: AbortSignal): Promise<number> => Promise.resolve(1),
    close: (): void => {},
  };
}

const exporter = defineExporter({
  name: "{{name}}",
  version: "0.1.0",
  help: "One value.",
  port: {{port}},
  // Hosts, files, variables and programs that it needs; what is built gets no more.
  permissions: {},
  open: () => openSubject(),
  close: (subject) => subject.close(),
  collectors: {
    subject: {
      help: "The value.",
      metrics: { value: gauge("{{name}}_value", "What was read.") },
      async collect({ resource, metrics, signal }) {
        metrics.value.set(await resource.read(signal));
      },
    },
  },
});

export default serve(exporter, import.meta);
