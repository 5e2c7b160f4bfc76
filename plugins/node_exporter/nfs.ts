import { counter, defineCollector } from "@exporterkit/core";
import { type Methods, parseRpc, V2_METHODS, V3_METHODS, words } from "./_rpc.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

const V4_METHODS: Methods = words(`Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo
  Renew SetClientID SetClientIDConfirm Lock Lockt Locku Access Getattr Lookup LookupRoot Remove Rename Link Symlink Create
  Pathconf StatFs ReadLink ReadDir ServerCaps DelegReturn GetACL SetACL FsLocations ReleaseLockowner Secinfo FsidPresent
  ExchangeID CreateSession DestroySession Sequence GetLeaseTime ReclaimComplete LayoutGet GetDeviceInfo LayoutCommit
  LayoutReturn SecinfoNoName TestStateID FreeStateID GetDeviceList BindConnToSession DestroyClientID Seek Allocate
  DeAllocate LayoutStats Clone`);

const PROTOCOLS = { proc2: ["2", V2_METHODS], proc3: ["3", V3_METHODS], proc4: ["4", V4_METHODS] } as const;

/** Reports what this machine asks NFS servers. */
export function nfs(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Requests of this machine to NFS servers, from /proc/net/rpc/nfs.",
    metrics: {
      packets: counter("node_nfs_packets_total", "Packets exchanged, from line net of /proc/net/rpc/nfs.", [
        "protocol",
      ]),
      connections: counter("node_nfs_connections_total", "TCP connections, from line net of /proc/net/rpc/nfs."),
      rpcs: counter("node_nfs_rpcs_total", "Remote procedure calls, from line rpc of /proc/net/rpc/nfs."),
      retransmissions: counter(
        "node_nfs_rpc_retransmissions_total",
        "Remote procedure calls sent again, from line rpc of /proc/net/rpc/nfs.",
      ),
      authenticationRefreshes: counter(
        "node_nfs_rpc_authentication_refreshes_total",
        "Credentials renewed, from line rpc of /proc/net/rpc/nfs.",
      ),
      requests: counter(
        "node_nfs_requests_total",
        "Requests per procedure, from lines proc2, proc3 and proc4 of /proc/net/rpc/nfs.",
        ["proto", "method"],
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/net/rpc/nfs`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const lines = parseRpc(text, path);
      const [, udp, tcp, connections] = lines.get("net") ?? [];
      if (udp !== undefined) metrics.packets.set({ protocol: "udp" }, udp);
      if (tcp !== undefined) metrics.packets.set({ protocol: "tcp" }, tcp);
      if (connections !== undefined) metrics.connections.set(connections);
      const [rpcs, retransmissions, refreshes] = lines.get("rpc") ?? [];
      if (rpcs !== undefined) metrics.rpcs.set(rpcs);
      if (retransmissions !== undefined) metrics.retransmissions.set(retransmissions);
      if (refreshes !== undefined) metrics.authenticationRefreshes.set(refreshes);
      for (const [line, [proto, methods]] of Object.entries(PROTOCOLS)) {
        const counts = lines.get(line);
        // A kernel that knows fewer procedures has called the others never.
        if (counts !== undefined) {
          methods.forEach((method, i) => metrics.requests.set({ proto, method }, counts[i] ?? 0));
        }
      }
    },
  });
}
