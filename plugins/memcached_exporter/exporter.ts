import { defineExporter, serve } from "@exporterkit/core";
import { MemcachedClient } from "./client.ts";
import { items } from "./items.ts";
import { serverSettings } from "./server_settings.ts";
import { settings } from "./settings.ts";
import { slabs } from "./slabs.ts";
import { stats } from "./stats.ts";

const exporter = defineExporter({
  name: "memcached",
  version: "0.1.0",
  help: "What memcached counts, under the names of memcached_exporter.",
  port: 9150,
  // Settings name the host. Files with certificates lie in the folder of the settings, or are granted beside it.
  permissions: { net: ["*"] },
  settings,
  open: ({ settings }) => new MemcachedClient(settings.memcached),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors: { stats, settings: serverSettings, items, slabs },
});

export default serve(exporter, import.meta);
