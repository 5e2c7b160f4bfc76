/** The host exporter beside the one it replaces: both run on this machine, with the same arguments. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hardware } from "../plugins/node_exporter/_hardware.ts";
import { ask } from "./_http.ts";
import { needsOriginal, startOriginal } from "./_original.ts";
import { runToEnd, type Server, startServer } from "./_process.ts";
import { UNMOVED } from "./_unmoved.ts";

const EXPORTER = new URL("../plugins/node_exporter/exporter.ts", import.meta.url).pathname;
const original = needsOriginal();

/** Flags whose defaults Debian changed. */
const UPSTREAM_DEFAULTS = [
  "--collector.netdev.device-exclude=",
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+)($|/)",
];

describe("node exporter", () => {
  describe("beside the original", original, () => {
    let pair: Pair;

    before(async () => {
      pair = await startPair(UPSTREAM_DEFAULTS);
    });
    after(() => pair?.stop());

    it("node exporter has the families of the original, with the same types and label names", async () => {
      const [theirs, ours] = await pair.scrape(await pair.commonCollectors());
      const shape = (families: Map<string, Family>) =>
        Object.fromEntries([...families].map(([name, { type, labelNames }]) => [name, `${type} ${labelNames}`]));
      assert.ok(theirs.size > 100, `the original has ${theirs.size} families`);
      assert.deepEqual(shape(ours), shape(theirs));
    });

    it("node exporter has the values of the original, where they do not move", async () => {
      const [theirs, ours] = await pair.scrape(await pair.commonCollectors());
      const unmoved = (families: Map<string, Family>) =>
        Object.fromEntries(UNMOVED.map((name) => [name, families.get(name)?.samples.sort()]));
      assert.deepEqual(unmoved(ours), unmoved(theirs));
    });

    it("node exporter counts the CPUs of the original", async () => {
      const cpus = (families: Map<string, Family>) =>
        families.get("node_cpu_seconds_total")?.samples.map((sample) => sample.split(" ")[0]).sort();
      const [theirs, ours] = await pair.scrape(["cpu"]);
      assert.deepEqual(cpus(ours), cpus(theirs));
    });

    it("node exporter runs the collectors that collect[] names", async () => {
      const [theirs, ours] = await pair.scrape(["loadavg", "uname"]);
      assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort());
      assert.deepEqual([...ours.keys()].sort(), ["node_load1", "node_load15", "node_load5", "node_uname_info"]);
    });

    it("node exporter answers 400 to a collector that there is not, and names those there are", async () => {
      for (const url of [pair.theirs, pair.ours]) {
        assert.equal((await ask(`${url}/metrics?collect[]=nonsense`)).status, 400);
      }
      const { text } = await ask(`${pair.ours}/metrics?collect[]=nonsense`);
      assert.match(text, /nonsense.*\barp\b.*\bloadavg\b.*\bvmstat\b/s);
    });
  });

  it("node exporter has the values of the original, for a machine with other hardware", original, async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-node-" });
    try {
      await writeHardware(folder);
      const collectors = ["arp", "bonding", "diskstats", "edac", "fibrechannel", "hwmon", "ipvs", "mdadm", "netclass"];
      collectors.push("netdev", "netstat", "nfs", "nfsd", "nvme", "sockstat", "tapestats", "udp_queues", "xfs", "zfs");
      const pair = await startPair([
        "--collector.disable-defaults",
        ...collectors.map((name) => `--collector.${name}`),
        "--no-collector.netdev.netlink",
        "--collector.netdev.device-exclude=^lo$",
        "--collector.diskstats.device-exclude=^(ram|dm-)",
        "--collector.netclass.ignored-devices=^bond1$",
        `--path.procfs=${folder}/proc`,
        `--path.sysfs=${folder}/sys`,
        `--path.udev.data=${folder}/run/udev/data`,
      ]);
      try {
        const [theirs, ours] = await pair.scrape(collectors);
        const all = (families: Map<string, Family>) =>
          Object.fromEntries([...families].map(([name, { samples }]) => [name, samples.sort()]));
        assert.ok(theirs.has("node_hwmon_temp_celsius") && theirs.has("node_md_disks"));
        assert.deepEqual(all(ours), all(theirs));
      } finally {
        await pair.stop();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  // The original of this version has no exclude[] yet.
  it("node exporter leaves out the collectors that exclude[] names, but not together with collect[]", async () => {
    await using exporter = await startOurs([]);
    const { status, text } = await ask(`${exporter.url}/metrics?exclude[]=loadavg&exclude[]=arp`);
    assert.equal(status, 200);
    assert.doesNotMatch(text, /^node_load1|^node_arp|collector_success\{collector="arp"/m);
    assert.match(text, /^node_uname_info/m);
    assert.equal((await ask(`${exporter.url}/metrics?collect[]=loadavg&exclude[]=arp`)).status, 400);
  });

  it("node exporter has the flags that its README lists", async () => {
    const readme = await Deno.readTextFile(new URL("README.md", `file://${EXPORTER}`));
    const { stdout } = await runToEnd({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, "--help"] });
    const flags = (text: string, line: RegExp) => [...text.matchAll(line)].map(([, flag]) => flag).sort();
    const settings = stdout.slice(stdout.indexOf("Settings:"), stdout.indexOf("Collectors:"));
    assert.deepEqual(flags(readme, /^\| `(--[^`]+)`/gm), flags(settings, /^ +(--[^\s=]+)/gm));
  });

  it("node exporter leaves out a collector that --no-collector switches off", async () => {
    await using exporter = await startOurs(["--no-collector.loadavg"]);
    const { text } = await ask(`${exporter.url}/metrics`);
    assert.doesNotMatch(text, /node_load1|collector="loadavg"/);
    assert.match(text, /^node_uname_info/m);
  });

  it("node exporter runs only what is switched on with --collector.disable-defaults", async () => {
    await using exporter = await startOurs(["--collector.disable-defaults", "--collector.loadavg"]);
    const { text } = await ask(`${exporter.url}/metrics`);
    assert.deepEqual(text.match(/(?<=^node_scrape_collector_success\{collector=")\w+/gm), ["loadavg"]);
  });

  it("node exporter reads the folder of --path.procfs", async () => {
    const folder = await Deno.makeTempDir({ prefix: "exporterkit-node-" });
    try {
      await Deno.writeTextFile(`${folder}/loadavg`, "1.25 2.5 3.75 1/2 3\n");
      const args = ["--collector.disable-defaults", "--collector.loadavg", `--path.procfs=${folder}`];
      await using exporter = await startOurs(args);
      const { text } = await ask(`${exporter.url}/metrics`);
      assert.match(text, /^node_load1 1\.25$[^]*^node_load15 3\.75$[^]*^node_load5 2\.5$/m);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

interface Family {
  readonly type: string;
  /** Of all its samples, sorted. */
  readonly labelNames: string;
  /** Labels sorted, and the value. */
  readonly samples: string[];
}

interface Pair {
  readonly theirs: string;
  readonly ours: string;
  /** The collectors that run in both. */
  commonCollectors(): Promise<string[]>;
  scrape(collectors: readonly string[]): Promise<[theirs: Map<string, Family>, ours: Map<string, Family>]>;
  stop(): Promise<void>;
}

async function startPair(args: readonly string[]): Promise<Pair> {
  const [theirs, ours] = await Promise.all([startOriginal(args), startOurs(args)]);
  return {
    theirs: theirs.url,
    ours: ours.url,
    async commonCollectors() {
      const [left, right] = await Promise.all([theirs, ours].map(async ({ url }) => {
        const { text } = await ask(`${url}/metrics`);
        return [...text.matchAll(/^node_scrape_collector_success\{collector="(\w+)"/gm)].map(([, name]) => name!);
      }));
      return left!.filter((name) => right!.includes(name));
    },
    async scrape(collectors) {
      const query = collectors.map((name) => `collect[]=${name}`).join("&");
      const [left, right] = await Promise.all([theirs, ours].map(async ({ url }) => {
        const { status, text } = await ask(`${url}/metrics?${query}`);
        assert.equal(status, 200, text);
        return readFamilies(text);
      }));
      return [left!, right!];
    },
    async stop() {
      await Promise.all([theirs.stop(), ours.stop()]);
    },
  };
}

function startOurs(args: readonly string[]): Promise<Server> {
  const listen = "--web.listen-address=127.0.0.1:0";
  return startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, listen, ...args] });
}

/** The families of text 0.0.4, without those that exporters say about themselves. */
function readFamilies(text: string): Map<string, Family> {
  const families = new Map<string, { type: string; labelNames: Set<string>; samples: string[] }>();
  for (const line of text.split("\n")) {
    const [, declared, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (declared !== undefined) families.set(declared, { type: type!, labelNames: new Set(), samples: [] });
    const { name, labels = "", value } = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups ?? {};
    const family = name === undefined ? undefined : families.get(name);
    if (family === undefined) continue;
    const pairs = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)];
    pairs.forEach(([, label]) => family.labelNames.add(label!));
    // An empty label means the same as none.
    const given = pairs.map(([pair]) => pair).filter((pair) => !pair.endsWith('=""'));
    family.samples.push(`{${given.sort()}} ${value}`);
  }
  return new Map(
    [...families].filter(([name]) => /^node_(?!exporter_|scrape_)/.test(name))
      .map(([name, family]) => [name, { ...family, labelNames: [...family.labelNames].sort().join() }]),
  );
}

async function writeHardware(folder: string): Promise<void> {
  for (const [path, file] of Object.entries(hardware())) {
    const target = `${folder}${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    if (typeof file === "string") await Deno.writeTextFile(target, file);
    else if ("link" in file) await Deno.symlink(file.link, target);
  }
}
