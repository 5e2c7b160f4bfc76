import { defineExporter, serve } from "@exporterkit/core";
import { collectors } from "./collectors.ts";
import { openDatabase } from "./open_database.ts";
import { settings } from "./settings.ts";

const exporter = defineExporter({
  name: "mysqld",
  version: "0.1.0",
  help: "What MySQL and MariaDB servers say about themselves, under the names of mysqld_exporter.",
  port: 9104,
  namespace: "mysql",
  settings,
  open: openDatabase,
  check: ({ resource, signal }) => resource.ping(signal),
  close: (database) => database.close(),
  collectors,
});

export default serve(exporter, import.meta);
