import { counter, defineCollector, gauge } from "@exporterkit/core";
import { listMatching, readNumber } from "./_attribute.ts";
import type { Host } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const NANOSECONDS = 1e-9;

/** Files of `/sys/class/scsi_tape/<device>/stats`, the metric that each becomes, and what it is multiplied with. */
const FILES = [
  ["in_flight", "ioNow", 1],
  ["io_ns", "ioTime", NANOSECONDS],
  ["other_cnt", "ioOthers", 1],
  ["read_byte_cnt", "readBytes", 1],
  ["read_cnt", "readsCompleted", 1],
  ["read_ns", "readTime", NANOSECONDS],
  ["resid_cnt", "residual", 1],
  ["write_byte_cnt", "writtenBytes", 1],
  ["write_cnt", "writesCompleted", 1],
  ["write_ns", "writeTime", NANOSECONDS],
] as const;

/** Reports what was read from and written to tapes. */
export function tapestats(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Reads and writes of tape drives, from /sys/class/scsi_tape.",
    metrics: {
      ioNow: gauge("node_tape_io_now", "Requests in flight, from stats/in_flight of the drive.", ["device"]),
      ioTime: ofDrive("io_time_seconds_total", "Time that requests took", "io_ns"),
      ioOthers: ofDrive("io_others_total", "Requests other than reads and writes", "other_cnt"),
      readBytes: ofDrive("read_bytes_total", "Bytes read", "read_byte_cnt"),
      readsCompleted: ofDrive("reads_completed_total", "Reads completed", "read_cnt"),
      readTime: ofDrive("read_time_seconds_total", "Time that reads took", "read_ns"),
      residual: ofDrive("residual_total", "Requests whose size was not that of the block", "resid_cnt"),
      writtenBytes: ofDrive("written_bytes_total", "Bytes written", "write_byte_cnt"),
      writesCompleted: ofDrive("writes_completed_total", "Writes completed", "write_cnt"),
      writeTime: ofDrive("write_time_seconds_total", "Time that writes took", "write_ns"),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.sysfs}/class/scsi_tape`;
      // Each drive has further names, for other modes of the same drive.
      for (const device of await listMatching(host, { path, name: /^st\d+$/ })) {
        if (settings.collector.tapestats.ignoredDevices.test(device)) continue;
        for (const [file, key, factor] of FILES) {
          const value = await readNumber(host, `${path}/${device}/stats/${file}`);
          if (value !== undefined) metrics[key].set({ device }, value * factor);
        }
      }
    },
  });
}

function ofDrive<Name extends string>(name: Name, what: string, file: string) {
  return counter(`node_tape_${name}`, `${what}, from stats/${file} of the drive.`, ["device"]);
}
