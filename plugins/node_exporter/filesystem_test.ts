import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Descriptions, type Instruments, Registry } from "@exporterkit/core/metrics";
import * as v from "valibot";
import { expose, type FakeFile, fakeHost, samples } from "./_testing.ts";
import { filesystem, mayHang, parseMounts, stripRootfs } from "./filesystem.ts";
import type { FileSystemStats } from "./host.ts";
import { settings as schema } from "./settings.ts";

const STATS: FileSystemStats = {
  blockSize: 4096,
  blocks: 1000,
  blocksFree: 600,
  blocksAvailable: 500,
  files: 90,
  filesFree: 80,
};

describe("parseMounts", () => {
  it("parseMounts() undoes octal escapes in mount points, not in devices", () => {
    const [mount] = parseMounts("//nas/a\\040b /mnt/a\\040b\\134c cifs ro,relatime 0 0\n");
    assert.deepEqual(mount, { device: "//nas/a\\040b", mountPoint: "/mnt/a b\\c", type: "cifs", readOnly: true });
  });

  it("parseMounts() tells ro from options that contain it", () => {
    assert.equal(parseMounts("/dev/sda1 / ext4 rw,errors=remount-ro 0 0\n")[0]!.readOnly, false);
  });

  it("parseMounts() lists a mount once", () => {
    assert.equal(parseMounts("tmpfs /dev/shm tmpfs rw 0 0\ntmpfs /dev/shm tmpfs rw,relatime 0 0\n").length, 1);
  });

  it("parseMounts() rejects a truncated line", () => {
    assert.throws(() => parseMounts("/dev/sda1 / ext4 rw 0 0\nproc /proc"), {
      name: "SyntaxError",
      message:
        'Cannot read /proc/1/mounts: line 2 is "proc /proc", expected a device, a mount point, a type and options',
    });
  });
});

describe("stripRootfs", () => {
  it("stripRootfs() strips whole folders only", () => {
    assert.equal(stripRootfs("/", "/"), "/");
    assert.equal(stripRootfs("/home", "/"), "/home");
    assert.equal(stripRootfs("/host", "/host"), "/");
    assert.equal(stripRootfs("/host/home", "/host"), "/home");
    assert.equal(stripRootfs("/hosted", "/host"), "/hosted");
  });
});

describe("mayHang", () => {
  it("mayHang() trusts file systems of this kernel alone", () => {
    assert.deepEqual(
      [["/dev/sda1", "ext4"], ["tmpfs", "tmpfs"], ["nas:/x", "nfs4"], ["/dev/fuse", "fuse.sshfs"]]
        .map(([device, type]) => mayHang(device!, type!)),
      [false, false, true, true],
    );
  });
});

describe("filesystem", () => {
  it("filesystem() exposes sizes in bytes, and only the error of a file system that fails", async () => {
    const host = fakeHost({
      "/proc/1/mounts": "/dev/sda1 / ext4 ro 0 0\n/dev/sdb1 /broken xfs rw 0 0\nproc /proc proc rw 0 0\n",
      ...root("/"),
      "/broken": { error: "EIO" },
    });
    const labels = 'device="/dev/sda1",mountpoint="/",fstype="ext4"';
    assert.deepEqual(
      samples(await expose(filesystem(host))).sort(),
      [
        `node_filesystem_avail_bytes{${labels}} 2.048e+06`,
        `node_filesystem_device_error{device="/dev/sdb1",mountpoint="/broken",fstype="xfs"} 1`,
        `node_filesystem_device_error{${labels}} 0`,
        `node_filesystem_files{${labels}} 90`,
        `node_filesystem_files_free{${labels}} 80`,
        `node_filesystem_free_bytes{${labels}} 2.4576e+06`,
        `node_filesystem_readonly{${labels}} 1`,
        `node_filesystem_size_bytes{${labels}} 4.096e+06`,
      ].sort(),
    );
  });

  it("filesystem() falls back to its own mounts, where those of process 1 may not be read", async () => {
    const host = fakeHost({
      "/proc/1/mounts": { error: "EACCES" },
      "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n",
      ...root("/"),
    });
    assert.match(await expose(filesystem(host)), /node_filesystem_size_bytes.* 4\.096e\+06/);
  });

  it("filesystem() asks below rootfs, and exposes the host's own mount points", async () => {
    const host = fakeHost({
      "/host/proc/1/mounts": "/dev/sda1 /host ext4 rw 0 0\n/dev/sda2 /host/home ext4 rw 0 0\n",
      ...root("/host"),
      ...root("/host/home"),
    });
    const exposition = await expose(filesystem(host), { path: { rootfs: "/host", procfs: "/host/proc" } });
    assert.deepEqual(errors(exposition), ["/ 0", "/home 0"]);
  });

  it("filesystem() leaves out the mount points and types that the flags say", async () => {
    const host = fakeHost({
      "/proc/1/mounts": "/dev/a / ext4 rw 0 0\n/dev/b /srv/x ext4 rw 0 0\n/dev/c /c xfs rw 0 0\n",
      ...root("/"),
    });
    const settings = { collector: { filesystem: { mountPointsExclude: "^/srv", fsTypesExclude: "^xfs$" } } };
    assert.deepEqual(errors(await expose(filesystem(host), settings)), ["/ 0"]);
  });

  it("filesystem() skips a file system that hangs, and asks it again only after it has answered", async () => {
    const calls: string[] = [];
    let answer: (stats: FileSystemStats) => void = () => {};
    const host = fakeHost({ "/proc/1/mounts": "/dev/a / ext4 rw 0 0\nnas:/x /nas nfs rw 0 0\n" }, {
      statfs(path) {
        calls.push(path);
        return path === "/nas" ? new Promise((resolve) => answer = resolve) : Promise.resolve(STATS);
      },
    });
    const collector = filesystem(host);
    const settings = { collector: { filesystem: { mountTimeout: "20ms" } } };
    for (let i = 0; i < 3; i++) assert.deepEqual(errors(await expose(collector, settings)), ["/ 0", "/nas 1"]);
    assert.deepEqual(calls, ["/", "/nas", "/", "/"]);
    answer(STATS);
    await new Promise((resolve) => setTimeout(resolve));
    const again = expose(collector, settings);
    await new Promise((resolve) => setTimeout(resolve, 5));
    answer(STATS);
    assert.deepEqual(errors(await again), ["/ 0", "/nas 0"]);
  });

  it("filesystem() asks once where two file systems are mounted one over the other", async () => {
    const calls: string[] = [];
    const host = fakeHost({ "/proc/1/mounts": "nas:/x /x nfs rw 0 0\nnas:/y /x nfs4 rw 0 0\n/dev/a /x xfs rw 0 0\n" }, {
      async statfs(path) {
        calls.push(path);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return STATS;
      },
    });
    assert.deepEqual(errors(await expose(filesystem(host))), ["/x 0", "/x 0", "/x 0"]);
    assert.deepEqual(calls, ["/x"]);
  });

  it("filesystem() asks local file systems, however many of a network hang", async () => {
    const network = ["a", "b", "c", "d"].map((name) => `nas:/${name} /${name} nfs rw 0 0\n`).join("");
    let hanging = 0;
    const host = fakeHost({ "/proc/1/mounts": `${network}/dev/a / ext4 rw 0 0\n` }, {
      statfs(path) {
        if (path === "/") return Promise.resolve(STATS);
        hanging++;
        return new Promise(() => {});
      },
    });
    const collector = filesystem(host);
    const settings = { collector: { filesystem: { mountTimeout: "20ms", statWorkers: 2 } } };
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(errors(await expose(collector, settings)), ["/ 0", "/a 1", "/b 1", "/c 1", "/d 1"]);
    }
    assert.equal(hanging, 2);
  });

  it("filesystem() asks all file systems of a network that answer, few at a time", async () => {
    const names = ["a", "b", "c", "d", "e"];
    let [now, most] = [0, 0];
    const host = fakeHost({ "/proc/1/mounts": names.map((name) => `nas:/${name} /${name} nfs rw 0 0\n`).join("") }, {
      async statfs() {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now--;
        return STATS;
      },
    });
    assert.deepEqual(errors(await expose(filesystem(host))), names.map((name) => `/${name} 0`));
    assert.equal(most, 2);
  });

  it("filesystem() says once in the log that a file system hangs, and ends when its run is aborted", async () => {
    const host = fakeHost({ "/proc/1/mounts": "nas:/x /nas nfs rw 0 0\n" }, { statfs: () => new Promise(() => {}) });
    const collector = filesystem(host);
    const lines: string[] = [];
    const log = { error() {}, warn: (message: string) => void lines.push(message), info() {}, debug() {} };
    const settings = v.parse(schema, { collector: { filesystem: { mountTimeout: "10ms" } } });
    const run = (signal: AbortSignal) =>
      collector.collect({
        ...{ settings, signal, log, resource: undefined, held: {}, fetch, now: Date.now, family: () => assert.fail() },
        metrics: registered(collector.metrics!),
        lost: () => assert.fail(),
        timeoutMs: 10_000,
      });
    const patient = new AbortController().signal;
    await run(patient);
    await run(patient);
    assert.deepEqual(lines, ["File system hangs in statfs"]);
    await assert.rejects(async () => await run(AbortSignal.abort(new Error("too late"))), /too late/);
  });

  it("filesystem() refuses a timeout that is no duration", async () => {
    const settings = { collector: { filesystem: { mountTimeout: "soon" } } };
    await assert.rejects(expose(filesystem(fakeHost({})), settings), /duration such as "5s"/);
  });
});

/** Live instruments of the descriptions. */
function registered<Metrics extends Descriptions>(descriptions: Metrics): Instruments<Metrics> {
  const registry = new Registry();
  const entries = Object.entries(descriptions).map(([key, description]) => [key, registry.add(description)]);
  return Object.fromEntries(entries);
}

function root(path: string): Record<string, FakeFile> {
  return { [path === "/" ? "" : path]: { statfs: STATS } };
}

/** Mount point and value of `node_filesystem_device_error`. */
function errors(exposition: string): string[] {
  return samples(exposition).flatMap((line) => {
    const [, mountPoint, value] = /^node_filesystem_device_error\{.*mountpoint="([^"]*)".*\} (\d)$/.exec(line) ?? [];
    return mountPoint === undefined ? [] : [`${mountPoint} ${value}`];
  }).sort();
}
