import { defineCollector, gauge } from "@exporterkit/core";
import { parseInfo, parseParts, type Section, toNumber } from "./_info_text.ts";
import { type Redis, RefusedError, type Reply, toList, toMap } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const MASTER = ["master_name", "master_address"] as const;

const FIELDS = {
  sentinel_masters: gauge("redis_sentinel_masters", "Primaries that are watched, from INFO sentinel."),
  sentinel_tilt: gauge("redis_sentinel_tilt", "Whether it is in TILT mode, from INFO sentinel."),
  sentinel_running_scripts: gauge("redis_sentinel_running_scripts", "Scripts that run, from INFO sentinel."),
  sentinel_scripts_queue_length: gauge("redis_sentinel_scripts_queue_length", "Scripts that wait, from INFO sentinel."),
  sentinel_simulate_failure_flags: gauge(
    "redis_sentinel_simulate_failure_flags",
    "Failures that are simulated, from INFO sentinel.",
  ),
};

/** Collects what a Sentinel says of the primaries it watches. */
export const sentinel = defineCollector<RedisSettings, Redis>()({
  help: "Primaries, replicas and other Sentinels, where the server is a Sentinel, from INFO sentinel and SENTINEL.",
  metrics: {
    ...FIELDS,
    status: gauge("redis_sentinel_master_status", "Whether a primary is fine, from masterN of INFO sentinel.", [
      ...MASTER,
      "master_status",
    ]),
    slaves: gauge("redis_sentinel_master_slaves", "Known replicas, from masterN of INFO sentinel.", MASTER),
    sentinels: gauge("redis_sentinel_master_sentinels", "Known Sentinels, from masterN of INFO sentinel.", MASTER),
    okSlaves: gauge("redis_sentinel_master_ok_slaves", "Replicas that are not down, from SENTINEL SLAVES.", MASTER),
    okSentinels: gauge(
      "redis_sentinel_master_ok_sentinels",
      "Sentinels that are not down, this one counted, from SENTINEL SENTINELS.",
      MASTER,
    ),
    quorum: gauge("redis_sentinel_master_ckquorum_status", "Whether a failover is possible, from SENTINEL CKQUORUM.", [
      "master_name",
      "message",
    ]),
    quorumSetting: gauge("redis_sentinel_master_setting_ckquorum", "Quorum, from SENTINEL MASTERS.", MASTER),
    failoverTimeout: gauge(
      "redis_sentinel_master_setting_failover_timeout",
      "Milliseconds of failover-timeout, from SENTINEL MASTERS.",
      MASTER,
    ),
    parallelSyncs: gauge(
      "redis_sentinel_master_setting_parallel_syncs",
      "Replicas that synchronize at the same time after a failover, from SENTINEL MASTERS.",
      MASTER,
    ),
    downAfter: gauge(
      "redis_sentinel_master_setting_down_after_milliseconds",
      "Milliseconds of silence until a primary counts as down, from SENTINEL MASTERS.",
      MASTER,
    ),
  },
  async collect({ resource: redis, metrics, signal }) {
    if (await redis.mode(signal) !== "sentinel") return;
    const section = parseInfo(String(await redis.send(["INFO", "sentinel"], signal))).get("Sentinel") ?? new Map();
    for (const field of Object.keys(FIELDS) as (keyof typeof FIELDS)[]) {
      const value = toNumber(section.get(field));
      if (value !== undefined) metrics[field].set(value);
    }
    for (const { labels, status, slaves, sentinels } of parseMasters(section)) {
      metrics.status.set({ ...labels, master_status: status }, status === "ok" ? 1 : 0);
      metrics.slaves.set(labels, slaves);
      metrics.sentinels.set(labels, sentinels);
    }
    for (const master of toList(await redis.send(["SENTINEL", "MASTERS"], signal)).map(toMap)) {
      const name = String(master.get("name"));
      const labels = { master_name: name, master_address: `${master.get("ip")}:${master.get("port")}` };
      metrics.quorumSetting.set(labels, Number(master.get("quorum")));
      metrics.failoverTimeout.set(labels, Number(master.get("failover-timeout")));
      metrics.parallelSyncs.set(labels, Number(master.get("parallel-syncs")));
      metrics.downAfter.set(labels, Number(master.get("down-after-milliseconds")));
      const [slaves, sentinels, quorum] = await Promise.all([
        redis.send(["SENTINEL", "SLAVES", name], signal),
        redis.send(["SENTINEL", "SENTINELS", name], signal),
        askQuorum(redis, name, signal),
      ]);
      metrics.okSlaves.set(labels, countUp(slaves));
      metrics.okSentinels.set(labels, 1 + countUp(sentinels));
      metrics.quorum.set({ master_name: name, message: quorum.message }, quorum.isThere ? 1 : 0);
    }
  },
});

/** Reads `master0:name=mymaster,status=ok,address=192.0.2.1:6379,slaves=1,sentinels=3`. */
export function parseMasters(section: Section) {
  return [...section].filter(([field]) => /^master\d+$/.test(field)).map(([, value]) => {
    const parts = parseParts(value);
    return {
      labels: { master_name: parts.get("name") ?? "", master_address: parts.get("address") ?? "" },
      status: parts.get("status") ?? "",
      slaves: Number(parts.get("slaves") ?? 0),
      sentinels: Number(parts.get("sentinels") ?? 0),
    };
  });
}

/** How many of a list of nodes neither this Sentinel nor the others take for down. */
function countUp(nodes: Reply): number {
  return toList(nodes).filter((node) => !/[os]_down/.test(String(toMap(node).get("flags")))).length;
}

/** A quorum that is not there is an error to Redis, and an answer here. */
async function askQuorum(
  redis: Redis,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly isThere: boolean; readonly message: string }> {
  try {
    return { isThere: true, message: String(await redis.send(["SENTINEL", "CKQUORUM", name], signal)) };
  } catch (error) {
    if (error instanceof RefusedError && error.code === "NOQUORUM") return { isThere: false, message: error.answer };
    throw error;
  }
}
