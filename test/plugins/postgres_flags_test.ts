/** Command lines and environments that were written for postgres_exporter. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd, startServer } from "../_process.ts";
import { findProgram } from "../_programs.ts";
import { assertKnowsFlagsOf } from "./_flags.ts";
import { needsOriginal } from "./_postgres.ts";

const EXPORTER = new URL("../../plugins/postgres_exporter/exporter.ts", import.meta.url).pathname;

/** What it reads beside its flags; the help does not tell. */
const VARIABLES = [
  ...["NAME", "URI", "URI_FILE", "USER", "USER_FILE", "PASS", "PASS_FILE"].map((name) => `DATA_SOURCE_${name}`),
  ...[
    ...["AUTO_DISCOVER_DATABASES", "CONSTANT_LABELS", "DISABLE_DEFAULT_METRICS", "DISABLE_SETTINGS_METRICS"],
    ...["EXCLUDE_DATABASES", "EXTEND_QUERY_PATH", "INCLUDE_DATABASES", "METRIC_PREFIX", "WEB_LISTEN_ADDRESS"],
    ...["WEB_TELEMETRY_PATH"],
  ].map((name) => `PG_EXPORTER_${name}`),
];

describe("the command line of postgres exporter", needsOriginal(), () => {
  it("postgres exporter knows each flag and variable of the original", async () => {
    const original = { path: findProgram("prometheus-postgres-exporter")!, args: ["--help"] };
    await assertKnowsFlagsOf("postgres_exporter", original, { variables: VARIABLES });
  });
});

describe("postgres exporter told by the variables of the original", () => {
  it("postgres exporter listens where they say", async () => {
    await using exporter = await startServer({
      path: Deno.execPath(),
      args: ["run", "-A", EXPORTER],
      env: {
        PG_EXPORTER_WEB_LISTEN_ADDRESS: "127.0.0.1:0",
        PG_EXPORTER_WEB_TELEMETRY_PATH: "/pg",
        PG_EXPORTER_METRIC_PREFIX: "pg",
      },
    });
    assert.match(await (await fetch(`${exporter.url}/pg`)).text(), /^pg_up 0$/m);
  });

  const refused = [
    ["--metric-prefix=db", "expected pg: .*metric_relabel_configs"],
    ["--constantLabels=a=b", "expected nothing: .*its labels in the settings of Prometheus"],
    ["--dumpmaps", "expected false: .* listed in the README"],
  ];
  for (const [flag, instead] of refused) {
    it(`postgres exporter refuses ${flag}, and says what to do`, async () => {
      const { code, stderr } = await runToEnd({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, flag!] });
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`^Flag ${flag!.split("=")[0]}: got .*, ${instead}.*\n$`));
    });
  }
});
