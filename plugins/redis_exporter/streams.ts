import { defineCollector, gauge } from "@exporterkit/core";
import { expand, type Key, parseKeys, select } from "./_keys.ts";
import { wantedKeys } from "./_wanted_keys.ts";
import { type Redis, type Reply, toList, toMap } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const STREAM = ["db", "stream"] as const;
const GROUP = [...STREAM, "group"] as const;
const CONSUMER = [...GROUP, "consumer"] as const;

/** Collects streams, their groups and consumers. */
export const streams = defineCollector<RedisSettings, Redis>()({
  help: "The streams of --check-streams and --check-single-streams, from XINFO.",
  metrics: {
    length: gauge("redis_stream_length", "Entries, from length of XINFO STREAM.", STREAM),
    radixKeys: gauge("redis_stream_radix_tree_keys", "Keys of the radix tree, from XINFO STREAM.", STREAM),
    radixNodes: gauge("redis_stream_radix_tree_nodes", "Nodes of the radix tree, from XINFO STREAM.", STREAM),
    lastId: gauge(
      "redis_stream_last_generated_id",
      "Milliseconds of the last ID, from last-generated-id of XINFO STREAM.",
      STREAM,
    ),
    groups: gauge("redis_stream_groups", "Groups of consumers, from XINFO STREAM.", STREAM),
    consumers: gauge("redis_stream_group_consumers", "Consumers of a group, from XINFO GROUPS.", GROUP),
    pending: gauge("redis_stream_group_messages_pending", "Entries that wait for XACK, from XINFO GROUPS.", GROUP),
    delivered: gauge(
      "redis_stream_group_last_delivered_id",
      "Milliseconds of the last ID that was delivered, from last-delivered-id of XINFO GROUPS.",
      GROUP,
    ),
    consumerPending: gauge(
      "redis_stream_group_consumer_messages_pending",
      "Entries of a consumer that wait for XACK, from XINFO CONSUMERS.",
      CONSUMER,
    ),
    consumerIdle: gauge(
      "redis_stream_group_consumer_idle_seconds",
      "Time since a consumer last asked, from idle of XINFO CONSUMERS.",
      CONSUMER,
    ),
  },
  async collect(context) {
    const { settings, metrics, signal } = context;
    const wanted = wantedKeys(context);
    const patterns = parseKeys(wanted.checkStreams);
    const single = parseKeys(wanted.checkSingleStreams);
    if (patterns.length + single.length === 0) return;
    await context.resource.withConnection(async (redis) => {
      const found = await expand(redis, patterns, { batchSize: settings.checkKeysBatchSize, signal });
      for (const one of await streamsOf([...single, ...found])) {
        const labels = { db: `db${one.database}`, stream: one.key };
        const stream = toMap(await redis.send(["XINFO", "STREAM", one.key], signal));
        metrics.length.set(labels, Number(stream.get("length")));
        metrics.radixKeys.set(labels, Number(stream.get("radix-tree-keys")));
        metrics.radixNodes.set(labels, Number(stream.get("radix-tree-nodes")));
        metrics.lastId.set(labels, millisecondsOf(stream.get("last-generated-id")));
        metrics.groups.set(labels, Number(stream.get("groups")));
        for (const group of toList(await redis.send(["XINFO", "GROUPS", one.key], signal)).map(toMap)) {
          const name = String(group.get("name"));
          const ofGroup = { ...labels, group: name };
          metrics.consumers.set(ofGroup, Number(group.get("consumers")));
          metrics.pending.set(ofGroup, Number(group.get("pending")));
          metrics.delivered.set(ofGroup, millisecondsOf(group.get("last-delivered-id")));
          for (const consumer of toList(await redis.send(["XINFO", "CONSUMERS", one.key, name], signal)).map(toMap)) {
            const ofConsumer = { ...ofGroup, consumer: String(consumer.get("name")) };
            metrics.consumerPending.set(ofConsumer, Number(consumer.get("pending")));
            metrics.consumerIdle.set(ofConsumer, Number(consumer.get("idle")) / 1000);
          }
        }
      }

      /** Those that are there: the others are neither streams nor a failure. */
      async function streamsOf(candidates: readonly Key[]): Promise<Key[]> {
        const streams = new Map<string, Key>();
        for (const one of candidates) {
          await select(redis, one, signal);
          const type = await redis.send(["TYPE", one.key], signal);
          if (type === "stream") streams.set(`${one.database}=${one.key}`, one);
        }
        return [...streams.values()];
      }
    }, signal);
  },
});

/** The time in an ID such as `1638006862416-0`. */
export function millisecondsOf(id: Reply | undefined): number {
  return Number(String(id ?? "0").split("-")[0]);
}
