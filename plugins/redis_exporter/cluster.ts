import { defineCollector, gauge } from "@exporterkit/core";
import { parseInfo, toNumber } from "./_info_text.ts";
import type { Redis } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

/** The families that are one field of CLUSTER INFO each, by that field. */
const FAMILIES = {
  cluster_state: gauge("redis_cluster_state", "Whether the cluster can serve, from cluster_state of CLUSTER INFO."),
  cluster_slots_assigned: gauge("redis_cluster_slots_assigned", "Slots of a node, from CLUSTER INFO."),
  cluster_slots_ok: gauge("redis_cluster_slots_ok", "Slots whose node is fine, from CLUSTER INFO."),
  cluster_slots_pfail: gauge("redis_cluster_slots_pfail", "Slots whose node may have failed, from CLUSTER INFO."),
  cluster_slots_fail: gauge("redis_cluster_slots_fail", "Slots whose node has failed, from CLUSTER INFO."),
  cluster_known_nodes: gauge("redis_cluster_known_nodes", "Known nodes, from CLUSTER INFO."),
  cluster_size: gauge("redis_cluster_size", "Primaries with slots, from CLUSTER INFO."),
  cluster_current_epoch: gauge("redis_cluster_current_epoch", "Epoch of the cluster, from CLUSTER INFO."),
  cluster_my_epoch: gauge("redis_cluster_my_epoch", "Epoch of this node, from CLUSTER INFO."),
  cluster_stats_messages_sent: gauge(
    "redis_cluster_messages_sent_total",
    "Messages sent on the cluster's bus, from cluster_stats_messages_sent of CLUSTER INFO.",
  ),
  cluster_stats_messages_received: gauge(
    "redis_cluster_messages_received_total",
    "Messages received on the cluster's bus, from cluster_stats_messages_received of CLUSTER INFO.",
  ),
};

/** Collects the state of a cluster as this node sees it. */
export const cluster = defineCollector<RedisSettings, Redis>()({
  help: "State of the cluster, where the server is part of one, from CLUSTER INFO.",
  metrics: FAMILIES,
  async collect({ resource: redis, metrics, signal }) {
    if (await redis.mode(signal) !== "cluster") return;
    const fields = parseInfo(String(await redis.send(["CLUSTER", "INFO"], signal))).get("") ?? new Map();
    for (const [field, family] of Object.entries(metrics)) {
      const value = toNumber(fields.get(field));
      if (value !== undefined) family.set(value);
    }
  },
});
