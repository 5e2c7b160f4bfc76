import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { InferInput } from "valibot";
import { hardware } from "./_hardware.ts";
import { expose, fakeHost } from "./_testing.ts";
import { collectors } from "./collectors.ts";
import type { Host } from "./host.ts";
import type { settings as schema } from "./settings.ts";

/** What node_exporter 1.5.0 exposed for the files of `testdata/hardware.txt`, without help. */
const expected = readFileSync(new URL("testdata/hardware.prom", import.meta.url), "utf8");

const NAMES = [
  "arp",
  "bonding",
  "diskstats",
  "edac",
  "fibrechannel",
  "hwmon",
  "ipvs",
  "mdadm",
  "netclass",
  "netdev",
  "netstat",
  "nfs",
  "nfsd",
  "nvme",
  "sockstat",
  "tapestats",
  "udp_queues",
  "xfs",
  "zfs",
] as const;

const SETTINGS: InferInput<typeof schema> = { collector: { netdev: { netlink: false } } };

describe("collectors", () => {
  it("collectors() expose what node_exporter does, over hardware that few machines have", async () => {
    const host = fakeHost(hardware());
    const found = await Promise.all(NAMES.map((name) => exposed(host, name)));
    assert.deepEqual(comparable(found.join("")), comparable(expected));
  });

  it("collectors() expose nothing and succeed, on a machine that has nothing", async () => {
    for (const name of NAMES) assert.equal(await exposed(fakeHost({}), name), "", name);
  });

  it("collectors() expose nothing and succeed, where no folder may be read", async () => {
    const denied = () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }));
    const host = fakeHost({}, { readText: denied, list: denied, readLink: denied });
    for (const name of ["bonding", "edac", "hwmon", "netclass", "nvme"] as const) {
      assert.equal(await exposed(host, name), "", name);
    }
  });

  it("collectors() fail, where an essential file may not be read", async () => {
    const files = ["arp", "dev", "netstat", "sockstat", "udp"].map((file) => `/proc/net/${file}`);
    const paths = [...files, "/proc/diskstats", "/proc/mdstat"];
    const host = fakeHost(Object.fromEntries(paths.map((path) => [path, { error: "EACCES" }])));
    for (const name of ["arp", "netdev", "netstat", "sockstat", "udp_queues", "diskstats", "mdadm"] as const) {
      await assert.rejects(exposed(host, name), { code: "EACCES" }, name);
    }
  });
});

function exposed(host: Host, name: typeof NAMES[number]): Promise<string> {
  return expose(collectors(host)[name] as Parameters<typeof expose>[0], SETTINGS);
}

/** Types and samples without the order of families, series and labels, and without empty labels, which mean nothing. */
function comparable(exposition: string): string[] {
  return exposition.split("\n").filter((line) => line !== "" && !line.startsWith("# HELP")).map((line) => {
    const { name, labels, value } = /^(?<name>\w+)\{(?<labels>.*)\} (?<value>\S+)$/.exec(line)?.groups ?? {};
    return labels === undefined ? line : `${name}{${labels.match(/\w+="(?:[^"\\]|\\.)+"/g)!.sort()}} ${value}`;
  }).sort();
}
