import { defineExporter, type ProbeResourceContext, type ResourceContext, serve, withProbe } from "@exporterkit/core";
import { KEY_PARAMETERS } from "./_wanted_keys.ts";
import { collectors } from "./collectors.ts";
import { held, scraped } from "./self.ts";
import { RedisServer } from "./server.ts";
import { type RedisSettings, settings } from "./settings.ts";
import { webConfig } from "./web_config.ts";
import { ownServer, probedServer, type RedisAuth } from "./where.ts";

const exporter = defineExporter({
  name: "redis",
  version: "0.1.0",
  help: "What a Redis server says about itself, under the names of redis_exporter.",
  port: 9121,
  // Where the settings and probes say; the variables are those that the Redis client looks at.
  permissions: { net: ["*"], env: ["REDIS_DEBUG_MAINTENANCE", "REDIS_EMIT_DIAGNOSTICS"] },
  settings,
  aliases: {
    "log.level": { flag: "debug", means: { true: "debug", false: "info" } },
    "web.disable-exporter-metrics": { flag: "redis-only-metrics", variable: "REDIS_EXPORTER_REDIS_ONLY_METRICS" },
    "log.format": { flag: "log-format", means: { txt: "logfmt" } },
  },
  metrics: held,
  webConfig,
  open: ({ settings }: ResourceContext<RedisSettings>) => new RedisServer(settings, ownServer(settings)),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  scraped,
  collectors,
});

const probing = withProbe(exporter, {
  // The second is that of redis_exporter.
  path: ["/probe", "/scrape"],
  authModules: ({ authModules }) => authModules,
  targets: ({ targets }) => targets ?? [],
  parameters: () => KEY_PARAMETERS,
  open: (context: ProbeResourceContext<RedisSettings, never, RedisAuth>) =>
    new RedisServer(context.settings, probedServer(context.settings, context)),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  refused: (_, { held }) => held.refusals.inc(),
  collectors,
});

export default serve(probing, import.meta);
