import { counter, defineCollector, gauge } from "@exporterkit/core";
import { type Methods, parseRpc, V2_METHODS, V3_METHODS, words } from "./_rpc.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/**
 * Operations of NFS version 4 by their number (RFC 7530, 16); those marked with a dash are not exposed.
 *
 * node_exporter 1.5.0 leaves SETCLIENTID and SETCLIENTID_CONFIRM out of its list, and so gives the counts of Verify, Write
 * and RelLockOwner to others.
 */
const V4_OPERATIONS: Methods = words(
  `- - - Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt
  Locku Lookup LookupRoot Nverify Open OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink Remove Rename Renew
  RestoreFH SaveFH SecInfo SetAttr - - Verify Write RelLockOwner`,
);

const PROTOCOLS = { proc2: ["2", V2_METHODS], proc3: ["3", V3_METHODS], proc4ops: ["4", V4_OPERATIONS] } as const;

/** Reports what the NFS server of this machine does. */
export function nfsd(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Requests to the NFS server of this machine, from /proc/net/rpc/nfsd.",
    metrics: {
      replyCacheHits: count("reply_cache_hits_total", "Replies from the reply cache", "rc"),
      replyCacheMisses: count("reply_cache_misses_total", "Replies put into the reply cache", "rc"),
      replyCacheNocache: count("reply_cache_nocache_total", "Replies that need no cache", "rc"),
      fileHandlesStale: count("file_handles_stale_total", "Stale file handles", "fh"),
      bytesRead: count("disk_bytes_read_total", "Bytes read", "io"),
      bytesWritten: count("disk_bytes_written_total", "Bytes written", "io"),
      threads: gauge("node_nfsd_server_threads", "Threads of the server, from line th of /proc/net/rpc/nfsd."),
      readAheadCacheSize: gauge(
        "node_nfsd_read_ahead_cache_size_blocks",
        "Size of the read-ahead cache, from line ra of /proc/net/rpc/nfsd.",
      ),
      readAheadCacheNotFound: count("read_ahead_cache_not_found_total", "Misses of the read-ahead cache", "ra"),
      packets: counter("node_nfsd_packets_total", "Packets exchanged, from line net of /proc/net/rpc/nfsd.", ["proto"]),
      connections: count("connections_total", "TCP connections", "net"),
      rpcs: count("server_rpcs_total", "Remote procedure calls", "rpc"),
      rpcErrors: counter(
        "node_nfsd_rpc_errors_total",
        "Remote procedure calls refused, from line rpc of /proc/net/rpc/nfsd.",
        ["error"],
      ),
      requests: counter(
        "node_nfsd_requests_total",
        "Requests per procedure or operation, from lines proc2, proc3 and proc4ops of /proc/net/rpc/nfsd.",
        ["proto", "method"],
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/net/rpc/nfsd`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const lines = parseRpc(text, path);
      for (
        const [metric, line, position] of [
          [metrics.replyCacheHits, "rc", 0],
          [metrics.replyCacheMisses, "rc", 1],
          [metrics.replyCacheNocache, "rc", 2],
          [metrics.fileHandlesStale, "fh", 0],
          [metrics.bytesRead, "io", 0],
          [metrics.bytesWritten, "io", 1],
          [metrics.threads, "th", 0],
          [metrics.readAheadCacheSize, "ra", 0],
          [metrics.readAheadCacheNotFound, "ra", 11],
          [metrics.connections, "net", 3],
          [metrics.rpcs, "rpc", 0],
        ] as const
      ) {
        const value = lines.get(line)?.[position];
        if (value !== undefined) metric.set(value);
      }
      const [, udp, tcp] = lines.get("net") ?? [];
      if (udp !== undefined) metrics.packets.set({ proto: "udp" }, udp);
      if (tcp !== undefined) metrics.packets.set({ proto: "tcp" }, tcp);
      const [, , ...refused] = lines.get("rpc") ?? [];
      ["fmt", "auth", "cInt"].forEach((error, i) => {
        if (refused[i] !== undefined) metrics.rpcErrors.set({ error }, refused[i]);
      });
      for (const [line, [proto, methods]] of Object.entries(PROTOCOLS)) {
        const counts = lines.get(line);
        if (counts === undefined) continue;
        methods.forEach((method, i) => {
          if (method !== "-" && method !== "Null") metrics.requests.set({ proto, method }, counts[i] ?? 0);
        });
      }
    },
  });
}

function count<Name extends string>(name: Name, what: string, line: string) {
  return counter(`node_nfsd_${name}`, `${what}, from line ${line} of /proc/net/rpc/nfsd.`);
}
