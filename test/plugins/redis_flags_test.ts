/** Command lines and environments that were written for redis_exporter. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd } from "../_process.ts";
import { findProgram } from "../_programs.ts";
import { assertKnowsFlagsOf } from "./_flags.ts";
import { needsOriginal } from "./_redis.ts";

const EXPORTER = new URL("../../plugins/redis_exporter/exporter.ts", import.meta.url).pathname;

/** What it reads beside its flags; the help does not tell. */
const VARIABLES = [
  "REDIS_ADDR",
  "REDIS_USER",
  "REDIS_PASSWORD",
  "REDIS_PASSWORD_FILE",
  ...[
    ...["CHECK_KEYS", "CHECK_KEYS_BATCH_SIZE", "CHECK_KEY_GROUPS", "CHECK_SINGLE_KEYS", "CHECK_SINGLE_STREAMS"],
    ...["CHECK_STREAMS", "CONFIG_COMMAND", "CONNECTION_TIMEOUT", "COUNT_KEYS", "DEBUG", "EXPORT_CLIENT_LIST"],
    ...["EXPORT_CLIENT_PORT", "INCL_CONFIG_METRICS", "INCL_SYSTEM_METRICS", "IS_CLUSTER", "IS_TILE38", "LOG_FORMAT"],
    ...["MAX_DISTINCT_KEY_GROUPS", "NAMESPACE", "PING_ON_CONNECT", "REDACT_CONFIG_METRICS", "REDIS_ONLY_METRICS"],
    ...["SCRIPT", "SET_CLIENT_NAME", "SKIP_TLS_VERIFICATION", "TLS_CA_CERT_FILE", "TLS_CLIENT_CERT_FILE"],
    ...["TLS_CLIENT_KEY_FILE", "TLS_SERVER_CA_CERT_FILE", "TLS_SERVER_CERT_FILE", "TLS_SERVER_KEY_FILE"],
    ...["TLS_SERVER_MIN_VERSION", "WEB_LISTEN_ADDRESS", "WEB_TELEMETRY_PATH"],
  ].map((name) => `REDIS_EXPORTER_${name}`),
];

describe("the command line of redis exporter", needsOriginal(), () => {
  it("redis exporter knows each flag and variable of the original", async () => {
    const original = { path: findProgram("prometheus-redis-exporter")!, args: ["-help"] };
    await assertKnowsFlagsOf("redis_exporter", original, { variables: VARIABLES });
  });
});

describe("redis exporter told what it cannot do", () => {
  const defaults = ["-namespace=redis", "-is-tile38=false"];
  const refused = [["-namespace=cache", "expected redis"], ["-is-tile38", "use redis_exporter for it"]];

  it("redis exporter takes the defaults of the original", async () => {
    const { code } = await check(defaults);
    assert.equal(code, 0);
  });

  for (const [flag, instead] of refused) {
    it(`redis exporter refuses ${flag}, and says what to do`, async () => {
      const { code, stderr } = await check([flag!]);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`^Flag -${flag!.split("=")[0]}: got .*${instead}.*\n$`));
    });
  }
});

function check(args: readonly string[]) {
  return runToEnd({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, "--config.check", ...args] });
}
