import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { chipLabel, followLink, hwmon, parseSensors, readings } from "./hwmon.ts";

describe("parseSensors", () => {
  it("parseSensors() sorts files by sensor", () => {
    const sensors = parseSensors(new Map([["temp1_input", "1\n"], ["temp1_max", "2\n"], ["pwm2", "3\n"]]));
    assert.deepEqual([...sensors.keys()], ["temp1", "pwm2"]);
    assert.deepEqual([...sensors.get("temp1")!.elements], [["input", "1"], ["max", "2"]]);
    assert.deepEqual([...sensors.get("pwm2")!.elements], [["", "3"]]);
  });

  it("parseSensors() leaves out files that are no sensors", () => {
    assert.equal(
      parseSensors(new Map([["name", "x"], ["uevent", "x"], ["power", "x"], ["7up", "x"]])).has("name0"),
      false,
    );
    assert.deepEqual([...parseSensors(new Map([["subsystem", "x"], ["7up", "x"]])).keys()], []);
  });
});

describe("readings", () => {
  const cases: [kind: string, element: string, raw: string, name: string, value: number][] = [
    ["temp", "input", "55000", "node_hwmon_temp_celsius", 55],
    ["temp", "crit_hyst", "-5000", "node_hwmon_temp_crit_hyst_celsius", -5],
    ["temp", "type", "4", "node_hwmon_temp_type", 4],
    ["temp", "alarm", "1", "node_hwmon_temp_alarm", 1],
    ["in", "input", "792", "node_hwmon_in_volts", 0.792],
    ["in", "beep", "1", "node_hwmon_in_beep_enabled", 1],
    ["fan", "input", "1098", "node_hwmon_fan_rpm", 1098],
    ["fan", "pulses", "2", "node_hwmon_fan_pulses", 2],
    ["power", "average", "5000000", "node_hwmon_power_average_watt", 5],
    ["pwm", "", "98", "node_hwmon_pwm", 98],
    ["vrm", "", "100", "node_hwmon_voltage_regulator_version", 100],
    ["beep_enable", "", "0", "node_hwmon_beep_enabled", 0],
  ];
  for (const [kind, element, raw, name, value] of cases) {
    it(`readings() gives ${kind} "${element}" its name and unit`, () => {
      const [reading, ...others] = readings(kind, new Map([[element, raw]]));
      assert.deepEqual(others, []);
      assert.equal(reading!.name, name);
      assert.equal(reading!.value, value);
    });
  }

  it("readings() are counters for energy", () => {
    const [reading] = readings("energy", new Map([["input", "23000000"]]));
    assert.deepEqual([reading!.name, reading!.type, reading!.value], ["node_hwmon_energy_joule_total", "counter", 23]);
  });

  it("readings() leave out what is no number", () => {
    assert.deepEqual(readings("temp", new Map([["input", "N/A"], ["label", "1"]])), []);
  });

  it("readings() tell the input from a file without element", () => {
    const names = readings("pwm", new Map([["", "1"], ["input", "2"]])).map(({ name }) => name);
    assert.deepEqual(names, ["node_hwmon_pwm", "node_hwmon_pwm_input"]);
  });
});

describe("chipLabel", () => {
  it("chipLabel() takes bus and device, else the folder's name", () => {
    assert.equal(chipLabel("/sys/devices/a/hwmon/hwmon0", "/sys/devices/platform/coretemp.0"), "platform_coretemp_0");
    assert.equal(chipLabel("/sys/class/hwmon/hwmon3", undefined), "hwmon3");
  });
});

describe("followLink", () => {
  it("followLink() resolves a relative link by its text", () => {
    assert.equal(followLink("/sys/class/hwmon/hwmon0", "../../devices/x/hwmon/hwmon0"), "/sys/devices/x/hwmon/hwmon0");
    assert.equal(followLink("/sys/class/hwmon/hwmon0", "/sys/devices/y"), "/sys/devices/y");
  });
});

describe("hwmon", () => {
  it("hwmon() leaves out a sensor that fails, and a chip that has vanished", async () => {
    const host = fakeHost({
      "/sys/class/hwmon/hwmon0/temp1_input": { error: "EIO" },
      "/sys/class/hwmon/hwmon0/temp2_input": "1000\n",
      "/sys/class/hwmon/hwmon1": { link: "../../devices/nowhere" },
    });
    assert.deepEqual(samples(await expose(hwmon(host))), ['node_hwmon_temp_celsius{chip="hwmon0",sensor="temp2"} 1']);
  });
});
