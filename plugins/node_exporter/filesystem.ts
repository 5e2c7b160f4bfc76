import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, linesOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { abortOf, PatientStatfs } from "./_patient_statfs.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const labelNames = ["device", "mountpoint", "fstype"] as const;

/** Reports sizes of file systems. */
export function filesystem(host: Host) {
  const statfs = new PatientStatfs(host);
  return defineCollector<NodeSettings>()({
    help: "Space and files of mounted file systems, from /proc/1/mounts and statfs.",
    metrics: {
      size: gauge("node_filesystem_size_bytes", "Size of the file system, from f_blocks of statfs.", labelNames),
      free: gauge("node_filesystem_free_bytes", "Free space, from f_bfree of statfs.", labelNames),
      avail: gauge("node_filesystem_avail_bytes", "Space free to users, from f_bavail of statfs.", labelNames),
      files: gauge("node_filesystem_files", "File nodes of the file system, from f_files of statfs.", labelNames),
      filesFree: gauge("node_filesystem_files_free", "Free file nodes, from f_ffree of statfs.", labelNames),
      readonly: gauge(
        "node_filesystem_readonly",
        "Whether the file system is mounted read-only, from the options in /proc/1/mounts.",
        labelNames,
      ),
      deviceError: gauge(
        "node_filesystem_device_error",
        "Whether statfs failed for the file system, or hangs.",
        labelNames,
      ),
    },
    async collect({ settings, metrics, signal, log }) {
      const { procfs, rootfs } = settings.path;
      const { mountPointsExclude, fsTypesExclude, mountTimeout, statWorkers } = settings.collector.filesystem;
      const mounts = (await readMounts(host, { procfs, rootfs }))
        .filter(({ mountPoint, type }) => !mountPointsExclude.test(mountPoint) && !fsTypesExclude.test(type));
      const options = { timeoutMs: mountTimeout, networkCalls: statWorkers, aborted: abortOf(signal) };
      await Promise.all(mounts.map(async ({ device, mountPoint, type, readOnly }) => {
        const labels = { device, mountpoint: mountPoint, fstype: type };
        const path = rootfs === "/" ? mountPoint : `${rootfs}${mountPoint === "/" ? "" : mountPoint}`;
        const answer = await statfs.ask({ path, hangs: mayHang(device, type) }, options);
        signal.throwIfAborted();
        metrics.deviceError.set(labels, "stats" in answer ? 0 : 1);
        if (!("stats" in answer)) {
          const { failure, error } = answer;
          if (failure === "hangs") log.warn("File system hangs in statfs", labels);
          else log.debug("File system skipped", { ...labels, failure, ...(error === undefined ? {} : { error }) });
          return;
        }
        const { blockSize, blocks, blocksFree, blocksAvailable, files, filesFree } = answer.stats;
        metrics.size.set(labels, blocks * blockSize);
        metrics.free.set(labels, blocksFree * blockSize);
        metrics.avail.set(labels, blocksAvailable * blockSize);
        metrics.files.set(labels, files);
        metrics.filesFree.set(labels, filesFree);
        metrics.readonly.set(labels, readOnly ? 1 : 0);
      }));
    },
  });
}

/** One line of `/proc/<pid>/mounts`. */
export interface Mount {
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly readOnly: boolean;
}

/**
 * Reads `/proc/<pid>/mounts`, each mount once.
 *
 * As with node_exporter, the octal escapes stay as they are in a device's name.
 */
export function parseMounts(text: string, path = "/proc/1/mounts"): Mount[] {
  const mounts = new Map<string, Mount>();
  linesOf(text).forEach((line, i) => {
    const [device, mountPoint, type, options] = fieldsOf(line);
    if (device === undefined || mountPoint === undefined || type === undefined || options === undefined) {
      throw malformed(path, { line: i + 1, text: line, expected: "a device, a mount point, a type and options" });
    }
    const mount = {
      device,
      mountPoint: mountPoint.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
      type,
      readOnly: options.split(",").includes("ro"),
    };
    const key = JSON.stringify([device, mountPoint, type]);
    if (!mounts.has(key)) mounts.set(key, mount);
  });
  return [...mounts.values()];
}

/** The mount point as the host itself sees it, where its root is mounted at `rootfs`. */
export function stripRootfs(mountPoint: string, rootfs: string): string {
  if (mountPoint === rootfs) return "/";
  return rootfs !== "/" && mountPoint.startsWith(`${rootfs}/`) ? mountPoint.slice(rootfs.length) : mountPoint;
}

/** Whether statfs asks somebody else than this kernel, who may never answer. */
export function mayHang(device: string, type: string): boolean {
  return !device.startsWith("/dev/") && type !== "tmpfs" && type !== "ramfs" && type !== "zfs" ||
    type.startsWith("fuse");
}

/** The mounts of the whole machine where they may be read: those of its first process. */
async function readMounts(
  host: Host,
  { procfs, rootfs }: { procfs: string; rootfs: string },
): Promise<Mount[]> {
  for (const process of ["1", "self"]) {
    const path = `${procfs}/${process}/mounts`;
    const text = await ifReadable(host.readText(path));
    if (text === undefined) continue;
    return parseMounts(text, path).map((mount) => ({ ...mount, mountPoint: stripRootfs(mount.mountPoint, rootfs) }));
  }
  return [];
}
