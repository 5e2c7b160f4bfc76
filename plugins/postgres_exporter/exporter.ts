import { defineExporter, type ResourceContext, serve, withProbe } from "@exporterkit/core";
import { builtIn, collectors } from "./collectors.ts";
import { configuredSources } from "./configured_source.ts";
import { probedSource } from "./probed_source.ts";
import { scraped, scrapeMetrics } from "./scrapes.ts";
import { Server } from "./server.ts";
import { onEachServer, openServers } from "./servers.ts";
import { type PostgresSettings, settings } from "./settings.ts";

const exporter = defineExporter({
  name: "postgres",
  version: "0.1.0",
  help: "What a PostgreSQL server says about itself, under the names of postgres_exporter.",
  port: 9187,
  namespace: "pg",
  permissions: {
    // Settings name the host. Files with certificates and passwords are granted beside it.
    net: ["*"],
    // Those of libpq that are read here, and one that the driver looks for.
    env: [
      "PGAPPNAME",
      "PGDATABASE",
      "PGHOST",
      "PGPASSWORD",
      "PGPORT",
      "PGSSLCERT",
      "PGSSLKEY",
      "PGSSLMODE",
      "PGSSLROOTCERT",
      "PGTARGETSESSIONATTRS",
      "PGUSER",
    ],
  },
  settings,
  aliases: {
    "web.listen-address": { variable: "PG_EXPORTER_WEB_LISTEN_ADDRESS" },
    "web.telemetry-path": { variable: "PG_EXPORTER_WEB_TELEMETRY_PATH" },
  },
  metrics: scrapeMetrics,
  open: ({ settings }: ResourceContext<PostgresSettings>) =>
    openServers(settings, {
      sources: () => configuredSources(settings.dataSource),
      maxSessions: settings.maxConnections,
    }),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  scraped,
  collectors: onEachServer(collectors),
});

const probing = withProbe(exporter, {
  authModules: ({ authModules }) => authModules,
  targets: ({ targets }) => targets,
  open: ({ settings, host, port, auth, network }) =>
    new Server({
      source: () => probedSource({ host, port }, auth),
      resolve: (source) => network.resolve(source.host, source.port),
      maxSessions: settings.maxConnections,
    }),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors: builtIn,
});

export default serve(probing, import.meta);
