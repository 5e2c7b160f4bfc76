import { counter, defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { decimal } from "./_number.ts";
import { deviceFilter } from "./_device_filter.ts";
import { type Host, ifPresent, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** The kernel counts in sectors of this size, whatever the device's own is. */
const SECTOR_BYTES = 512;
/** Multiplied, as node_exporter does: a division would give other last digits. */
const SECONDS_PER_TICK = 0.001;

/** What a column of `/proc/diskstats` is called, and what its numbers are multiplied with. */
const COLUMNS = [
  ["readsCompleted", 1],
  ["readsMerged", 1],
  ["readBytes", SECTOR_BYTES],
  ["readTime", SECONDS_PER_TICK],
  ["writesCompleted", 1],
  ["writesMerged", 1],
  ["writtenBytes", SECTOR_BYTES],
  ["writeTime", SECONDS_PER_TICK],
  ["ioNow", 1],
  ["ioTime", SECONDS_PER_TICK],
  ["ioTimeWeighted", SECONDS_PER_TICK],
  ["discardsCompleted", 1],
  ["discardsMerged", 1],
  ["discardedSectors", 1],
  ["discardTime", SECONDS_PER_TICK],
  ["flushRequests", 1],
  ["flushRequestsTime", SECONDS_PER_TICK],
] as const;

/** Fields that every kernel since 2.6.25 writes: major, minor, name and eleven numbers. */
const LEAST_FIELDS = 14;

/** Reports what was read from and written to block devices. */
export function diskstats(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Reads, writes, discards and flushes of block devices, from /proc/diskstats.",
    metrics: {
      info: gauge(
        "node_disk_info",
        "What udev's database says of the block device, of value 1.",
        ["device", "major", "minor", "path", "wwn", "model", "serial", "revision"],
      ),
      readsCompleted: ofDevice("reads_completed_total", "Reads completed, from column 4 of /proc/diskstats."),
      readsMerged: ofDevice("reads_merged_total", "Reads merged with a neighbour, from column 5 of /proc/diskstats."),
      readBytes: ofDevice("read_bytes_total", "Bytes read, from the sectors in column 6 of /proc/diskstats."),
      readTime: ofDevice("read_time_seconds_total", "Time that all reads took, from column 7 of /proc/diskstats."),
      writesCompleted: ofDevice("writes_completed_total", "Writes completed, from column 8 of /proc/diskstats."),
      writesMerged: ofDevice(
        "writes_merged_total",
        "Writes merged with a neighbour, from column 9 of /proc/diskstats.",
      ),
      writtenBytes: ofDevice("written_bytes_total", "Bytes written, from the sectors in column 10 of /proc/diskstats."),
      writeTime: ofDevice("write_time_seconds_total", "Time that all writes took, from column 11 of /proc/diskstats."),
      ioNow: gauge("node_disk_io_now", "Requests in flight, from column 12 of /proc/diskstats.", ["device"]),
      ioTime: ofDevice("io_time_seconds_total", "Time with requests in flight, from column 13 of /proc/diskstats."),
      ioTimeWeighted: ofDevice(
        "io_time_weighted_seconds_total",
        "Time with requests in flight times their number, from column 14 of /proc/diskstats.",
      ),
      discardsCompleted: ofDevice("discards_completed_total", "Discards completed, from column 15 of /proc/diskstats."),
      discardsMerged: ofDevice(
        "discards_merged_total",
        "Discards merged with a neighbour, from column 16 of /proc/diskstats.",
      ),
      discardedSectors: ofDevice("discarded_sectors_total", "Sectors discarded, from column 17 of /proc/diskstats."),
      discardTime: ofDevice(
        "discard_time_seconds_total",
        "Time that all discards took, from column 18 of /proc/diskstats.",
      ),
      flushRequests: ofDevice("flush_requests_total", "Flushes completed, from column 19 of /proc/diskstats."),
      flushRequestsTime: ofDevice(
        "flush_requests_time_seconds_total",
        "Time that all flushes took, from column 20 of /proc/diskstats.",
      ),
      filesystemInfo: gauge(
        "node_disk_filesystem_info",
        "The file system that udev's database knows on the block device, of value 1.",
        ["device", "type", "usage", "uuid", "version"],
      ),
      deviceMapperInfo: gauge(
        "node_disk_device_mapper_info",
        "What udev's database says of the device mapper's block device, of value 1.",
        ["device", "name", "uuid", "vg_name", "lv_name", "lv_layer"],
      ),
      ataWriteCache: gauge(
        "node_disk_ata_write_cache",
        "Whether the ATA disk has a write cache, from ID_ATA_WRITE_CACHE in udev's database.",
        ["device"],
      ),
      ataWriteCacheEnabled: gauge(
        "node_disk_ata_write_cache_enabled",
        "Whether the ATA disk's write cache is on, from ID_ATA_WRITE_CACHE_ENABLED in udev's database.",
        ["device"],
      ),
      ataRotationRate: gauge(
        "node_disk_ata_rotation_rate_rpm",
        "Revolutions per minute of the ATA disk and 0 of an SSD, from ID_ATA_ROTATION_RATE_RPM in udev's database.",
        ["device"],
      ),
    },
    async collect({ settings, metrics, log }) {
      const path = `${settings.path.procfs}/diskstats`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const wanted = deviceFilter(settings.collector.diskstats);
      for (const { device, major, minor, values } of parseDiskstats(text, path)) {
        if (!wanted(device)) continue;
        const record = await ifReadable(host.readText(`${settings.path.udev.data}/b${major}:${minor}`));
        const udev = parseUdev(record ?? "");
        const said = (name: string) => udev.get(name) ?? "";
        metrics.info.set({
          device,
          major,
          minor,
          path: said("ID_PATH"),
          wwn: said("ID_WWN"),
          model: said("ID_MODEL"),
          serial: said("ID_SERIAL_SHORT"),
          revision: said("ID_REVISION"),
        }, 1);
        COLUMNS.slice(0, values.length).forEach(([key, factor], i) => {
          metrics[key].set({ device }, values[i]! * factor);
        });
        if (said("ID_FS_TYPE") !== "") {
          metrics.filesystemInfo.set({
            device,
            type: said("ID_FS_TYPE"),
            usage: said("ID_FS_USAGE"),
            uuid: said("ID_FS_UUID"),
            version: said("ID_FS_VERSION"),
          }, 1);
        }
        if (said("DM_NAME") !== "") {
          metrics.deviceMapperInfo.set({
            device,
            name: said("DM_NAME"),
            uuid: said("DM_UUID"),
            vg_name: said("DM_VG_NAME"),
            lv_name: said("DM_LV_NAME"),
            lv_layer: said("DM_LV_LAYER"),
          }, 1);
        }
        if (said("ID_ATA") === "") continue;
        for (
          const [gauge, property] of [
            [metrics.ataWriteCache, "ID_ATA_WRITE_CACHE"],
            [metrics.ataWriteCacheEnabled, "ID_ATA_WRITE_CACHE_ENABLED"],
            [metrics.ataRotationRate, "ID_ATA_ROTATION_RATE_RPM"],
          ] as const
        ) {
          const value = decimal(udev.get(property));
          if (!Number.isNaN(value)) gauge.set({ device }, value);
          else log.debug("udev property is no number", { device, property, value: udev.get(property) });
        }
      }
    },
  });
}

/** One block device as `/proc/diskstats` lists it. */
export interface DiskStats {
  readonly major: number;
  readonly minor: number;
  readonly device: string;
  /** As many of the columns as this kernel writes; newer kernels have more. */
  readonly values: readonly number[];
}

/** Reads `/proc/diskstats`. Partitions in the short form of old kernels are left out. */
export function parseDiskstats(text: string, path = "/proc/diskstats"): DiskStats[] {
  const devices: DiskStats[] = [];
  linesOf(text).forEach((line, i) => {
    const [major, minor, device, ...rest] = fieldsOf(line);
    const numbers = numbersOf([major ?? "", minor ?? "", ...rest.slice(0, COLUMNS.length)]);
    if (device === undefined || numbers === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: "two numbers, a name and numbers" });
    }
    if (rest.length + 3 < LEAST_FIELDS) return;
    const [majorNumber, minorNumber, ...values] = numbers as [number, number, ...number[]];
    devices.push({ major: majorNumber, minor: minorNumber, device, values });
  });
  return devices;
}

/** Reads the properties (`E:` lines) of a device's record in udev's database. */
export function parseUdev(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of linesOf(text)) {
    const { name, value } = /^E:(?<name>[^=]*)=(?<value>.*)$/.exec(line)?.groups ?? {};
    if (name !== undefined && value !== undefined) properties.set(name, value);
  }
  return properties;
}

function ofDevice<Name extends string>(name: Name, help: string) {
  return counter(`node_disk_${name}`, help, ["device"]);
}
