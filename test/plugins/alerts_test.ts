import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../_process.ts";
import { findProgram, needsProgram } from "../_programs.ts";

const PLUGINS = fileURLToPath(new URL("../../plugins", import.meta.url));
const withAlerts = readdirSync(PLUGINS).filter((plugin) => existsSync(`${PLUGINS}/${plugin}/alerts.yml`));

describe("the alerts of plugins", needsProgram("promtool", "apt-get install -y prometheus"), () => {
  for (const plugin of withAlerts) {
    for (const args of [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]]) {
      it(`those of ${plugin} pass promtool ${args.join(" ")}`, async () => {
        const cwd = `${PLUGINS}/${plugin}`;
        const { code, stdout, stderr } = await runToEnd({ path: findProgram("promtool")!, args, cwd });
        assert.equal(code, 0, `${stdout}${stderr}`);
        assert.match(stdout, /SUCCESS/);
      });
    }

    it(`those of ${plugin} have the three that see partial failure, and a test for each`, async () => {
      const [rules, tests] = await Promise.all(
        ["alerts.yml", "alerts_test.yml"].map((file) => Deno.readTextFile(`${PLUGINS}/${plugin}/${file}`)),
      );
      const alerts = [...rules!.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
      for (const wanted of ["UpstreamDown", "CollectorFailing", "DataStale"]) {
        assert.ok(alerts.includes(wanted), wanted);
      }
      for (const alert of alerts) {
        assert.match(tests!, new RegExp(`alertname: ${alert}\\n +exp_alerts:\\n +- exp_labels`), alert);
      }
    });
  }
});
