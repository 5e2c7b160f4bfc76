import { duration } from "@exporterkit/core";
import * as v from "valibot";
import { regexp } from "./_regexp_setting.ts";

/** `--collector.filesystem.*` */
export const filesystemSettings = v.optional(
  v.object({
    mountPointsExclude: v.optional(
      regexp("Regular expression of the mount points to exclude."),
      "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
    ),
    fsTypesExclude: v.optional(
      regexp("Regular expression of the file system types to exclude."),
      "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|" +
        "overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$",
    ),
    mountTimeout: v.optional(
      v.pipe(
        duration(),
        v.description("How long to wait for a file system before it counts as hanging."),
      ),
      "5s",
    ),
    statWorkers: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.description("How many network and FUSE file systems may be asked, or hang, at the same time."),
      ),
      2,
    ),
  }),
  {},
);
