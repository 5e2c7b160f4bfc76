import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { hardware } from "./_hardware.ts";
import { expose, fakeHost } from "./_testing.ts";
import { collectors } from "./collectors.ts";
import type { Host } from "./host.ts";

const CAPTURED = [
  "conntrack",
  "cpu",
  "entropy",
  "filefd",
  "loadavg",
  "meminfo",
  "os",
  "pressure",
  "softnet",
  "stat",
  "time",
  "vmstat",
] as const;

const LAPTOP = [
  "conntrack",
  "cpu",
  "cpufreq",
  "dmi",
  "os",
  "powersupplyclass",
  "rapl",
  "schedstat",
  "stat",
  "thermal_zone",
] as const;

/** Those that live on one file each, which is therefore worth an error when it may not be read. */
const ESSENTIAL = {
  cpu: "/proc/stat",
  filefd: "/proc/sys/fs/file-nr",
  loadavg: "/proc/loadavg",
  meminfo: "/proc/meminfo",
  pressure: "/proc/pressure/io",
  schedstat: "/proc/schedstat",
  softnet: "/proc/net/softnet_stat",
  stat: "/proc/stat",
  vmstat: "/proc/vmstat",
} as const;

type Name = typeof CAPTURED[number] | typeof LAPTOP[number] | "uname";

describe("collectors", () => {
  for (const [machine, names] of [["captured", CAPTURED], ["laptop", LAPTOP]] as const) {
    it(`collectors() expose what node_exporter does, on the machine of ${machine}.txt`, async () => {
      const expected = readFileSync(new URL(`testdata/${machine}.prom`, import.meta.url), "utf8");
      const host = fakeHost(hardware(`${machine}.txt`));
      const found = await Promise.all(names.map((name) => exposed(host, name, { softirq: machine === "laptop" })));
      assert.deepEqual(comparable(found.join("")), comparable(expected));
    });
  }

  it("collectors() expose nothing from files and succeed, on a machine that has none", async () => {
    for (const name of [...CAPTURED, ...LAPTOP, "uname"] as const) {
      const expected = name === "time" ? /^node_time_seconds \S+\n$/ : /^$/;
      const samples = (await exposed(fakeHost({}), name)).replace(/^(#|node_time_zone).*\n/gm, "");
      assert.match(samples, expected, name);
    }
  });

  it("collectors() expose nothing and succeed, where no folder may be read", async () => {
    const denied = () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }));
    const host = fakeHost({}, { readText: denied, list: denied });
    for (const name of ["cpufreq", "dmi", "entropy", "powersupplyclass", "rapl", "thermal_zone", "uname"] as const) {
      assert.equal(await exposed(host, name), "", name);
    }
  });

  for (const [name, path] of Object.entries(ESSENTIAL)) {
    it(`${name}() fails where ${path} may not be read`, async () => {
      const host = fakeHost({ [path]: { error: "EACCES" } });
      await assert.rejects(exposed(host, name as keyof typeof ESSENTIAL), { code: "EACCES" });
    });
  }
});

function exposed(host: Host, name: Name, { softirq = false } = {}): Promise<string> {
  return expose(collectors(host)[name] as Parameters<typeof expose>[0], { collector: { stat: { softirq } } });
}

/** Types and samples, less what no file says; labels that are empty are as good as absent. */
function comparable(exposition: string): string[] {
  return exposition.split("\n")
    .filter((line) => !/^$|^# HELP|^(# TYPE )?node_time_(seconds|zone)/.test(line))
    .map((line) => line.replace(/(\w+="",|,\w+="")/g, ""))
    .sort();
}
