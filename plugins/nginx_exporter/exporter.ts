import { defineExporter, serve } from "@exporterkit/core";
import { settings } from "./settings.ts";
import { statusPage } from "./status_page.ts";
import { stubStatus } from "./stub_status.ts";

const exporter = defineExporter({
  name: "nginx",
  version: "0.1.0",
  help: "What nginx counts on its stub_status page, under the names of nginx-prometheus-exporter.",
  port: 9113,
  // Settings name the host. Files with certificates lie in the folder of the settings, or are granted beside it.
  permissions: { net: ["*"] },
  settings,
  open: ({ settings }) => statusPage(settings.nginx),
  collectors: { stub_status: stubStatus },
});

export default serve(exporter, import.meta);
