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
  extend: v.optional(
    v.object({
      queryPath: v.optional(
        v.pipe(
          v.string(),
          v.description("File of more queries, as postgres_exporter has them."),
          alias({ variable: "PG_EXPORTER_EXTEND_QUERY_PATH" }),
        ),
        "",
      ),
    }),
    {},
  ),
  autoDiscoverDatabases: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Run the queries of that file in the other databases too."),
      alias({ variable: "PG_EXPORTER_AUTO_DISCOVER_DATABASES" }),
    ),
    false,
  ),
  includeDatabases: v.optional(
    v.pipe(
      v.string(),
      v.description("Only in these of them, with commas between."),
      alias({ variable: "PG_EXPORTER_INCLUDE_DATABASES" }),
    ),
    "",
  ),
  excludeDatabases: v.optional(
    v.pipe(
      v.string(),
      v.description("In none of these, of which the size is not asked for either, with commas between."),
      alias({ variable: "PG_EXPORTER_EXCLUDE_DATABASES" }),
    ),
    "",
  ),
  metricPrefix: v.optional(
    v.pipe(
      v.string(),
      v.description("Not supported: as pg only, for command lines of postgres_exporter."),
      v.check((prefix) => prefix === "pg", "expected pg: rename families with metric_relabel_configs of Prometheus"),
      alias({ variable: "PG_EXPORTER_METRIC_PREFIX" }),
    ),
    "pg",
  ),
  constantLabels: v.optional(
    v.pipe(
      v.string(),
      v.description("Not supported: empty only, for command lines of postgres_exporter."),
      v.check((labels) => labels === "", "expected nothing: give the target its labels in the settings of Prometheus"),
      alias({ flag: "constantLabels", variable: "PG_EXPORTER_CONSTANT_LABELS" }),
    ),
    "",
  ),
  dumpmaps: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Not supported: as false only, for command lines of postgres_exporter."),
      v.check((on) => !on, "expected false: the families are listed in the README, with where they come from"),
    ),
    false,
  ),
  targets: v.optional(
    v.pipe(v.array(v.string()), v.description("Server to list at /sd for probes: host:port. Repeatable.")),
    [],
  ),
  authModules: v.optional(
    v.pipe(
      v.record(
        v.string(),
        v.object({
          type: v.optional(v.literal("userpass"), "userpass"),
          hosts: v.array(v.string()),
          userpass: v.object({ username: v.string(), password: secret() }),
          options: v.optional(
            v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String))),
            {},
          ),
        }),
      ),
      v.description("How to log in at probed servers, by the names that ?auth_module= knows."),
    ),
    {},
  ),
});

/** The validated settings, as collectors get them. */
export type PostgresSettings = v.InferOutput<typeof settings>;
