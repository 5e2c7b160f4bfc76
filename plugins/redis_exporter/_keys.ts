import { type Command, type Commands, type Reply, toList } from "./redis.ts";

/** A key, or a pattern of keys, of one database. */
export interface Key {
  readonly database: number;
  readonly key: string;
}

/**
 * Reads a list of keys: `db0=user:*,1=queue,settings`. Commas and equals signs in keys are written as in URLs, `%2C`.
 *
 * @throws {SyntaxError} If a database is no number, or a key is not written as in URLs.
 */
export function parseKeys(text = ""): Key[] {
  return text.split(",").filter((item) => item.trim() !== "").flatMap((item) => {
    const parts = item.split("=").map((part) => part.trim());
    const [database, key] = parts.length === 1 ? ["0", parts[0]!] : [parts[0]!.replace(/^db/, ""), parts[1]!];
    if (parts.length > 2 || !/^\d+$/.test(database)) {
      throw new SyntaxError(`Cannot read key "${item}": expected one such as db0=users`);
    }
    return key === "" ? [] : [{ database: Number(database), key: unescapeKey(key, item) }];
  });
}

/** Whether a key stands for those that match it. */
export function isPattern(key: string): boolean {
  return /[?*[\]^]/.test(key);
}

/** Selects the database of a key. */
export async function select(redis: Commands, { database }: Key, signal: AbortSignal): Promise<void> {
  await redis.send(["SELECT", String(database)], signal);
}

/**
 * The keys of the selected database that match a pattern, each once.
 *
 * @param batchSize How many keys each SCAN looks at, more or less.
 */
export async function scan(
  redis: Commands,
  { pattern, batchSize, signal }: {
    readonly pattern: string;
    readonly batchSize: number;
    readonly signal: AbortSignal;
  },
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const node of await redis.nodes?.(signal) ?? [redis]) {
    let cursor = "0";
    do {
      const command: Command = ["SCAN", cursor, "MATCH", pattern, "COUNT", String(batchSize)];
      const [next, keys]: readonly Reply[] = toList(await node.send(command, signal));
      for (const key of toList(keys)) found.add(String(key));
      cursor = String(next ?? "0");
    } while (cursor !== "0");
  }
  return found;
}

/** The keys that a list of keys and patterns stands for, each once. */
export async function expand(
  redis: Commands,
  keys: readonly Key[],
  options: { readonly batchSize: number; readonly signal: AbortSignal },
): Promise<Key[]> {
  const all = new Map<string, Key>();
  for (const one of keys) {
    const { database, key } = one;
    let found: Iterable<string> = [key];
    if (isPattern(key)) {
      await select(redis, one, options.signal);
      found = await scan(redis, { ...options, pattern: key });
    }
    for (const name of found) all.set(`${database}=${name}`, { database, key: name });
  }
  return [...all.values()];
}

function unescapeKey(key: string, item: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw new SyntaxError(`Cannot read key "${item}": expected a % only before two hexadecimal digits`);
  }
}
