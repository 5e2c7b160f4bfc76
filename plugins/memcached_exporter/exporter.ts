import { defineExporter, type ProbeResourceContext, type ResourceContext, serve, withProbe } from "@exporterkit/core";
import { MemcachedClient } from "./client.ts";
import { items } from "./items.ts";
import { ownServer, probedServer } from "./server.ts";
import { serverSettings } from "./server_settings.ts";
import { process } from "./process.ts";
import { SCRAPE_PATHS, type Settings, settings } from "./settings.ts";
import { slabs } from "./slabs.ts";
import { stats } from "./stats.ts";

const collectors = { stats, settings: serverSettings, items, slabs };

const exporter = defineExporter({
  name: "memcached",
  version: "0.1.0",
  help: "What memcached counts, under the names of memcached_exporter.",
  port: 9150,
  // Settings name the host. Files with certificates lie in the folder of the settings, or are granted beside it.
  permissions: { net: ["*"] },
  settings,
  open: ({ settings: { memcached } }: ResourceContext<Settings>) =>
    new MemcachedClient(memcached, ownServer(memcached)),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors: { ...collectors, process },
});

const probing = withProbe(exporter, {
  path: SCRAPE_PATHS,
  targets: ({ targets }) => targets,
  open: ({ settings: { memcached }, ...subject }: ProbeResourceContext<Settings, never, never>) =>
    new MemcachedClient(memcached, probedServer(memcached, subject)),
  check: ({ resource, signal }) => resource.reach(signal),
  close: (resource) => resource.close(),
  collectors,
});

export default serve(probing, import.meta);
