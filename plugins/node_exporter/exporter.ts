import { defineExporter, serve } from "@exporterkit/core";
import { realHost } from "./_host.ts";
import { collectors } from "./collectors.ts";
import { settings } from "./settings.ts";

const exporter = defineExporter({
  name: "node",
  version: "0.1.0",
  help: "What Linux says about this machine, under the names of node_exporter.",
  port: 9100,
  namespace: "node",
  // `filesystem` asks every mounted file system for its space, wherever it is mounted.
  permissions: { read: ["/"] },
  settings,
  collectors: collectors(realHost),
});

export default serve(exporter, import.meta);
