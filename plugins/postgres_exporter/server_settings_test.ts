import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, FakeServer, samples } from "./_testing.ts";
import { serverSettings, toBaseUnit } from "./server_settings.ts";

describe("toBaseUnit()", () => {
  const settings: readonly [setting: string, unit: string, suffix: string, value: number][] = [
    ["on", "", "", 1],
    ["off", "", "", 0],
    ["0.9", "", "", 0.9],
    ["100", "ms", "_seconds", 0.1],
    ["2", "min", "_seconds", 120],
    ["1", "d", "_seconds", 86_400],
    ["16384", "8kB", "_bytes", 134_217_728],
    ["64", "16MB", "_bytes", 1_073_741_824],
    ["1024", "B", "_bytes", 1024],
    ["-1", "kB", "_bytes", -1],
    ["-1", "min", "_seconds", -1],
  ];
  for (const [setting, unit, suffix, value] of settings) {
    it(`reads ${setting} in "${unit}"`, () => assert.deepEqual(toBaseUnit(setting, unit), { suffix, value }));
  }

  it("rejects a unit that it does not know", () => {
    assert.throws(() => toBaseUnit("1", "8miles"), {
      name: "RangeError",
      message: 'Cannot read a setting in "8miles": there is no such unit',
    });
  });
});

describe("serverSettings", () => {
  const rows = [{ name: "pg_stat_statements.max", setting: "5000", unit: null, vartype: "integer" }];
  const server = new FakeServer({ pg_settings: rows });

  it("serverSettings names what extensions add", async () => {
    assert.deepEqual(samples(await expose({ settings: serverSettings }, server)), [
      'pg_settings_pg_stat_statements_max{server="db:5432"} 5000',
    ]);
  });

  it("serverSettings asks for nothing where it is switched off", async () => {
    const unasked = new FakeServer({});
    await expose({ settings: serverSettings }, unasked, { disableSettingsMetrics: true });
    assert.deepEqual(unasked.queries, []);
  });
});
