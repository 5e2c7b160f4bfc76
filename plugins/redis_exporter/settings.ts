import { alias, duration, secret } from "@exporterkit/core";
import * as v from "valibot";
import { parseAddress } from "./_address.ts";
import { parseKeys } from "./_keys.ts";

/** The settings of the Redis exporter; each is a flag, and with few exceptions a variable, of redis_exporter's name. */
export const settings = v.object({
  redis: v.optional(
    v.object({
      addr: v.optional(
        v.pipe(
          v.string(),
          v.check(succeeds(parseAddress), "expected redis://host:port, rediss://host:port, unix:///path or host:port"),
          v.description("Address of the Redis server, as in redis://localhost:6379, rediss://... or unix:///path."),
          alias({ variable: "REDIS_ADDR" }),
        ),
        "redis://localhost:6379",
      ),
      user: v.optional(
        v.pipe(
          v.string(),
          v.description("User to log in as, for Redis 6 and newer."),
          alias({ variable: "REDIS_USER" }),
        ),
      ),
      password: v.optional(
        v.pipe(
          secret(),
          v.description("Password to log in with. A file may hold it as it is, or as JSON of passwords by address."),
          alias({ variable: "REDIS_PASSWORD" }),
        ),
      ),
    }),
    {},
  ),
  targets: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description("Server to list at /sd for probes, as in redis://10.0.0.1:6379. Repeatable."),
    ),
  ),
  authModules: v.optional(
    v.pipe(
      v.record(
        v.string(),
        v.object({ hosts: v.array(v.string()), user: v.optional(v.string()), password: secret() }),
      ),
      v.description("Credentials for probes by name: user, password, and the hosts that may get them."),
    ),
    {},
  ),
  connectionTimeout: v.optional(
    v.pipe(
      duration(),
      v.description("Longest time to connect; a scrape does not wait longer than its own deadline."),
    ),
    "15s",
  ),
  setClientName: v.optional(
    v.pipe(v.boolean(), v.description("Call the connection redis_exporter in CLIENT LIST.")),
    true,
  ),
  pingOnConnect: v.optional(v.pipe(v.boolean(), v.description("Expose how long a PING takes.")), false),
  configCommand: v.optional(
    v.pipe(v.string(), v.nonEmpty(), v.description("What CONFIG is called on this server, or - to do without it.")),
    "CONFIG",
  ),
  includeConfigMetrics: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Expose all configuration as redis_config_key_value and redis_config_value."),
      alias({ variable: "REDIS_EXPORTER_INCL_CONFIG_METRICS" }),
    ),
    false,
  ),
  redactConfigMetrics: v.optional(
    v.pipe(v.boolean(), v.description("Leave out configuration that may hold passwords.")),
    true,
  ),
  includeSystemMetrics: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Expose redis_total_system_memory_bytes."),
      alias({ variable: "REDIS_EXPORTER_INCL_SYSTEM_METRICS" }),
    ),
    false,
  ),
  exportClientPort: v.optional(
    v.pipe(v.boolean(), v.description("Give redis_connected_clients_details the label port, a series per connection.")),
    false,
  ),
  checkKeys: keyList("Patterns of keys to export size and value of, found with SCAN, as in db0=user:*,db1=session:*."),
  checkSingleKeys: keyList("Keys to export size and value of, as in db0=users,db1=queue."),
  checkStreams: keyList("Patterns of streams to export, with their groups and consumers, found with SCAN."),
  checkSingleStreams: keyList("Streams to export, with their groups and consumers."),
  countKeys: keyList("Patterns of keys to count, as in db0=user:*, found with SCAN."),
  isCluster: v.optional(
    v.pipe(v.boolean(), v.description("Look for these keys on all nodes of the cluster that the server is part of.")),
    false,
  ),
  checkKeysBatchSize: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.description("COUNT of each SCAN: more is faster, and keeps other clients waiting for longer."),
    ),
    1000,
  ),
  checkKeyGroups: v.optional(
    v.pipe(
      v.string(),
      v.description("Lua patterns whose captures put keys into groups, by commas; needs the right to run EVAL."),
    ),
  ),
  maxDistinctKeyGroups: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.description("Groups per database to name, those that use most memory; the others are the group overflow."),
    ),
    100,
  ),
  script: v.optional(
    v.pipe(v.string(), v.description("File of a Lua script that returns keys and values, for redis_script_values.")),
  ),
  skipTlsVerification: v.optional(
    v.pipe(v.boolean(), v.description("Trust any certificate of the server.")),
    false,
  ),
  tlsCaCertFile: v.optional(v.pipe(v.string(), v.description("Certificates to trust the server's by, in PEM."))),
  tlsClientCertFile: v.optional(v.pipe(v.string(), v.description("Certificate to show to the server, in PEM."))),
  tlsClientKeyFile: v.optional(v.pipe(v.string(), v.description("Key of that certificate, in PEM."))),
  tlsServerCertFile: v.optional(
    v.pipe(v.string(), v.description("Certificate of the exporter itself, in PEM, to be asked by https.")),
  ),
  tlsServerKeyFile: v.optional(v.pipe(v.string(), v.description("Key of that certificate, in PEM."))),
  tlsServerCaCertFile: v.optional(
    v.pipe(v.string(), v.description("Certificates by which those who ask the exporter must show theirs, in PEM.")),
  ),
  tlsServerMinVersion: v.optional(
    v.pipe(
      v.picklist(["TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"]),
      v.description("Oldest version of TLS to be asked by."),
    ),
    "TLS1.2",
  ),
  namespace: v.optional(
    v.pipe(
      v.string(),
      v.description("Not supported: as redis only, for command lines of redis_exporter."),
      v.check((name) => name === "redis", "expected redis: rename families with metric_relabel_configs of Prometheus"),
    ),
    "redis",
  ),
  isTile38: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Not supported: as false only, for command lines of redis_exporter."),
      v.check((on) => !on, "expected false: Tile38 is not exported, use redis_exporter for it"),
    ),
    false,
  ),
});

/** The validated settings, as collectors get them. */
export type RedisSettings = v.InferOutput<typeof settings>;

function keyList(help: string) {
  return v.optional(
    v.pipe(
      v.string(),
      v.check(succeeds(parseKeys), "expected keys by commas, each key, db0=key or 0=key"),
      v.description(help),
    ),
  );
}

function succeeds(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  };
}
