import { alias, secret } from "@exporterkit/core";
import * as v from "valibot";
import { collectSettings } from "./collect_settings.ts";
import { splitAddress } from "./data_source_name.ts";

/** The settings of the MySQL exporter; each is a flag of mysqld_exporter's name: `mysqld.address` is `--mysqld.address`. */
export const settings = v.object({
  dataSourceName: v.optional(
    v.pipe(
      secret(),
      alias({ variable: "DATA_SOURCE_NAME" }),
      v.description("Server, as in user:password@tcp(host:port)/. Nothing else is asked for it then."),
    ),
  ),
  password: v.optional(v.pipe(secret(), v.description("Password, where the option file has none."))),
  mysqld: v.optional(
    v.object({
      address: v.optional(
        v.pipe(
          v.string(),
          v.check(isAddress, "expected host:port or [address]:port"),
          v.description("Address of the server, where the option file has none."),
        ),
        "localhost:3306",
      ),
      username: v.optional(v.pipe(v.string(), v.description("User, where the option file has none."))),
      maxConnections: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(1),
          v.description("Most connections to collect with; one more ends what takes too long."),
        ),
        2,
      ),
    }),
    {},
  ),
  config: v.optional(
    v.object({
      myCnf: v.optional(
        v.pipe(v.string(), v.description("Option file; without one and without a user, ~/.my.cnf if there is one.")),
      ),
    }),
    {},
  ),
  tls: v.optional(
    v.object({
      insecureSkipVerify: v.optional(
        v.pipe(v.boolean(), v.description("Trust any certificate of the server.")),
        false,
      ),
    }),
    {},
  ),
  targets: v.optional(
    v.pipe(
      v.array(
        v.object({
          target: v.string(),
          authModule: v.optional(v.string()),
          labels: v.optional(v.record(v.string(), v.string())),
        }),
      ),
      v.description("Servers to list at /sd."),
    ),
    [],
  ),
  authModules: v.optional(
    v.pipe(
      v.record(
        v.string(),
        v.object({
          hosts: v.array(v.string()),
          username: v.string(),
          password: v.optional(secret()),
          tls: v.optional(
            v.object({ ca: v.optional(v.string()), insecureSkipVerify: v.optional(v.boolean(), false) }),
          ),
        }),
      ),
      v.description("Accounts for probes, and the servers that may get them."),
    ),
    {},
  ),
  collect: collectSettings,
  exporter: v.optional(
    v.object({
      lock_wait_timeout: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(1),
          v.description("Seconds that a statement may wait for a lock on a table's definition."),
        ),
        2,
      ),
      log_slow_filter: v.optional(
        v.pipe(v.boolean(), v.description("Keep scrapes out of the slow query log. Not on MySQL.")),
        false,
      ),
    }),
    {},
  ),
});

/** The validated settings, as collectors get them. */
export type MysqldSettings = v.InferOutput<typeof settings>;

/** An account for probes. */
export type AuthModule = MysqldSettings["authModules"][string];

function isAddress(text: string): boolean {
  try {
    return splitAddress(text).length === 2;
  } catch {
    return false;
  }
}
