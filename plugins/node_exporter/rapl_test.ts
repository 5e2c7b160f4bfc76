import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { createNumbering, rapl } from "./rapl.ts";

describe("createNumbering", () => {
  it("createNumbering() splits numbers off, and counts names that have none", () => {
    const indexOf = createNumbering();
    assert.deepEqual(["package-12", "core", "dram", "core"].map(indexOf), [
      { name: "package", index: "12" },
      { name: "core", index: "0" },
      { name: "dram", index: "0" },
      { name: "core", index: "1" },
    ]);
  });
});

describe("rapl", () => {
  const host = fakeHost({
    "/sys/class/powercap/intel-rapl/enabled": "1\n",
    "/sys/class/powercap/intel-rapl:0/name": "package-0\n",
    "/sys/class/powercap/intel-rapl:0/energy_uj": { error: "EACCES" },
    "/sys/class/powercap/intel-rapl:0:0/name": "core\n",
    "/sys/class/powercap/intel-rapl:0:0/energy_uj": "2500000\n",
  });

  it("rapl() passes over counters that only root may read", async () => {
    assert.deepEqual(samples(await expose(rapl(host))), [
      'node_rapl_core_joules_total{index="0",path="/sys/class/powercap/intel-rapl:0:0"} 2.5',
    ]);
  });

  it("rapl() names the zone in a label when told to", async () => {
    assert.deepEqual(samples(await expose(rapl(host), { collector: { rapl: { enableZoneLabel: true } } })), [
      'node_rapl_joules_total{index="0",path="/sys/class/powercap/intel-rapl:0:0",rapl_zone="core"} 2.5',
    ]);
  });
});
