import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { parsePressure, pressure } from "./pressure.ts";

const SOME = "some avg10=0.10 avg60=2.00 avg300=3.85 total=18666064\n";
const FULL = "full avg10=0.00 avg60=0.00 avg300=0.00 total=6368287\n";

describe("parsePressure", () => {
  it("parsePressure() reads totals in seconds, those that are there", () => {
    assert.deepEqual(parsePressure(SOME + FULL, "/proc/pressure/io"), { some: 18.666064, full: 6.3682870000000005 });
    assert.deepEqual(parsePressure(SOME, "/proc/pressure/cpu"), { some: 18.666064 });
    assert.deepEqual(parsePressure("", "/proc/pressure/cpu"), {});
  });

  it("parsePressure() rejects a truncated line", () => {
    assert.throws(() => parsePressure(`${SOME}full avg10=0.00 avg6`, "/proc/pressure/io"), {
      name: "SyntaxError",
      message: /^Cannot read \/proc\/pressure\/io: line 2 is "full avg10=0\.00 avg6", expected a line such as /,
    });
  });
});

describe("pressure", () => {
  it("pressure() passes over what the kernel does not account", async () => {
    const host = fakeHost({
      "/proc/pressure/cpu": SOME,
      "/proc/pressure/io": { error: "EOPNOTSUPP" },
    });
    assert.deepEqual(samples(await expose(pressure(host))), ["node_pressure_cpu_waiting_seconds_total 18.666064"]);
  });
});
