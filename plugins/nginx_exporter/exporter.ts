import { defineExporter, serve } from "@exporterkit/core";
import { settings } from "./settings.ts";
import { labelsOf, statusPages } from "./status_pages.ts";
import { stubStatus } from "./stub_status.ts";

const exporter = defineExporter({
  name: "nginx",
  version: "0.1.0",
  help: "What nginx counts on its stub_status page, under the names of nginx-prometheus-exporter.",
  port: 9113,
  // Settings name the host. Files with certificates lie in the folder of the settings, or are granted beside it.
  permissions: { net: ["*"] },
  settings,
  // Each is the variable of a newer or older nginx-prometheus-exporter.
  aliases: {
    "web.listen-address": { variable: "LISTEN_ADDRESS" },
    "web.telemetry-path": { variable: "TELEMETRY_PATH" },
    "web.config.file": { variable: "CONFIG_FILE" },
    "web.systemd-socket": { variable: "SYSTEMD_SOCKET" },
    "web.disable-exporter-metrics": { flag: "web.nginx-metrics-only", variable: "NGINX_METRICS_ONLY" },
  },
  webConfig: ({ web: { securedMetrics, sslServerCert, sslServerKey } }) =>
    securedMetrics ? { tls_server_config: { cert_file: sslServerCert, key_file: sslServerKey } } : undefined,
  open: ({ settings }) => statusPages(settings),
  close: (pages) => pages.forEach(({ page }) => page.close()),
  upstreams: labelsOf,
  collectors: { stub_status: stubStatus },
});

export default serve(exporter, import.meta);
