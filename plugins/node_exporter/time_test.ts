import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parseClockSources, time } from "./time.ts";

const FOLDER = "/sys/devices/system/clocksource";

describe("parseClockSources", () => {
  it("parseClockSources() reads a list, and nothing from nothing", () => {
    assert.deepEqual(parseClockSources("tsc hpet acpi_pm \n"), ["tsc", "hpet", "acpi_pm"]);
    assert.deepEqual(parseClockSources("\n"), []);
    assert.deepEqual(parseClockSources(undefined), []);
  });
});

describe("time", () => {
  it("time() exposes clock, zone and sources", async () => {
    const before = Date.now() / 1000;
    const exposition = await expose(time(fakeHost({
      [`${FOLDER}/clocksource0/available_clocksource`]: "tsc hpet \n",
      [`${FOLDER}/clocksource0/current_clocksource`]: "tsc\n",
      [`${FOLDER}/clocksource1/available_clocksource`]: { error: "EACCES" },
      [`${FOLDER}/power/control`]: "auto\n",
    }, { timeZone: () => Promise.resolve({ name: "CEST", offsetSeconds: 7200 }) })));
    const [seconds] = samples(exposition).filter((line) => line.startsWith("node_time_seconds"));
    assert.ok(Math.abs(Number(seconds!.split(" ")[1]) - before) < 60);
    assert.deepEqual(samples(exposition).filter((line) => line !== seconds).sort(), [
      'node_time_clocksource_available_info{clocksource="hpet",device="0"} 1',
      'node_time_clocksource_available_info{clocksource="tsc",device="0"} 1',
      'node_time_clocksource_current_info{clocksource="tsc",device="0"} 1',
      'node_time_zone_offset_seconds{time_zone="CEST"} 7200',
    ]);
  });
});
