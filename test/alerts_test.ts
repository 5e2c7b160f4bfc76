import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./_process.ts";
import { findProgram, needsProgram } from "./_programs.ts";

const FOLDER = fileURLToPath(new URL("../examples/hello", import.meta.url));

describe("the alerts that every exporter ships", needsProgram("promtool", "apt-get install -y prometheus"), () => {
  for (const args of [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]]) {
    it(`pass promtool ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await runToEnd({ path: findProgram("promtool")!, args, cwd: FOLDER });
      assert.equal(code, 0, `${stdout}${stderr}`);
      assert.match(stdout, /SUCCESS/);
    });
  }
});
