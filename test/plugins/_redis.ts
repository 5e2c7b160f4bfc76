/** Real Redis servers, and the exporter that ours replaces. */
import { runToEnd } from "../_process.ts";
import { freePort } from "../_port.ts";
import { findProgram, type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const ORIGINAL = "prometheus-redis-exporter";

/** Says whether Redis can be started: the options for `it` or `describe`. */
export function needsRedis(): Needs {
  return needsProgram(["redis-server", "redis-cli", "openssl"], "apt-get install -y redis-server redis-tools openssl");
}

/** Says whether the original can be compared with. Later ones have other families: 1.45 is what Debian 12 has. */
export function needsOriginal(): Needs {
  const needs = needsProgram(["redis-server", "redis-cli", ORIGINAL], `apt-get install -y redis-server ${ORIGINAL}`);
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(findProgram(ORIGINAL)!, { args: ["-version"] }).outputSync();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const version = /Exporter v?(\d[\w.]*)/.exec(said)?.[1];
  if (version?.startsWith("1.45.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 1.45`, { alsoInCi: true });
}

/** A Redis in a folder of its own. */
export interface Redis extends AsyncDisposable {
  readonly port: number;
  /** `redis://127.0.0.1:<port>`. */
  readonly url: string;
  /** Where its data and its socket, `redis.sock`, are. */
  readonly folder: string;
  /** Starts it; it can be started again after it was stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it as it stands, until {@link goOn}. */
  hang(): Promise<void>;
  goOn(): void;
  /** Runs a command by `redis-cli`, and gives what that prints. */
  run(...command: string[]): Promise<string>;
}

/** Prepares a Redis that is not started yet, with further lines of its configuration. */
export async function prepareRedis(lines: readonly string[] = [], { sentinel = false } = {}): Promise<Redis> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-redis-" });
  const port = freePort();
  const own = ["bind 127.0.0.1", `port ${port}`, `dir ${folder}`, ...sentinel ? [] : ['save ""']];
  await Deno.writeTextFile(
    `${folder}/redis.conf`,
    [...own, `unixsocket ${folder}/redis.sock`, ...lines, ""].join("\n"),
  );
  let running: Upstream | undefined;
  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    async start() {
      const args = [`${folder}/redis.conf`, ...sentinel ? ["--sentinel"] : []];
      running = await startUpstream({ path: findProgram("redis-server")!, args }, port);
    },
    stop,
    hang: async () => await running?.hang(),
    goOn: () => running?.goOn(),
    async run(...command) {
      const args = ["-p", String(port), ...command];
      const { code, stdout, stderr } = await runToEnd({ path: findProgram("redis-cli")!, args });
      if (code !== 0) throw new Error(`Cannot run ${command.join(" ")}: ${stderr}${stdout}`);
      return stdout.trimEnd();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Keys of each type in two databases, a stream with a group, and something in every log. */
export async function fill(redis: Redis): Promise<void> {
  const commands: string[][] = [
    ["mset", "a", "1", "b", "hello", "c", "2.5"],
    ["rpush", "list", "1", "2", "3"],
    ["hset", "hash", "f", "v"],
    ["sadd", "set", "m"],
    ["zadd", "zset", "1", "m"],
    ["pfadd", "visitors", "x", "y"],
    ["set", "soon", "gone", "EX", "3600"],
    ["xadd", "stream", "1-1", "f", "v"],
    ["xgroup", "create", "stream", "group", "0"],
    ["xreadgroup", "group", "group", "consumer", "count", "1", "streams", "stream", ">"],
    ["-n", "3", "set", "foo", "12"],
    ["-n", "3", "sadd", "set:1", "m"],
    ["config", "set", "slowlog-log-slower-than", "1000", "latency-monitor-threshold", "1"],
    ["eval", "for i = 1, 5000000 do end", "0"],
    ["get", "nothing"],
  ];
  for (const command of commands) await redis.run(...command);
}

/** Starts the original. */
export async function startOriginal(
  redisUrl: string,
  args: readonly string[] = [],
): Promise<Upstream & { readonly url: string }> {
  const port = freePort();
  const own = [`-redis.addr=${redisUrl}`, `-web.listen-address=127.0.0.1:${port}`];
  const original = await startUpstream({ path: findProgram(ORIGINAL)!, args: [...own, ...args] }, port);
  return { ...original, url: `http://127.0.0.1:${port}` };
}
