import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { recordingLog, samples } from "../exporter/_testing.ts";
import { defineExporter } from "../exporter/definition.ts";
import { RunningExporter } from "../exporter/running_exporter.ts";
import { gauge } from "../metrics/gauge.ts";
import { parseSettings } from "./_settings_file.ts";
import { type ProgramSources, readProgramOptions } from "./program_flags.ts";
import { createReload } from "./reload.ts";

/** An exporter that shows its setting, started with a settings file that can be changed. */
function started(file: string, args: readonly string[] = []) {
  const written = { file };
  const exporter = defineExporter({
    name: "t",
    version: "1.0.0",
    port: 1,
    settings: v.object({ city: v.optional(v.string(), "Berlin") }),
    collectors: {
      one: {
        help: "One.",
        metrics: { city: gauge("t_city", "Where.", ["city"]) },
        collect: ({ settings, metrics }) => metrics.city.set(settings, 1),
      },
    },
  });
  const sources: ProgramSources = {
    args: ["--config.file=t.yml", ...args],
    variable: () => undefined,
    variableNames: [],
    readFile: () => "",
    openSettingsFile(path) {
      const document = parseSettings(path, written.file);
      return "problems" in document ? document : { document, readFile: () => "" };
    },
  };
  const read = readProgramOptions(exporter, sources);
  assert.ok("options" in read);
  const running = new RunningExporter(exporter, read.options);
  const log = recordingLog();
  const events: string[] = [];
  const noted = { succeeded: () => events.push("succeeded"), failed: () => events.push("failed") };
  const reload = createReload(running, { ...read.options, sources, noted, log });
  const shown = async () => samples(await running.gather(), "t_city");
  return { written, reload, shown, events, log, running };
}

describe("createReload()", () => {
  it("swaps the settings when all of them are right", async () => {
    const { written, reload, shown, events, log } = started("city: Rome");
    assert.deepEqual(await shown(), ['t_city{city="Rome"} 1']);
    written.file = "city: Oslo";
    assert.deepEqual(reload(), []);
    assert.deepEqual(await shown(), ['t_city{city="Oslo"} 1']);
    written.file = "";
    assert.deepEqual(reload(), []);
    assert.deepEqual(await shown(), ['t_city{city="Berlin"} 1']);
    assert.deepEqual(events, ["succeeded", "succeeded", "succeeded"]);
    assert.deepEqual(log.lines, ["info: Settings reloaded {}", "info: Settings reloaded {}"]);
  });

  const refused: [string, string, string[]][] = [
    ["a value is wrong", "city: [5]", ["t.yml:1: city: got a list, expected string"]],
    ["a key is unknown", "city: Oslo\nciyt: Oslo", ["t.yml:2: ciyt: unknown key, did you mean city?"]],
    ["the syntax is wrong", "city: Oslo\n}", ["t.yml:2:1: "]],
    ["only a restart could change one", "city: Oslo\nweb: { telemetry_path: /m }", [
      "Setting web.telemetry_path changed, expected it as it was: restart the exporter, or take the change back",
    ]],
    ["another collector should run", "city: Oslo\ncollectors: { one: false }", [
      "Setting collectors.one changed, expected it as it was: restart the exporter, or take the change back",
    ]],
  ];
  for (const [why, file, problems] of refused) {
    it(`keeps the settings of before when ${why}, and says so`, async () => {
      const { written, reload, shown, events, log } = started("city: Rome");
      written.file = file;
      const found = reload();
      assert.equal(found.length, problems.length);
      found.forEach((problem, i) => assert.ok(problem.startsWith(problems[i]!), problem));
      assert.deepEqual(await shown(), ['t_city{city="Rome"} 1']);
      assert.deepEqual(events, ["succeeded", "failed"]);
      assert.equal(log.lines.length, problems.length);
      assert.match(log.lines[0]!, /^error: Settings not reloaded, those of before stay in force/);
      written.file = "city: Oslo";
      assert.deepEqual(reload(), []);
      assert.deepEqual(await shown(), ['t_city{city="Oslo"} 1']);
    });
  }

  it("lets flags win each time", async () => {
    const { written, reload, shown } = started("city: Rome", ["--city=Bern"]);
    written.file = "city: Oslo";
    assert.deepEqual(reload(), []);
    assert.deepEqual(await shown(), ['t_city{city="Bern"} 1']);
  });

  it("refuses when the exporter is closed", async () => {
    const { reload, running } = started("city: Rome");
    await running.close();
    assert.deepEqual(reload(), ['Cannot change the settings of exporter "t": it was closed']);
  });
});
