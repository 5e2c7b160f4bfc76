import { defineCollector, gauge } from "@exporterkit/core";
import { expand, type Key, parseKeys, select } from "./_keys.ts";
import { wantedKeys } from "./_wanted_keys.ts";
import { type Command, type Commands, type Redis, RefusedError } from "./redis.ts";
import type { RedisSettings } from "./settings.ts";

const LABELS = ["db", "key"] as const;
/** Longer values are no labels. */
const LONGEST_TEXT = 512;

/** The command that tells the size of a value, by the type of the value. */
const SIZES: Readonly<Record<string, string>> = {
  hash: "HLEN",
  list: "LLEN",
  set: "SCARD",
  stream: "XLEN",
  string: "STRLEN",
  zset: "ZCARD",
};

/** Collects size and value of keys. */
export const keys = defineCollector<RedisSettings, Redis>()({
  help: "Size and value of the keys of --check-keys and --check-single-keys.",
  metrics: {
    size: gauge("redis_key_size", "Length or number of members, 0 if there is no such key.", LABELS),
    value: gauge("redis_key_value", "Value of a key that holds a number, from GET.", LABELS),
    text: gauge("redis_key_value_as_string", "Value of a key that holds another text as a label, from GET.", [
      ...LABELS,
      "val",
    ]),
  },
  async collect(context) {
    const { settings, metrics, signal } = context;
    const wanted = wantedKeys(context);
    const patterns = parseKeys(wanted.checkKeys);
    const single = parseKeys(wanted.checkSingleKeys);
    if (patterns.length + single.length === 0) return;
    await context.resource.withConnection(async (redis) => {
      const found = await expand(redis, patterns, { batchSize: settings.checkKeysBatchSize, signal });
      const all = new Map([...single, ...found].map((one) => [`${one.database}=${one.key}`, one]));
      for (const one of all.values()) {
        const labels = { db: `db${one.database}`, key: one.key };
        const { size, value } = await look(redis, one, signal);
        metrics.size.set(labels, size);
        if (value === undefined) continue;
        const number = Number(value);
        if (value.trim() !== "" && !Number.isNaN(number)) metrics.value.set(labels, number);
        else if (isText(value)) metrics.text.set({ ...labels, val: value }, 1);
      }
    }, signal);
  },
});

/** Whether a value can be a label: no long one, and nothing but text. */
function isText(value: string): boolean {
  return value.length <= LONGEST_TEXT && !value.includes("\uFFFD");
}

async function look(
  redis: Commands,
  one: Key,
  signal: AbortSignal,
): Promise<{ readonly size: number; readonly value?: string }> {
  await select(redis, one, signal);
  const type = String(await redis.send(["TYPE", one.key], signal));
  const command = SIZES[type];
  if (command === undefined) return { size: 0 };
  const size = Number(await redis.send([command, one.key], signal));
  if (type !== "string") return { size };
  const value = await redis.send(["GET", one.key], signal);
  if (isHyperLogLog(value)) return { size: await countOf(redis, ["PFCOUNT", one.key], { size, signal }) };
  return { size, ...(typeof value === "string" ? { value } : {}) };
}

/** A HyperLogLog is a string that begins like this; its length says nothing. */
function isHyperLogLog(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("HYLL");
}

async function countOf(
  redis: Commands,
  command: Command,
  { size, signal }: { readonly size: number; readonly signal: AbortSignal },
): Promise<number> {
  try {
    return Number(await redis.send(command, signal));
  } catch (error) {
    // A text may begin so too.
    if (error instanceof RefusedError && error.code !== "NOPERM") return size;
    throw error;
  }
}
