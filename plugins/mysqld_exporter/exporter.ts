import { defineExporter, serve, withProbe } from "@exporterkit/core";
import { collectors } from "./collectors.ts";
import { openDatabase, openTarget } from "./open_database.ts";
import { scraped, scrapeMetrics } from "./scrapes.ts";
import { settings } from "./settings.ts";

const exporter = defineExporter({
  name: "mysqld",
  version: "0.1.0",
  help: "What MySQL and MariaDB servers say about themselves, under the names of mysqld_exporter.",
  port: 9104,
  namespace: "mysql",
  permissions: { net: ["*"] },
  settings,
  aliases: { "scrape.timeout-offset": { flag: "timeout-offset" } },
  metrics: scrapeMetrics,
  open: openDatabase,
  check: ({ resource, signal }) => resource.ping(signal),
  close: (database) => database.close(),
  scraped,
  collectors,
});

const probing = withProbe(exporter, {
  authModules: ({ authModules }) => authModules,
  // Where there is one account only, it is that of all targets.
  targets: ({ targets, authModules }) => {
    const [only, ...others] = Object.keys(authModules);
    return targets.map((target) => others.length > 0 || only === undefined ? target : { authModule: only, ...target });
  },
  open: openTarget,
  check: ({ resource, signal }) => resource.ping(signal),
  close: (database) => database.close(),
  collectors,
});

export default serve(probing, import.meta);
