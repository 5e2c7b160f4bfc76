import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { findProgram } from "../_programs.ts";
import { jsonExporterProgram, memcachedExporterProgram } from "../_shared.ts";
import { assertKnowsFlagsOf, readGoHelp, readOwnHelp } from "./_flags.ts";
import { needsOriginal as needsBlackbox } from "./_blackbox.ts";
import { needsOriginal as needsJson } from "./_json_exporter.ts";
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

  it("names what json_exporter knows", needsJson(), async () => {
    const { path } = await jsonExporterProgram();
    await assertKnowsFlagsOf("json_exporter", { path, args: ["--help"] });
  });

  it("names what blackbox_exporter knows", needsBlackbox(), async () => {
    const path = findProgram("prometheus-blackbox-exporter")!;
    await assertKnowsFlagsOf("blackbox_exporter", { path, args: ["--help"] });
  });
});

describe("the settings file of the original", () => {
  const files: [plugin: string, file: string, text: string][] = [
    ["blackbox_exporter", "blackbox.yml", "modules: { usual: { prober: tcp } }"],
    ["json_exporter", "config.yml", "modules: { usual: { metrics: [] } }"],
  ];
  for (const [plugin, file, text] of files) {
    it(`is read by ${plugin} where it is started`, async () => {
      const cwd = await Deno.makeTempDir({ prefix: "exporterkit-flags-" });
      try {
        await Deno.writeTextFile(`${cwd}/${file}`, text);
        const { pathname } = new URL(`../../plugins/${plugin}/exporter.ts`, import.meta.url);
        const args = ["run", "-A", pathname, "--web.listen-address=127.0.0.1:0"];
        await using exporter = await startServer({ path: Deno.execPath(), args, cwd });
        const { status, text: answer } = await ask(`${exporter.url}/probe?target=x&module=no`);
        assert.deepEqual([status, answer], [400, 'Unknown module "no", expected one of usual\n']);
      } finally {
        await Deno.remove(cwd, { recursive: true });
      }
    });
  }
});
