import { defineExporter, type ResourceContext, serve } from "@exporterkit/core";
import { collectors } from "./collectors.ts";
import { held } from "./self.ts";
import { RedisServer } from "./server.ts";
import { type RedisSettings, settings } from "./settings.ts";

const exporter = defineExporter({
  name: "redis",
  version: "0.1.0",
  help: "What a Redis server says about itself, under the names of redis_exporter.",
  port: 9121,
  // Where the settings say; the variables are those that the Redis client looks at.
  permissions: { net: ["*"], env: ["REDIS_DEBUG_MAINTENANCE", "REDIS_EMIT_DIAGNOSTICS"] },
  settings,
  metrics: held,
  open: ({ settings }: ResourceContext<RedisSettings>) => new RedisServer(settings),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors,
});

export default serve(exporter, import.meta);
