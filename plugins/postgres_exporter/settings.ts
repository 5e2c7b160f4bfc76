import { alias, secret } from "@exporterkit/core";
import * as v from "valibot";

/** The settings of the PostgreSQL exporter, by the flags and variables of postgres_exporter. */
export const settings = v.object({
  dataSource: v.optional(
    v.object({
      name: v.optional(v.pipe(
        secret(),
        v.description("The server and how to log in: postgresql://user:password@host:5432/database?sslmode=disable."),
        alias({ variable: "DATA_SOURCE_NAME" }),
      )),
      uri: v.optional(v.pipe(
        secret(),
        v.description("The same without user and password, in place of the name: host:5432/database?sslmode=disable."),
        alias({ variable: "DATA_SOURCE_URI" }),
      )),
      user: v.optional(v.pipe(
        secret(),
        v.description("User to log in as, beside the URI."),
        alias({ variable: "DATA_SOURCE_USER" }),
      )),
      pass: v.optional(v.pipe(
        secret(),
        v.description("Password to log in with, beside the URI."),
        alias({ variable: "DATA_SOURCE_PASS" }),
      )),
    }),
    {},
  ),
  maxConnections: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.description("Connections to the server at the same time.")),
    3,
  ),
  disableDefaultMetrics: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Leave out what is built in, but bgwriter and database."),
      alias({ variable: "PG_EXPORTER_DISABLE_DEFAULT_METRICS" }),
    ),
    false,
  ),
  disableSettingsMetrics: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Leave out the settings of the server."),
      alias({ variable: "PG_EXPORTER_DISABLE_SETTINGS_METRICS" }),
    ),
    false,
  ),
  excludeDatabases: v.optional(
    v.pipe(
      v.string(),
      v.description("Databases whose size is not asked for, with commas between."),
      alias({ variable: "PG_EXPORTER_EXCLUDE_DATABASES" }),
    ),
    "",
  ),
});

/** The validated settings, as collectors get them. */
export type PostgresSettings = v.InferOutput<typeof settings>;
