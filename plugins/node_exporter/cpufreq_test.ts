import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { cpufreq } from "./cpufreq.ts";

describe("cpufreq", () => {
  it("cpufreq() passes over a CPU that went away, and over what may not be read", async () => {
    const folder = "/sys/devices/system/cpu";
    const host = fakeHost({
      [`${folder}/cpu0/cpufreq/scaling_cur_freq`]: "1219917\n",
      [`${folder}/cpu0/cpufreq/cpuinfo_cur_freq`]: { error: "EACCES" },
      [`${folder}/cpu0/cpufreq/scaling_max_freq`]: "<unknown>\n",
      [`${folder}/cpu1/cpufreq/scaling_cur_freq`]: { error: "ENXIO" },
      [`${folder}/cpufreq/policy0/scaling_cur_freq`]: "5\n",
    });
    assert.deepEqual(samples(await expose(cpufreq(host))), ['node_cpu_scaling_frequency_hertz{cpu="0"} 1.219917e+09']);
  });
});
