import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseSupplyNumbers, powersupplyclass } from "./powersupplyclass.ts";

describe("parseSupplyNumbers", () => {
  it("parseSupplyNumbers() reads whole units, and passes over what is no number", () => {
    const files = new Map([["voltage_now", "11660000"], ["temp", "293"], ["capacity", "81"], ["energy_now", ""], [
      "x",
      "1",
    ]]);
    assert.deepEqual(parseSupplyNumbers(files), [
      { file: "voltage_now", metric: "voltage_volt", value: 11.66 },
      { file: "temp", metric: "temp_celsius", value: 29.3 },
      { file: "capacity", metric: "capacity", value: 81 },
    ]);
  });
});

describe("powersupplyclass", () => {
  const host = fakeHost({
    "/sys/class/power_supply/AC/online": "1\n",
    "/sys/class/power_supply/AC/type": "Mains\n",
    "/sys/class/power_supply/BAT0/capacity": { error: "ENODEV" },
    "/sys/class/power_supply/BAT0/status": "Full\n",
    "/sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_NAME=BAT0\n",
    "/sys/class/power_supply/BAT1": { error: "ENOENT" },
  });

  it("powersupplyclass() gives each supply the labels that it has, and none to one that went away", async () => {
    assert.deepEqual(samples(await expose(powersupplyclass(host))), [
      'node_power_supply_info{power_supply="AC",type="Mains"} 1',
      'node_power_supply_info{power_supply="BAT0",status="Full"} 1',
      'node_power_supply_online{power_supply="AC"} 1',
    ]);
  });

  it("powersupplyclass() leaves out ignored supplies", async () => {
    const exposition = await expose(powersupplyclass(host), {
      collector: { powersupply: { ignoredSupplies: "^BAT" } },
    });
    assert.doesNotMatch(exposition, /BAT/);
    assert.match(exposition, /AC/);
  });
});
