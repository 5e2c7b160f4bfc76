import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples, scraper } from "./_testing.ts";
import { cpu, neverLess, parseCpuList, parseCpuTimes } from "./cpu.ts";

const STAT = "cpu  12 0 0 800\ncpu0 5 0 0 400 0 0 0 0 2 1\ncpu1 7 0 0 400\nintr 9\n";

describe("parseCpuTimes", () => {
  it("parseCpuTimes() reads seconds of single CPUs, as many modes as the kernel has", () => {
    assert.deepEqual([...parseCpuTimes(STAT)], [
      ["0", [0.05, 0, 0, 4, 0, 0, 0, 0, 0.02, 0.01]],
      ["1", [0.07, 0, 0, 4]],
    ]);
  });

  it("parseCpuTimes() rejects a truncated line", () => {
    assert.throws(() => parseCpuTimes("cpu  1 2\ncpu0 5 0"), {
      name: "SyntaxError",
      message: /^Cannot read \/proc\/stat: line 2 is "cpu0 5 0", expected a line such as /,
    });
    assert.throws(() => parseCpuTimes("cpu0 5 0 0 x"), SyntaxError);
  });
});

describe("neverLess", () => {
  it("neverLess() keeps what a CPU had when its times fall a little", () => {
    assert.deepEqual(neverLess([1, 0, 0, 100, 5], [2, 0, 0, 99, 4]), [2, 0, 0, 100, 5]);
  });

  it("neverLess() starts anew when the CPU did", () => {
    assert.deepEqual(neverLess([1, 0, 0, 100, 5], [0, 0, 0, 97, 0]), [0, 0, 0, 97, 0]);
    assert.deepEqual(neverLess(undefined, [0, 0, 0, 1]), [0, 0, 0, 1]);
  });
});

describe("parseCpuList", () => {
  it("parseCpuList() reads numbers and ranges", () => {
    assert.deepEqual(parseCpuList("1,3-5\n"), [1, 3, 4, 5]);
  });

  it("parseCpuList() finds nothing in what is no list", () => {
    for (const text of ["", "\n", "none", "5-3", "1-", "0-99999999999"]) assert.deepEqual(parseCpuList(text), []);
  });
});

describe("cpu", () => {
  it("cpu() leaves out guests when told to", async () => {
    const exposition = await expose(cpu(fakeHost({ "/proc/stat": STAT })), { collector: { cpu: { guest: false } } });
    assert.equal(samples(exposition).length, 16);
    assert.doesNotMatch(exposition, /guest/);
  });

  it("cpu() keeps times from falling between two scrapes, and forgets a CPU that is gone", async () => {
    const files = { "/proc/stat": STAT };
    const scrape = scraper(cpu(fakeHost(files)));
    await scrape();
    files["/proc/stat"] = "cpu0 6 0 0 399\n";
    const exposition = await scrape();
    assert.match(exposition, /^node_cpu_seconds_total\{cpu="0",mode="user"\} 0\.06$/m);
    assert.match(exposition, /^node_cpu_seconds_total\{cpu="0",mode="idle"\} 4$/m);
    assert.doesNotMatch(exposition, /cpu="1"/);
  });

  it("cpu() passes over a CPU whose topology or counts are not there", async () => {
    const folder = "/sys/devices/system/cpu";
    const exposition = await expose(cpu(fakeHost({
      [`${folder}/cpu0/topology/core_id`]: "0\n",
      [`${folder}/cpu0/topology/physical_package_id`]: "0\n",
      [`${folder}/cpu0/thermal_throttle/core_throttle_count`]: "4\n",
      [`${folder}/cpu0/thermal_throttle/package_throttle_count`]: { error: "EACCES" },
      [`${folder}/cpu1/thermal_throttle/core_throttle_count`]: "5\n",
      [`${folder}/cpufreq`]: { entries: [] },
    })));
    assert.deepEqual(samples(exposition), ['node_cpu_core_throttles_total{core="0",package="0"} 4']);
  });
});
