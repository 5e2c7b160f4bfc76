import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expose, fakeHost, samples } from "./_testing.ts";
import { diskstats, parseDiskstats, parseUdev } from "./diskstats.ts";

const SDA = "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11\n";

describe("parseDiskstats", () => {
  it("parseDiskstats() reads as many columns as the kernel writes", () => {
    assert.deepEqual(parseDiskstats(SDA), [
      { major: 8, minor: 0, device: "sda", values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    ]);
    assert.equal(parseDiskstats(SDA.replace("11\n", "11 12 13 14 15 16 17\n"))[0]!.values.length, 17);
  });

  it("parseDiskstats() ignores columns that it does not know", () => {
    assert.equal(parseDiskstats(SDA.replace("11\n", "11 12 13 14 15 16 17 18 19\n"))[0]!.values.length, 17);
  });

  it("parseDiskstats() leaves out partitions in the short form of old kernels", () => {
    assert.deepEqual(parseDiskstats("   8       1 sda1 1 2 3 4\n"), []);
  });

  it("parseDiskstats() rejects a line without numbers", () => {
    assert.throws(() => parseDiskstats(`${SDA}   8 x sdb 1 2 3 4 5 6 7 8 9 10 11`), {
      name: "SyntaxError",
      message: 'Cannot read /proc/diskstats: line 2 is "   8 x sdb 1 2 3 4 5 6 7 8 9 10 11", ' +
        "expected two numbers, a name and numbers",
    });
    assert.throws(() => parseDiskstats("8"), SyntaxError);
  });
});

describe("parseUdev", () => {
  it("parseUdev() reads properties, with equals signs in their values", () => {
    assert.deepEqual([...parseUdev("S:disk/x\nE:ID_MODEL=a=b\nE:EMPTY=\nE:broken\n")], [["ID_MODEL", "a=b"], [
      "EMPTY",
      "",
    ]]);
  });
});

describe("diskstats", () => {
  it("diskstats() exposes a disk that udev may not tell of", async () => {
    const host = fakeHost({ "/proc/diskstats": SDA, "/run/udev/data/b8:0": { error: "EACCES" } });
    const lines = samples(await expose(diskstats(host)));
    assert.ok(lines.includes(
      'node_disk_info{device="sda",major="8",minor="0",path="",wwn="",model="",serial="",revision=""} 1',
    ));
    assert.ok(lines.includes('node_disk_read_bytes_total{device="sda"} 1536'));
    assert.ok(lines.includes('node_disk_read_time_seconds_total{device="sda"} 0.004'));
    assert.ok(!lines.some((line) => line.startsWith("node_disk_discards_completed_total")));
  });

  it("diskstats() reads udev's database where the flag says", async () => {
    const host = fakeHost({ "/proc/diskstats": SDA, "/host/udev/b8:0": "E:ID_MODEL=Disk\n" });
    assert.match(await expose(diskstats(host), { path: { udev: { data: "/host/udev" } } }), /model="Disk"/);
  });

  it("diskstats() leaves an ATA property out that is no number", async () => {
    const record = "E:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=yes\nE:ID_ATA_ROTATION_RATE_RPM=0\n";
    const host = fakeHost({ "/proc/diskstats": SDA, "/run/udev/data/b8:0": record });
    const lines = samples(await expose(diskstats(host))).filter((line) => line.startsWith("node_disk_ata"));
    assert.deepEqual(lines, ['node_disk_ata_rotation_rate_rpm{device="sda"} 0']);
  });

  it("diskstats() leaves out RAM disks, loop devices and partitions, unless told otherwise", async () => {
    const names = ["ram0", "loop1", "sda", "sda1", "nvme0n1", "nvme0n1p2", "vdb3", "dm-0"];
    const host = fakeHost({ "/proc/diskstats": names.map((name) => SDA.replace("sda", name)).join("") });
    const devices = (exposition: string) =>
      samples(exposition).flatMap((line) => /^node_disk_io_now\{device="(.*)"\}/.exec(line)?.[1] ?? []);
    assert.deepEqual(devices(await expose(diskstats(host))), ["sda", "nvme0n1", "dm-0"]);
    const settings = { collector: { diskstats: { deviceInclude: "^(ram|dm)" } } };
    assert.deepEqual(devices(await expose(diskstats(host), settings)), ["ram0", "dm-0"]);
  });
});
