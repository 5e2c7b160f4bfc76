import { defineExporter, serve, withProbe } from "@exporterkit/core";
import { BodyTemplate } from "./body_template.ts";
import { document } from "./document.ts";
import { settings } from "./settings.ts";

const exporter = defineExporter({
  name: "json",
  version: "0.1.0",
  help: "Metrics from JSON and GraphQL APIs, as modules of JSONPath say.",
  port: 7979,
  // Settings, and the files with secrets that they name.
  permissions: { net: ["*"], read: ["/etc/json_exporter"] },
  settings,
  settingsFile: "config.yml",
  collectors: {},
});

const probing = withProbe(exporter, {
  modules: ({ modules }) => modules,
  authModules: ({ authModules }) => authModules,
  targets: ({ targets }) => targets,
  parameters: ({ body }) => body instanceof BodyTemplate ? body.parameters : [],
  // Alerts on up, written for json_exporter, go on working.
  strict: true,
  collectors: { document },
});

export default serve(probing, import.meta);
