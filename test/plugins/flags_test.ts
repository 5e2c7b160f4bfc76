import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findProgram } from "../_programs.ts";
import { memcachedExporterProgram } from "../_shared.ts";
import { assertKnowsFlagsOf, readGoHelp, readOwnHelp } from "./_flags.ts";
import { needsOriginal as needsMemcached } from "./_memcached.ts";
import { needsOriginal as needsNginx } from "./_nginx.ts";

describe("readGoHelp()", () => {
  it("reads the flags of Go's flag package", () => {
    const help =
      "Usage of a:\n  -nginx.plus\n    \tStart -nginx.other. The default can be overwritten by NGINX_PLUS\n" +
      "  -web.listen-address string\n    \tAn address.\n";
    const { flags, variables } = readGoHelp(help);
    assert.deepEqual([...flags], ["nginx.plus", "web.listen-address"]);
    assert.deepEqual([...variables], ["NGINX_PLUS"]);
  });

  it("reads the flags of kingpin", () => {
    const help = "Flags:\n  -h, --[no-]help   Show help (also\n                    --help-long).\n" +
      '      --web.telemetry-path="/metrics"  \n                    A path.\n                    ($A_PATH)\n';
    const { flags, variables } = readGoHelp(help);
    assert.deepEqual([...flags], ["help", "web.telemetry-path"]);
    assert.deepEqual([...variables], ["A_PATH"]);
  });
});

describe("readOwnHelp()", () => {
  it("reads flags, variables and aliases", () => {
    const help = "  --[no-]log.level=<x>  Of --no-such lines. Also --verbosity, VERBOSITY.\n" +
      "  --pass=<secret>\n          A word. Also PASS.\n  -h, --help  Help.\n\n" +
      "such as A_EXPORTER_LOG_LEVEL for --log.level\n";
    const { flags, variables } = readOwnHelp(help);
    assert.deepEqual([...flags], ["log.level", "verbosity", "pass", "pass-file", "help"]);
    assert.deepEqual([...variables], [
      "A_EXPORTER_LOG_LEVEL",
      "VERBOSITY",
      "A_EXPORTER_PASS",
      "PASS",
      "A_EXPORTER_PASS_FILE",
      "PASS_FILE",
      "A_EXPORTER_HELP",
    ]);
  });
});

describe("a command line of the original", () => {
  it("names what nginx_exporter knows", needsNginx(), async () => {
    await assertKnowsFlagsOf("nginx_exporter", { path: findProgram("prometheus-nginx-exporter")!, args: ["--help"] });
  });

  it("names what memcached_exporter knows", needsMemcached(), async () => {
    const { path } = await memcachedExporterProgram();
    await assertKnowsFlagsOf("memcached_exporter", { path, args: ["--help"] });
  });
});
