/** The settings of a Worker: bindings, the secrets among them, and what it answers when they are wrong. */
import { before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { ask } from "../_http.ts";
import { needsCarriedRuntimes, needsProgram } from "../_programs.ts";
import { installedProject } from "../_shared.ts";
import { bundleForWorkers, startWorker } from "../_workers.ts";

const needs = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };
const PASSWORD = "correct-horse-battery";

describe("the settings of a Worker", needs, () => {
  let code: string;
  before(async () => {
    const { folder } = await installedProject();
    code = await bundleForWorkers(folder, { entryPoints: ["settings.ts"] });
  });

  it("come from bindings, with the defaults of the schema", async () => {
    const bindings = {
      SETTINGS_EXPORTER_CITY_NAME: "Rome",
      SETTINGS_EXPORTER_NAMES: ["a", "b"],
      SETTINGS_EXPORTER_SETTINGS: { max_depth: 7, city_name: "Oslo", modules: { m: { path: "/m" } } },
      SETTINGS_EXPORTER_PASSWORD: PASSWORD,
      SETTINGS_EXPORTER_WEB_TELEMETRY_PATH: "/m",
    };
    await using worker = await startWorker(code, { bindings });
    const { text } = await ask(`${worker.url}/m`);
    assert.match(text, /^settings_told_info\{city="Rome",depth="7",names="a,b",modules="m"\} 1$/m);
    assert.match(text, new RegExp(`^settings_password_length_bytes ${PASSWORD.length}$`, "m"));

    await using plain = await startWorker(code);
    const { text: defaults } = await ask(`${plain.url}/metrics`);
    assert.match(defaults, /^settings_told_info\{city="Berlin",depth="3",names="",modules=""\} 1$/m);
  });

  it("are said to be wrong by every answer, and the log says how, without secrets", async () => {
    const bindings = {
      SETTINGS_EXPORTER_MAX_DEPTH: PASSWORD,
      SETTINGS_EXPORTER_PASSWORD: PASSWORD,
      SETTINGS_EXPORTER_SETTINGS: "{",
    };
    await using worker = await startWorker(code, { bindings });
    for (const path of ["/metrics", "/-/healthy", "/metrics"]) {
      const { status, text } = await ask(`${worker.url}${path}`);
      assert.deepEqual(
        [status, text],
        [500, 'Cannot serve exporter "settings": its settings are wrong, see the log\n'],
      );
    }
    assert.equal(
      worker.log(),
      'Variable SETTINGS_EXPORTER_MAX_DEPTH: got "<secret>", expected a number\n' +
        "Variable SETTINGS_EXPORTER_SETTINGS: expected JSON\n",
    );
  });

  it("hold secrets that are not in the log", async () => {
    await using worker = await startWorker(code, { bindings: { SETTINGS_EXPORTER_PASSWORD: `${PASSWORD}-wrong` } });
    assert.match((await ask(`${worker.url}/metrics`)).text, /^settings_scrape_collector_success\{.*\} 0$/m);
    assert.match(worker.log(), /The upstream does not take <secret>/);
    assert.doesNotMatch(worker.log(), /correct-horse/);
  });
});
