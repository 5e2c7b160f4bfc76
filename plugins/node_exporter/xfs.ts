import { counter, defineCollector } from "@exporterkit/core";
import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifReadable } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Per line of `stats`, what its numbers count. */
const LINES = {
  extent_alloc: {
    extent_allocation_extents_allocated: "Extents allocated",
    extent_allocation_blocks_allocated: "Blocks allocated",
    extent_allocation_extents_freed: "Extents freed",
    extent_allocation_blocks_freed: "Blocks freed",
  },
  abt: {
    allocation_btree_lookups: "Lookups in the allocation B-trees",
    allocation_btree_compares: "Comparisons in the allocation B-trees",
    allocation_btree_records_inserted: "Records inserted in the allocation B-trees",
    allocation_btree_records_deleted: "Records deleted from the allocation B-trees",
  },
  blk_map: {
    block_mapping_reads: "Block mappings for reading",
    block_mapping_writes: "Block mappings for writing",
    block_mapping_unmaps: "Blocks unmapped",
    block_mapping_extent_list_insertions: "Insertions in extent lists",
    block_mapping_extent_list_deletions: "Deletions from extent lists",
    block_mapping_extent_list_lookups: "Lookups in extent lists",
    block_mapping_extent_list_compares: "Comparisons in extent lists",
  },
  bmbt: {
    block_map_btree_lookups: "Lookups in the block map B-trees",
    block_map_btree_compares: "Comparisons in the block map B-trees",
    block_map_btree_records_inserted: "Records inserted in the block map B-trees",
    block_map_btree_records_deleted: "Records deleted from the block map B-trees",
  },
  dir: {
    directory_operation_lookup: "Lookups of names in directories",
    directory_operation_create: "Directory entries created",
    directory_operation_remove: "Directory entries removed",
    directory_operation_getdents: "Listings of directories",
  },
  ig: {
    inode_operation_attempts: "Lookups in the inode cache",
    inode_operation_found: "Lookups that found the inode in the cache",
    inode_operation_recycled: "Lookups that found an inode about to be recycled",
    inode_operation_missed: "Lookups that missed the inode cache",
    inode_operation_duplicates: "Lookups that lost a race to add the inode",
    inode_operation_reclaims: "Inodes recycled from the cache",
    inode_operation_attribute_changes: "Changes of inode attributes",
  },
  rw: {
    write_calls: "Calls of write",
    read_calls: "Calls of read",
  },
  vnodes: {
    vnode_active: "Vnodes not on a free list",
    vnode_allocate: "Calls of vn_alloc",
    vnode_get: "Calls of vn_get",
    vnode_hold: "Calls of vn_hold",
    vnode_release: "Calls of vn_rele",
    vnode_reclaim: "Calls of vn_reclaim",
    vnode_remove: "Calls of vn_remove",
  },
} as const;

/** Reports what XFS file systems count. */
export function xfs(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Operations of XFS file systems, from /sys/fs/xfs/<device>/stats/stats.",
    metrics: Object.fromEntries(
      Object.entries(LINES).flatMap(([line, counts]) =>
        Object.entries(counts).map(([name, what], i) => {
          const help = `${what}, from field ${i + 1} of ${line} in /sys/fs/xfs/<device>/stats/stats.`;
          return [name, counter(`node_xfs_${name}_total`, help, ["device"])];
        })
      ),
    ),
    async collect({ settings, metrics }) {
      const root = `${settings.path.sysfs}/fs/xfs`;
      for (const device of await ifReadable(host.list(root)) ?? []) {
        const path = `${root}/${device}/stats/stats`;
        const text = await ifReadable(host.readText(path));
        if (text === undefined) continue;
        for (const [name, value] of parseXfs(text, path)) metrics[name]!.set({ device }, value);
      }
    },
  });
}

/** Reads `stats` of an XFS file system: per line a name and numbers. Lines and numbers not known are left out. */
export function parseXfs(text: string, path = "/sys/fs/xfs/<device>/stats/stats"): Map<string, number> {
  const counts = new Map<string, number>();
  linesOf(text).forEach((line, i) => {
    const [head, ...fields] = fieldsOf(line);
    const names = Object.keys(LINES[head as keyof typeof LINES] ?? {});
    if (names.length === 0) return;
    const values = numbersOf(fields);
    if (values === undefined || values.length < names.length) {
      throw malformed(path, { line: i + 1, text: line, expected: `"${head}" and ${names.length} numbers` });
    }
    names.forEach((name, position) => counts.set(name, values[position]!));
  });
  return counts;
}
